package dev.hwc.ir.tile;

import dev.hwc.ir.isa.FieldText;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random tile programs that can be written as text; they need not keep the other rules. */
final class RandomTiles {
    private static final String FIRST = "abkxZ_";
    private static final String LATER = "abkxZ_019.-";

    private final Random random;

    private RandomTiles(Random random) {
        this.random = random;
    }

    static TileProgram program(Random random) {
        return new RandomTiles(random).program();
    }

    private TileProgram program() {
        List<JobArgument> arguments = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            arguments.add(new JobArgument(name(), small(), small(), small(), small()));
        }
        List<Ring> rings = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            rings.add(new Ring(name(), random.nextInt(1000) - 500, random.nextInt(1000), random.nextInt(10)));
        }
        return new TileProgram(label(), arguments, rings, nodes(3));
    }

    private List<TileNode> nodes(int depth) {
        List<TileNode> nodes = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            nodes.add(
                    depth > 0 && random.nextInt(3) == 0
                            ? new TileNode.Repeat(name(), random.nextInt(100), nodes(depth - 1))
                            : kernel());
        }
        return nodes;
    }

    private TileNode kernel() {
        Map<Queue, List<TileStatement>> engines = new EnumMap<>(Queue.class);
        for (Queue queue : Queue.values()) {
            engines.put(queue, random.nextInt(3) == 0 ? List.of() : statements(queue, 3));
        }
        return new TileNode.Kernel(label(), engines);
    }

    private List<TileStatement> statements(Queue queue, int depth) {
        List<TileStatement> body = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            body.add(
                    switch (random.nextInt(depth > 0 ? 6 : 5)) {
                        case 0 -> new TileStatement.Advance(name());
                        case 1 -> new TileStatement.Reset(name());
                        case 2 -> new TileStatement.Fetch(name(), random.nextInt(8), expression());
                        case 5 -> new TileStatement.Loop(name(), expression(), statements(queue, depth - 1));
                        default -> command(queue);
                    });
        }
        return body;
    }

    private TileStatement command(Queue queue) {
        List<Opcode> opcodes = TileVerifier.commands(queue);
        Opcode opcode = opcodes.get(random.nextInt(opcodes.size()));
        Map<String, Expr> operands = new LinkedHashMap<>();
        for (String name : Operands.names(opcode)) {
            if (random.nextInt(3) != 0) {
                operands.put(name, random.nextInt(4) == 0 ? enumerated(opcode, name) : expression());
            }
        }
        Tokens tokens = new Tokens(random.nextInt(16), random.nextInt(16));
        return new TileStatement.Command(
                opcode, tokens, random.nextInt(1 << opcode.flags().size()), operands);
    }

    /** A value of an enumeration, or one too high; or a loop variable of that name. */
    private Expr enumerated(Opcode opcode, String name) {
        List<String> values = Operands.field(opcode, name).map(FieldText::names).orElse(List.of());
        if (values.isEmpty() || random.nextInt(4) == 0) {
            return Expr.loop(values.isEmpty() ? "i8" : values.getFirst(), 1);
        }
        return Expr.of(random.nextInt(values.size() + 1));
    }

    private Expr expression() {
        List<Expr.Term> terms = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            Expr.Kind kind = Expr.Kind.values()[random.nextInt(4)];
            terms.add(new Expr.Term(kind, name(), random.nextBoolean() ? 1 : small()));
        }
        return new Expr(random.nextInt(3) == 0 ? 0 : random.nextLong() >> random.nextInt(64), terms);
    }

    private long small() {
        return random.nextInt(2001) - 1000L;
    }

    private String name() {
        StringBuilder name = new StringBuilder().append(FIRST.charAt(random.nextInt(FIRST.length())));
        for (int i = random.nextInt(5); i > 0; i--) {
            name.append(LATER.charAt(random.nextInt(LATER.length())));
        }
        return name.toString();
    }

    private String label() {
        String[] labels = {"blk.0-3.qkv", "a \"quoted\" one", "back\\slash", "# head", "{ }", "\\\"", "ü", ""};
        return labels[random.nextInt(labels.length)];
    }
}
