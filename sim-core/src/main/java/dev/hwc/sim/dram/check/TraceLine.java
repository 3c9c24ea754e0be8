package dev.hwc.sim.dram.check;

import dev.hwc.sim.dram.DramFormatException;
import java.util.List;

/**
 * One command of a trace as read: {@code cycle pseudochannel rank COMMAND [group bank [row or column]]},
 * or of a memory that computes {@code ... COMMAND set [row or column]} and {@code ... MOD mode}.
 *
 * @param last row or column, or 0
 */
record TraceLine(long cycle, int pseudo, int rank, String command, int group, int bank, long last) {
    private static final int HEAD = 4;
    private static final int TO_BANK = 6;
    private static final int TO_SET = 5;
    private static final List<String> SETS = List.of("all", "even", "odd", "none");

    /** Reads a line; its numbers are checked against the organization by the caller. */
    static TraceLine read(long number, String text) {
        String[] words = split(text);
        if (words.length < HEAD) {
            throw bad(number, text, "at least cycle, pseudochannel, rank and command");
        }
        String command = words[HEAD - 1];
        int expected = switch (command) {
            case "PREA", "REFAB", "PDE", "PDX", "CAS" -> HEAD;
            case "PRE", "REFPB" -> TO_BANK;
            case "PRES" -> TO_SET;
            case "ACTS", "RDS", "WRS", "WRR", "RDR" -> TO_SET + 1;
            case "MOD" -> TO_SET;
            case "ACT", "ACT1", "ACT2", "RD", "WR", "RDA", "WRA" -> TO_BANK + 1;
            default -> throw bad(number, text, "a known command");
        };
        if (words.length != expected) {
            throw bad(number, text, expected + " words for " + command);
        }
        if (toSet(command) || command.equals("MOD")) {
            return toUnits(number, text, words);
        }
        return new TraceLine(
                value(number, text, words[0]),
                (int) value(number, text, words[1]),
                (int) value(number, text, words[2]),
                command,
                expected > HEAD ? (int) value(number, text, words[HEAD]) : 0,
                expected > HEAD ? (int) value(number, text, words[HEAD + 1]) : 0,
                expected > TO_BANK ? value(number, text, words[TO_BANK]) : 0);
    }

    /** Whether a command names a set of banks: the group is then its number among all, even, odd, none. */
    static boolean toSet(String command) {
        return switch (command) {
            case "PRES", "ACTS", "RDS", "WRS", "WRR", "RDR" -> true;
            default -> false;
        };
    }

    private static TraceLine toUnits(long number, String text, String[] words) {
        String command = words[HEAD - 1];
        int set = toSet(command) ? SETS.indexOf(words[HEAD]) : 0;
        if (set < 0) {
            throw bad(number, text, "a set of banks: all, even, odd or none");
        }
        String last = command.equals("MOD") ? words[HEAD] : words.length > TO_SET ? words[TO_SET] : "0";
        return new TraceLine(
                value(number, text, words[0]),
                (int) value(number, text, words[1]),
                (int) value(number, text, words[2]),
                command,
                set,
                0,
                value(number, text, last));
    }

    private static String[] split(String text) {
        int words = 1;
        for (int i = 0; i < text.length(); i++) {
            words += text.charAt(i) == ' ' ? 1 : 0;
        }
        String[] parts = new String[words];
        int from = 0;
        for (int w = 0; w < words; w++) {
            int to = text.indexOf(' ', from);
            parts[w] = text.substring(from, to < 0 ? text.length() : to);
            from = to + 1;
        }
        return parts;
    }

    private static long value(long number, String text, String word) {
        long value = 0;
        if (word.isEmpty() || word.length() > 18) {
            throw bad(number, text, "numbers");
        }
        for (int i = 0; i < word.length(); i++) {
            int digit = word.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw bad(number, text, "numbers");
            }
            value = 10 * value + digit;
        }
        return value;
    }

    static DramFormatException bad(long number, String text, String allowed) {
        String shown = text.length() <= 80 ? text : text.substring(0, 80) + "...";
        return new DramFormatException("trace line " + number + ": found '" + shown + "', allowed is " + allowed
                + " (docs/spec/dram-trace.md)");
    }
}
