package dev.hwc.ir.tile;

import dev.hwc.ir.isa.FieldText;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.tile.TileLines.Word;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads what {@link TileText} writes, line by line. */
final class TileParser {
    /** Blocks inside each other; far above what a valid program has (T7). */
    private static final int MAX_DEPTH = 32;

    private static final Pattern FORMULA =
            Pattern.compile("\\((-?\\d{1,18})\\*position\\+(-?\\d{1,18})\\)/(-?\\d{1,18})\\*(-?\\d{1,18})");
    private static final Map<String, Opcode> OPCODES =
            Arrays.stream(Opcode.values()).collect(Collectors.toMap(Opcode::text, opcode -> opcode));

    private final TileLines lines;
    private int depth;

    TileParser(String text) {
        lines = new TileLines(text);
    }

    TileProgram program() {
        List<Word> head = lines.next("program \"NAME\"");
        keyword(head, "program", 2, "program \"NAME\"");
        String name = lines.quoted(head.get(1));
        List<JobArgument> arguments = new ArrayList<>();
        while (lines.startsWith("arg")) {
            arguments.add(argument(lines.next("arg")));
        }
        List<Ring> rings = new ArrayList<>();
        while (lines.startsWith("ring")) {
            rings.add(ring(lines.next("ring")));
        }
        List<TileNode> nodes = nodes(false);
        return new TileProgram(name, arguments, rings, nodes);
    }

    private JobArgument argument(List<Word> line) {
        String form = "arg NAME = (SCALE*position+ADD)/DIVISOR*FACTOR";
        keyword(line, "arg", 4, form);
        Matcher formula = FORMULA.matcher(line.get(3).text());
        if (!line.get(2).text().equals("=") || !formula.matches()) {
            throw lines.error(line.get(3), "'" + line.get(3).text() + "' is not a formula; expected " + form);
        }
        return new JobArgument(
                line.get(1).text(),
                Long.parseLong(formula.group(1)),
                Long.parseLong(formula.group(2)),
                Long.parseLong(formula.group(3)),
                Long.parseLong(formula.group(4)));
    }

    private Ring ring(List<Word> line) {
        keyword(line, "ring", 5, "ring NAME start=N step=N slots=N");
        return new Ring(
                line.get(1).text(),
                whole(lines.value(line.get(2), "start")),
                whole(lines.value(line.get(3), "step")),
                whole(lines.value(line.get(4), "slots")));
    }

    // ---- kernels ---------------------------------------------------------------------------------

    private List<TileNode> nodes(boolean inside) {
        List<TileNode> nodes = new ArrayList<>();
        while (inside ? !lines.takeClose() : !lines.atEnd()) {
            List<Word> line = lines.next("kernel, repeat or }");
            switch (line.getFirst().text()) {
                case "kernel" -> nodes.add(kernel(line));
                case "repeat" -> nodes.add(repeat(line));
                default ->
                    throw lines.error(
                            line.getFirst(), "found '" + line.getFirst().text() + "'; expected kernel or repeat");
            }
        }
        return nodes;
    }

    private TileNode repeat(List<Word> line) {
        keyword(line, "repeat", 4, "repeat VARIABLE COUNT {");
        open(line.get(3));
        TileNode repeat = new TileNode.Repeat(line.get(1).text(), whole(line.get(2)), nodes(true));
        depth--;
        return repeat;
    }

    private TileNode kernel(List<Word> line) {
        keyword(line, "kernel", 3, "kernel \"LABEL\" {");
        open(line.get(2));
        String label = lines.quoted(line.get(1));
        Map<Queue, List<TileStatement>> engines = new EnumMap<>(Queue.class);
        while (!lines.takeClose()) {
            List<Word> head = lines.next("an engine or }");
            Queue queue = queue(head.getFirst(), head.getFirst().text());
            keyword(head, queue.text(), 2, queue.text() + " {");
            open(head.get(1));
            if (engines.putIfAbsent(queue, statements(queue)) != null) {
                throw lines.error(head.getFirst(), "engine " + queue.text() + " stands twice; keep one");
            }
            depth--;
        }
        depth--;
        return new TileNode.Kernel(label, engines);
    }

    // ---- statements ------------------------------------------------------------------------------

    private List<TileStatement> statements(Queue queue) {
        List<TileStatement> body = new ArrayList<>();
        while (!lines.takeClose()) {
            body.add(statement(queue, lines.next("a statement or }")));
        }
        return body;
    }

    private TileStatement statement(Queue queue, List<Word> line) {
        return switch (line.getFirst().text()) {
            case "loop" -> loop(queue, line);
            case "advance" -> {
                keyword(line, "advance", 2, "advance RING");
                yield new TileStatement.Advance(line.get(1).text());
            }
            case "reset" -> {
                keyword(line, "reset", 2, "reset RING");
                yield new TileStatement.Reset(line.get(1).text());
            }
            case "fetch" -> {
                keyword(line, "fetch", 4, "fetch NAME window=N off=EXPR");
                yield new TileStatement.Fetch(
                        line.get(1).text(),
                        whole(lines.value(line.get(2), "window")),
                        lines.expression(lines.value(line.get(3), "off")));
            }
            default -> command(queue, line);
        };
    }

