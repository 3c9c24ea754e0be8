package dev.hwc.compiler.codegen;

import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.tile.Expr;
import dev.hwc.ir.tile.JobArgument;
import dev.hwc.ir.tile.Operands;
import dev.hwc.ir.tile.Ring;
import dev.hwc.ir.tile.TileNode;
import dev.hwc.ir.tile.TileProgram;
import dev.hwc.ir.tile.TileStatement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Runs one engine of a tile program by its meaning: expressions, not registers. */
final class TileRun {
    private final Queue queue;
    private final Map<String, Long> values = new HashMap<>();
    private final Map<String, Ring> rings = new HashMap<>();
    private final List<Resolved> commands = new ArrayList<>();

    private TileRun(TileProgram program, Queue queue, long position) {
        this.queue = queue;
        for (JobArgument argument : program.arguments()) {
            values.put("@" + argument.name(), argument.at(position));
        }
        program.rings().forEach(ring -> rings.put(ring.name(), ring));
    }

    /** The commands of an engine in order. */
    static List<Resolved> commands(TileProgram program, Queue queue, long position) {
        TileRun run = new TileRun(program, queue, position);
        run.nodes(program.nodes());
        return run.commands;
    }

    private void nodes(List<TileNode> nodes) {
        for (TileNode node : nodes) {
            switch (node) {
                case TileNode.Kernel kernel -> statements(kernel.engine(queue));
                case TileNode.Repeat repeat -> {
                    for (long i = 0; i < repeat.count(); i++) {
                        values.put(repeat.variable(), i);
                        nodes(repeat.body());
                    }
                }
            }
        }
    }

    private void statements(List<TileStatement> body) {
        body.forEach(this::statement);
    }

    private void statement(TileStatement statement) {
        switch (statement) {
            case TileStatement.Loop loop -> {
                long count = value(loop.count());
                for (long i = 0; i < count; i++) {
                    values.put(loop.variable(), i);
                    statements(loop.body());
                }
            }
            case TileStatement.Command command -> command(command);
            case TileStatement.Advance advance -> {
                Ring ring = ring(advance.ring());
                long next = value(Expr.ring(ring.name())) + ring.step();
                values.put("$" + ring.name(), next >= ring.limit() ? ring.start() : next);
            }
            case TileStatement.Reset reset ->
                values.put("$" + reset.ring(), (long) ring(reset.ring()).start());
            case TileStatement.Fetch fetch ->
                values.put("!" + fetch.name(), Resolved.memory(fetch.window(), value(fetch.address())));
        }
    }

    private Ring ring(String name) {
        return Objects.requireNonNull(rings.get(name));
    }

    private void command(TileStatement.Command command) {
        Map<String, Long> operands = new TreeMap<>();
        for (String name : Operands.names(command.opcode())) {
            boolean constant = name.equals(Operands.K0) || name.equals(Operands.K1);
            if (!constant || command.operands().containsKey(Operands.K0)) {
                operands.put(name, value(command.operand(name)) & Resolved.MASK);
            }
        }
        commands.add(new Resolved(command.opcode(), command.tokens(), command.flags(), operands));
    }

    private long value(Expr expr) {
        long value = expr.constant();
        for (Expr.Term term : expr.terms()) {
            value += term.coefficient()
                    * Objects.requireNonNull(values.get(term.kind().sigil() + term.name()));
        }
        return value;
    }
}
