package dev.hwc.ir.isa;

import dev.hwc.ir.IrException;
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

/** Reads what {@link ProgramText} writes, line by line. */
final class ProgramParser {
    private static final Pattern WORD = Pattern.compile("[^ \\t]+");
    private static final Map<String, Opcode> OPCODES =
            Arrays.stream(Opcode.values()).collect(Collectors.toMap(Opcode::text, opcode -> opcode));

    private final List<String> lines;
    private final Map<String, Integer> labels = new LinkedHashMap<>();
    private final Map<Queue, List<Instruction>> streams = new EnumMap<>(Queue.class);
    private final Map<Queue, List<Integer>> sources = new EnumMap<>(Queue.class);
    private @Nullable Queue queue;
    private int source = -1;
    private int line;

    /** A word and the column (from 1) at which it starts. */
    private record Token(String text, int column) {}

    ProgramParser(String text) {
        lines = text.lines().toList();
    }

    Program program() {
        while (line < lines.size()) {
            line++;
            line(lines.get(line - 1));
        }
        return new Program(streams, sources, List.copyOf(labels.keySet()));
    }

    private void line(String text) {
        List<Token> tokens = tokens(text);
        if (tokens.isEmpty()) {
            return;
        }
        Token first = tokens.getFirst();
        if (first.text().startsWith("#")) {
            source(first, text.substring(first.column()).strip());
        } else if (first.text().equals("label")) {
            label(first, text.strip().substring(first.text().length()).strip());
        } else if (first.text().equals("queue")) {
            queue(tokens);
        } else {
            instruction(tokens);
        }
    }

    private void label(Token first, String label) {
        if (!streams.isEmpty()) {
            throw error(first, "'label' stands after a queue; labels are declared before the first queue");
        }
        if (labels.putIfAbsent(label, labels.size()) != null) {
            throw error(first, "label '" + label + "' is declared twice; keep one");
        }
    }

    private void source(Token first, String label) {
        Queue current = current(first);
        if (source < 0 && !stream(current).isEmpty()) {
            throw error(
                    first,
                    "label '" + label + "' stands after instructions without one; the first line of queue "
                            + current.text() + " must be a label");
        }
        Integer index = labels.putIfAbsent(label, labels.size());
        source = index == null ? labels.size() - 1 : index;
    }

    private void queue(List<Token> tokens) {
        if (tokens.size() != 2) {
            throw error(
                    tokens.getFirst(),
                    "'queue' is followed by " + (tokens.size() - 1) + " words; expected one: " + queueNames());
        }
        Token name = tokens.get(1);
        Queue named = queueOf(name, name.text());
        if (streams.containsKey(named)) {
            throw error(name, "queue " + named.text() + " stands twice; keep one");
        }
        queue = named;
        source = -1;
        streams.put(named, new ArrayList<>());
        sources.put(named, new ArrayList<>());
    }

    private void instruction(List<Token> tokens) {
        Token name = tokens.getFirst();
        Queue current = current(name);
        Opcode opcode = opcode(name, current);
        long[] values = new long[opcode.fields().size()];
        int flags = 0;
        int waits = 0;
        int signals = 0;
        Set<String> keys = new HashSet<>();
        for (Token token : tokens.subList(1, tokens.size())) {
            int equals = token.text().indexOf('=');
            String key = equals < 0 ? token.text() : token.text().substring(0, equals);
            Token value = new Token(token.text().substring(equals + 1), token.column() + equals + 1);
            if (!keys.add(key)) {
                throw error(token, "'" + key + "' is given twice; keep one");
            }
            if (equals < 0) {
                flags |= flag(opcode, token);
            } else if (key.equals("wait")) {
                waits = mask(value);
            } else if (key.equals("signal")) {
                signals = mask(value);
            } else {
                int field = field(opcode, key, token);
                values[field] = value(opcode.fields().get(field), value);
            }
        }
        add(current, name, opcode, new Tokens(waits, signals), flags, values);
    }

    private void add(Queue current, Token name, Opcode opcode, Tokens tokens, int flags, long[] values) {
        try {
            stream(current).add(Fields.instruction(opcode, current, tokens, flags, values));
        } catch (IrException e) {
            throw error(name, String.valueOf(e.getMessage()));
        }
        if (source >= 0) {
            sources.computeIfAbsent(current, _ -> new ArrayList<>()).add(source);
        }
    }

    private Opcode opcode(Token name, Queue current) {
        Opcode opcode = OPCODES.get(name.text());
        if (opcode == null || (opcode.queue() != null && opcode.queue() != current)) {
            String allowed = Arrays.stream(Opcode.values())
                    .filter(o -> o.queue() == null || o.queue() == current)
                    .map(Opcode::text)
                    .collect(Collectors.joining(", "));
            throw error(
                    name,
                    "'" + name.text() + "' is not an instruction of queue " + current.text() + "; expected " + allowed);
        }
        return opcode;
    }

    private int flag(Opcode opcode, Token token) {
        int bit = opcode.flags().indexOf(token.text());
        if (bit < 0) {
            throw error(
                    token,
                    "'" + token.text() + "' is not a flag of " + opcode.text() + "; expected "
                            + String.join(", ", keys(opcode)));
        }
        return 1 << bit;
    }

    private int field(Opcode opcode, String key, Token token) {
        for (int i = 0; i < opcode.fields().size(); i++) {
            if (opcode.fields().get(i).name().equals(key)) {
                return i;
            }
        }
        throw error(
                token,
                "'" + key + "' is not a field of " + opcode.text() + "; expected " + String.join(", ", keys(opcode)));
    }

    private static List<String> keys(Opcode opcode) {
        List<String> keys = new ArrayList<>();
        opcode.fields().forEach(field -> keys.add(field.name() + "="));
        keys.addAll(opcode.flags());
        if (opcode.command()) {
            keys.add("wait=");
            keys.add("signal=");
        }
        return keys.isEmpty() ? List.of("nothing") : keys;
    }

    private long value(Opcode.Field field, Token value) {
        return FieldText.parse(field, value.text())
                .orElseThrow(() -> error(
                        value,
                        field.name() + " is '" + value.text() + "'; allowed " + FieldText.allowed(field) + " (I4)"));
    }

    private int mask(Token value) {
        EnumSet<Queue> queues = EnumSet.noneOf(Queue.class);
        for (String name : value.text().split(",", -1)) {
            if (!queues.add(queueOf(value, name))) {
                throw error(value, "queue " + name + " is given twice; keep one");
            }
        }
        return queues.stream().mapToInt(Queue::bit).sum();
    }

    private Queue queueOf(Token token, String name) {
        for (Queue candidate : Queue.values()) {
            if (candidate.text().equals(name)) {
                return candidate;
            }
        }
        throw error(token, "'" + name + "' is not a queue; expected " + queueNames());
    }

    private static String queueNames() {
        return Arrays.stream(Queue.values()).map(Queue::text).collect(Collectors.joining(", "));
    }

    private Queue current(Token token) {
        if (queue == null) {
            throw error(token, "'" + token.text() + "' stands before the first 'queue' line");
        }
        return queue;
    }

    private List<Instruction> stream(Queue of) {
        return streams.computeIfAbsent(of, _ -> new ArrayList<>());
    }

    private static List<Token> tokens(String text) {
        List<Token> tokens = new ArrayList<>();
        Matcher matcher = WORD.matcher(text);
        while (matcher.find()) {
            tokens.add(new Token(matcher.group(), matcher.start() + 1));
        }
        return tokens;
    }

    private IrException error(Token token, String message) {
        return new IrException("line " + line + ", column " + token.column() + ": " + message);
    }
}