    private TileStatement loop(Queue queue, List<Word> line) {
        keyword(line, "loop", 4, "loop VARIABLE COUNT {");
        open(line.get(3));
        TileStatement loop =
                new TileStatement.Loop(line.get(1).text(), lines.expression(line.get(2)), statements(queue));
        depth--;
        return loop;
    }

    private TileStatement command(Queue queue, List<Word> line) {
        Opcode opcode = opcode(queue, line.getFirst());
        Map<String, Expr> operands = new LinkedHashMap<>();
        int flags = 0;
        int waits = 0;
        int signals = 0;
        Set<String> seen = new HashSet<>();
        for (Word word : line.subList(1, line.size())) {
            int equals = word.text().indexOf('=');
            String key = equals < 0 ? word.text() : word.text().substring(0, equals);
            if (!seen.add(key)) {
                throw lines.error(word, "'" + key + "' is given twice; keep one");
            }
            Word value = word.from(equals + 1);
            if (equals < 0) {
                flags |= flag(opcode, word);
            } else if (key.equals("wait")) {
                waits = mask(value);
            } else if (key.equals("signal")) {
                signals = mask(value);
            } else {
                operands.put(key, operand(opcode, word, key, value));
            }
        }
        return new TileStatement.Command(opcode, new Tokens(waits, signals), flags, operands);
    }

    private Opcode opcode(Queue queue, Word word) {
        Opcode opcode = OPCODES.get(word.text());
        if (opcode == null || !TileVerifier.commands(queue).contains(opcode)) {
            String allowed =
                    TileVerifier.commands(queue).stream().map(Opcode::text).collect(Collectors.joining(", "));
            throw lines.error(
                    word,
                    "'" + word.text() + "' is not a statement of engine " + queue.text()
                            + "; expected loop, advance, reset, " + (queue == Queue.LOAD ? "fetch, " : "") + allowed);
        }
        return opcode;
    }

    private int flag(Opcode opcode, Word word) {
        int bit = opcode.flags().indexOf(word.text());
        if (bit < 0) {
            throw lines.error(
                    word, "'" + word.text() + "' is not a flag of " + opcode.text() + "; expected " + keys(opcode));
        }
        return 1 << bit;
    }

    private Expr operand(Opcode opcode, Word word, String key, Word value) {
        if (!Operands.names(opcode).contains(key)) {
            throw lines.error(
                    word, "'" + key + "' is not an operand of " + opcode.text() + "; expected " + keys(opcode));
        }
        List<String> names = Operands.field(opcode, key).map(FieldText::names).orElse(List.of());
        int index = names.indexOf(value.text());
        if (index >= 0) {
            return Expr.of(index);
        }
        if (!names.isEmpty() && value.text().matches("[a-z][a-z0-9_]*")) {
            throw lines.error(value, key + " is '" + value.text() + "'; allowed " + String.join(", ", names));
        }
        return lines.expression(value);
    }

    private static String keys(Opcode opcode) {
        List<String> keys = new ArrayList<>();
        Operands.names(opcode).forEach(name -> keys.add(name + "="));
        keys.addAll(opcode.flags());
        keys.add("wait=");
        keys.add("signal=");
        return String.join(", ", keys);
    }

    private int mask(Word value) {
        EnumSet<Queue> queues = EnumSet.noneOf(Queue.class);
        for (String name : value.text().split(",", -1)) {
            if (!queues.add(queue(value, name))) {
                throw lines.error(value, "engine " + name + " is given twice; keep one");
            }
        }
        return queues.stream().mapToInt(Queue::bit).sum();
    }

    private Queue queue(Word word, String name) {
        @Nullable
        Queue found = Arrays.stream(Queue.values())
                .filter(queue -> queue.text().equals(name))
                .findFirst()
                .orElse(null);
        if (found == null) {
            throw lines.error(word, "'" + name + "' is not an engine; expected load, matrix, vector or store");
        }
        return found;
    }

    // ---- words -----------------------------------------------------------------------------------

    private int whole(Word word) {
        if (!word.text().matches("-?\\d{1,9}")) {
            throw lines.error(word, "'" + word.text() + "' is not a number of at most nine digits");
        }
        return Integer.parseInt(word.text());
    }

    private void keyword(List<Word> line, String keyword, int size, String form) {
        Word first = line.getFirst();
        if (!first.text().equals(keyword) || line.size() != size) {
            throw lines.error(
                    first, "found '" + first.text() + "' with " + (line.size() - 1) + " words; expected " + form);
        }
    }

    private void open(Word brace) {
        if (!brace.text().equals("{")) {
            throw lines.error(brace, "found '" + brace.text() + "'; expected {");
        }
        if (++depth > MAX_DEPTH) {
            throw lines.error(brace, "more than " + MAX_DEPTH + " blocks inside each other");
        }
    }
}
