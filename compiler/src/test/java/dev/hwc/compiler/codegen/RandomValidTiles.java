package dev.hwc.compiler.codegen;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.tile.Expr;
import dev.hwc.ir.tile.JobArgument;
import dev.hwc.ir.tile.Operands;
import dev.hwc.ir.tile.Ring;
import dev.hwc.ir.tile.TileNode;
import dev.hwc.ir.tile.TileProgram;
import dev.hwc.ir.tile.TileStatement;
import dev.hwc.ir.tile.TileVerifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random tile programs of one engine that keep the rules of tile IR. */
final class RandomValidTiles {
    private static final HardwareSpec EDGE = HardwareSpecs.preset("edge-8x8");
    private static final List<JobArgument> ARGUMENTS =
            List.of(new JobArgument("few", 1, 0, 16, 1), new JobArgument("more", 1, 5, 8, 1));
    private static final List<Ring> RINGS = List.of(new Ring("a", 0, 3, 2), new Ring("b", 5, 2, 3));

    private final Random random;
    private final Queue queue;
    private final List<String> variables = new ArrayList<>();
    private final List<String> fetched = new ArrayList<>();
    private int names;

    private RandomValidTiles(Random random) {
        this.random = random;
        this.queue = random.nextBoolean() ? Queue.VECTOR : Queue.LOAD;
    }

    static TileProgram program(Random random) {
        while (true) {
            TileProgram program = new RandomValidTiles(random).program();
            if (TileVerifier.problems(program, EDGE).isEmpty()) {
                return program;
            }
        }
    }

    private TileProgram program() {
        List<TileNode> nodes = new ArrayList<>();
        nodes.add(kernel("start", List.of(new TileStatement.Reset("a"), new TileStatement.Reset("b"))));
        for (int i = 0; i < 3; i++) {
            nodes.add(node(i));
        }
        return new TileProgram("random", ARGUMENTS, RINGS, nodes);
    }

    private TileNode node(int index) {
        fetched.clear();
        if (random.nextInt(3) > 0) {
            return kernel("k" + index, statements(3));
        }
        variables.add("layer");
        TileNode repeat = new TileNode.Repeat(
                "layer",
                1 + random.nextInt(3),
                List.of(kernel("first" + index, statements(2)), kernel("second" + index, afterKernel())));
        variables.removeLast();
        return repeat;
    }

    private List<TileStatement> afterKernel() {
        fetched.clear();
        return statements(1);
    }

    private TileNode.Kernel kernel(String label, List<TileStatement> body) {
        return new TileNode.Kernel(label, Map.of(queue, body));
    }

    private List<TileStatement> statements(int depth) {
        List<TileStatement> body = new ArrayList<>();
        for (int i = 1 + random.nextInt(5); i > 0; i--) {
            switch (random.nextInt(depth > 0 ? 8 : 6)) {
                case 0 -> body.add(new TileStatement.Advance(ring()));
                case 1 -> body.add(random.nextBoolean() ? new TileStatement.Reset(ring()) : fetch());
                case 6, 7 -> body.add(loop(depth));
                default -> body.add(queue == Queue.VECTOR ? vector() : load());
            }
        }
        return body;
    }

    private TileStatement loop(int depth) {
        String variable = "v" + names++;
        Expr count = random.nextInt(3) == 0
                ? Expr.arg(random.nextBoolean() ? "few" : "more").plus(random.nextInt(2))
                : Expr.of(random.nextInt(4));
        variables.add(variable);
        int before = fetched.size();
        List<TileStatement> body = statements(depth - 1);
        fetched.subList(Math.min(before, fetched.size()), fetched.size()).clear();
        variables.removeLast();
        return new TileStatement.Loop(variable, count, body);
    }

    private TileStatement fetch() {
        if (queue != Queue.LOAD) {
            return new TileStatement.Advance(ring());
        }
        Expr address = expression(true);
        String name = "f" + random.nextInt(2);
        fetched.add(name);
        return new TileStatement.Fetch(name, random.nextInt(8), address);
    }

    private TileStatement vector() {
        Map<String, Expr> operands = new HashMap<>();
        for (String name : List.of("a", "b", "d", "rn", "ras", "rbs", "rds")) {
            if (random.nextInt(3) > 0) {
                operands.put(name, expression(false));
            }
        }
        if (random.nextBoolean()) {
            operands.put(Operands.K0, expression(false));
            operands.put(Operands.K1, expression(false));
        }
        return new TileStatement.Command(Opcode.VECTOR, Tokens.NONE, 0, operands);
    }

    private TileStatement load() {
        Map<String, Expr> operands = new HashMap<>();
        operands.put("off", expression(true));
        operands.put("dst", expression(false));
        operands.put("rstride", expression(true));
        operands.put("rows", Expr.of(1 + random.nextInt(3)));
        return new TileStatement.Command(Opcode.LOAD_LINEAR, Tokens.NONE, 0, operands);
    }

    private Expr expression(boolean memory) {
        Expr expr = Expr.of(random.nextInt(3) == 0 ? 0 : random.nextInt(4));
        for (String variable : variables) {
            if (random.nextInt(3) == 0) {
                expr = expr.plus(Expr.loop(variable, 1 + random.nextInt(4)));
            }
        }
        return switch (random.nextInt(4)) {
            case 0 -> expr.plus(Expr.ring(ring()));
            case 1 -> expr.plus(Expr.arg(random.nextBoolean() ? "few" : "more"));
            case 2 -> memory && !fetched.isEmpty() ? expr.plus(Expr.fetched(fetched.getLast())) : expr;
            default -> expr;
        };
    }

    private String ring() {
        return RINGS.get(random.nextInt(RINGS.size())).name();
    }
}
