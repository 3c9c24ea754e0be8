package dev.hwc.rtl.generator.frontend;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.isa.Word;
import java.util.List;
import java.util.Random;

/** Valid random instructions of every opcode, and words with parts of them changed. */
final class Words {
    private static final int OFFSET_UNIT = 64;
    private final HardwareSpec spec;
    private final Random random;

    Words(HardwareSpec spec, Random random) {
        this.spec = spec;
        this.random = random;
    }

    /** The queue of an opcode, or a random one. */
    Queue queue(Opcode opcode) {
        Queue own = opcode.queue();
        return own != null ? own : Queue.of(random.nextInt(4));
    }

    /** A valid instruction with small numbers. */
    Word valid(Opcode opcode, Queue queue) {
        long[] values = opcode.fields().stream()
                .mapToLong(f -> value(opcode, f.name(), f.max()))
                .toArray();
        return Word.encode(Word.instruction(opcode, queue, tokens(opcode, queue), 0, values));
    }

    private Tokens tokens(Opcode opcode, Queue queue) {
        int others = ~queue.bit() & 15;
        int notLoad = others & ~Queue.LOAD.bit();
        return switch (opcode) {
            case SET, ARG, ADD, WRAP, LOOP, NEXT -> Tokens.NONE;
            case LOAD_REGISTER -> new Tokens(some(others), 0);
            case MATMUL -> new Tokens(some(others), some(Queue.LOAD.bit()));
            case EMIT -> new Tokens(some(notLoad), some(notLoad));
            default -> new Tokens(some(others), some(others));
        };
    }

    private int some(int mask) {
        return random.nextInt(16) & mask;
    }

    private long value(Opcode opcode, String field, long max) {
        if (opcode.queue() == null) {
            return random.nextLong(max + 1);
        }
        return switch (field) {
            case "off" -> random.nextLong(max / OFFSET_UNIT) * OFFSET_UNIT;
            case "blocks" -> 4; // a multiple of every weight group in blocks
            case "rowBytes" -> OFFSET_UNIT;
            case "rows", "m", "n" -> 1 + random.nextInt(2);
            case "dst", "a", "b", "d", "src", "w", "slot", "stride", "fn", "kind", "format" -> 0;
            case "amem", "bmem" -> random.nextInt(3);
            case "rn" -> 1 + random.nextInt(15);
            default -> random.nextLong(max + 1); // registers, window
        };
    }

    /** A word with a bit changed and nothing else. */
    static Word flipped(Word word, int bit) {
        return bit < 64
                ? new Word(word.high(), word.low() ^ 1L << bit)
                : new Word(word.high() ^ 1L << (bit - 64), word.low());
    }

    /** A word with the CRC that belongs to it. */
    static Word sealed(Word word) {
        long mask = ((1L << Word.CRC_BITS) - 1) << (Word.CRC - 64);
        return new Word(word.high() & ~mask | (long) word.crc() << (Word.CRC - 64), word.low());
    }

    /** One or two fields of a valid word changed to values at or beyond their edges, with a proper CRC. */
    Word mutated(Opcode opcode, Queue queue) {
        Word word = valid(opcode, queue);
        for (int changes = 1 + random.nextInt(2); changes > 0; changes--) {
            word = random.nextInt(4) == 0 ? anywhere(word) : field(word, opcode);
        }
        return sealed(word);
    }

    private Word anywhere(Word word) {
        return flipped(word, random.nextInt(Word.BITS));
    }

    private Word field(Word word, Opcode opcode) {
        List<Opcode.Field> fields = opcode.fields();
        if (fields.isEmpty()) {
            return anywhere(word);
        }
        int index = random.nextInt(fields.size());
        int from =
                fields.subList(0, index).stream().mapToInt(Opcode.Field::width).sum();
        Opcode.Field field = fields.get(index);
        return replaced(word, from, field.width(), edge(field));
    }

    private long edge(Opcode.Field field) {
        long near = switch (random.nextInt(9)) {
            case 0 -> 0;
            case 1 -> field.max();
            case 2 -> spec.weightUnits();
            case 3 -> spec.outputWords();
            case 4 -> spec.activationBlocks();
            case 5 -> random.nextBoolean() ? spec.storeWords() * 2L * spec.vectorLanes() : spec.loadWords();
            case 6 -> random.nextBoolean() ? spec.array().rows() : spec.array().accumulatorSlots();
            case 7 -> 1L << random.nextInt(field.width());
            default -> random.nextLong(field.max() + 1);
        };
        return Math.clamp(near + random.nextInt(-2, 3), 0, field.max());
    }

    /** A word with bits replaced. */
    static Word replaced(Word word, int from, int width, long value) {
        Word result = word;
        for (int i = 0; i < width; i++) {
            int bit = from + i;
            long found = bit < 64 ? word.low() >>> bit & 1 : word.high() >>> (bit - 64) & 1;
            if (found != (value >>> i & 1)) {
                result = flipped(result, bit);
            }
        }
        return result;
    }
}
