package dev.hwc.compiler.image;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorTarget;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.ir.tile.Expr;
import dev.hwc.ir.tile.TileNode;
import dev.hwc.ir.tile.TileProgram;
import dev.hwc.ir.tile.TileStatement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts what the commands of a tile program move and compute, loop counts multiplied, not expanded. */
final class StepCosts {
    private static final int BLOCK = 32;
    /** Blocks of rows that the vector unit processes in one batch (timing.md T15). */
    private static final int BATCH_BLOCKS = 2048;

    private final HardwareSpec spec;
    private final Map<String, Long> arguments = new HashMap<>();
    private final Map<Queue, Long> commands = new EnumMap<>(Queue.class);
    private final Map<String, Sums> kinds = new LinkedHashMap<>();

    /** Sums over the operators of one kind. */
    private static final class Sums {
        private long bytes;
        private long matrixCycles;
        private long vectorCycles;
        private long macs;
    }

    private StepCosts(HardwareSpec spec) {
        this.spec = spec;
    }

    static StepCosts of(TileProgram program, HardwareSpec spec, long[] arguments) {
        StepCosts costs = new StepCosts(spec);
        for (int i = 0; i < arguments.length; i++) {
            costs.arguments.put(program.arguments().get(i).name(), arguments[i]);
        }
        costs.nodes(program.nodes(), 1);
        return costs;
    }

    /** Commands that an engine executes. */
    long commands(Queue queue) {
        return commands.getOrDefault(queue, 0L);
    }

    /** Per kind of operator that takes cycles at all. */
    List<CompileSummary.OperatorBound> bounds() {
        List<CompileSummary.OperatorBound> bounds = new ArrayList<>();
        kinds.forEach((kind, sums) -> {
            long memory = (long) Math.ceil(sums.bytes / spec.memoryBytesPerCycle());
            var bound = new CompileSummary.OperatorBound(kind, memory, sums.matrixCycles, sums.vectorCycles, sums.macs);
            if (bound.cycles() > 0) {
                bounds.add(bound);
            }
        });
        return bounds;
    }

    private void nodes(List<TileNode> nodes, long times) {
        for (TileNode node : nodes) {
            switch (node) {
                case TileNode.Repeat repeat -> nodes(repeat.body(), times * repeat.count());
                case TileNode.Kernel kernel -> {
                    Sums sums = kinds.computeIfAbsent(kind(kernel.label()), _ -> new Sums());
                    kernel.engines().forEach((queue, body) -> statements(queue, body, times, sums));
                }
            }
        }
    }

    /** The last part of a label: {@code blk.0-23.qkv} is of kind {@code qkv}. */
    private static String kind(String label) {
        return label.substring(label.lastIndexOf('.') + 1);
    }

    private void statements(Queue queue, List<TileStatement> body, long times, Sums sums) {
        for (TileStatement statement : body) {
            switch (statement) {
                case TileStatement.Loop loop -> statements(queue, loop.body(), times * value(loop.count()), sums);
                case TileStatement.Command command -> {
                    commands.merge(queue, times, Long::sum);
                    command(command, times, sums);
                }
                case TileStatement.Fetch _ -> {
                    commands.merge(queue, times, Long::sum);
                    sums.bytes += times * spec.port().beatBytes();
                }
                case TileStatement.Advance _, TileStatement.Reset _ -> {}
            }
        }
    }

    /** An expression with all loop variables, rings and fetched values 0: lengths and counts have none. */
    private long value(Expr expr) {
        return expr.constant()
                + expr.base()
                        .map(base -> arguments.getOrDefault(base.name(), 0L))
                        .orElse(0L);
    }

    private long value(TileStatement.Command command, String operand) {
        return value(command.operand(operand));
    }

    private void command(TileStatement.Command c, long times, Sums sums) {
        switch (c.opcode()) {
            case LOAD_WEIGHTS, LOAD_ROWS, LOAD_TRANSPOSED, LOAD_SCALES, LOAD_LINEAR, LOAD_HALVES, STORE ->
                sums.bytes += times * bytes(c);
            case MATMUL -> {
                long elements = BLOCK * value(c, "blocks");
                sums.matrixCycles += times * Math.max(1, elements);
                sums.macs += times * elements * value(c, "m") * value(c, "n");
            }
            case EMIT -> sums.matrixCycles += times;
            case VECTOR -> sums.vectorCycles += times * vector(c);
            default -> {}
        }
    }

    private long bytes(TileStatement.Command c) {
        long named = value(c, "columns");
        long columns = named == 0 ? spec.array().columns() : named;
        return switch (c.opcode()) {
            case LOAD_WEIGHTS ->
                value(c, "blocks") * columns * BlockMatrix.Format.values()[(int) value(c, "format")].blockBytes();
            case LOAD_SCALES -> value(c, "blocks") * 2 * columns;
            case LOAD_HALVES -> value(c, "rows") * spec.port().beatBytes();
            default -> value(c, "rows") * value(c, "rowBytes");
        };
    }

    /** Cycles of a vector command without zero-filling; growing rows count with their mean length. */
    private long vector(TileStatement.Command c) {
        VectorFunction function = VectorFunction.of((int) value(c, "fn"));
        VectorTarget target = VectorTarget.of((int) value(c, "kind"));
        long rows = value(c, "rows");
        boolean growing = (c.flags() & 2) != 0;
        long length = value(c, "rn") + (growing ? (rows - 1) / 2 : 0);
        long words = rows * Math.ceilDiv(length, (long) spec.vectorLanes());
        long longest = value(c, "rn") + (growing ? rows - 1 : 0);
        long batchRows = Math.max(1, BATCH_BLOCKS / Math.max(1, Math.ceilDiv(longest, (long) BLOCK)));
        long batches = Math.ceilDiv(rows, batchRows);
        int rate = function.readsB() && sameBuffer(c) ? 2 : 1;
        return 1 + words * passes(function, target, rate) + batches * depth(function, target);
    }

    private boolean sameBuffer(TileStatement.Command c) {
        return value(c, "amem") == value(c, "bmem");
    }

    private static long passes(VectorFunction function, VectorTarget target, int rate) {
        boolean reduces = function == VectorFunction.NORM || function == VectorFunction.SOFTMAX;
        return (reduces ? 2 : 0) + (target.quantizes() ? 2L : 1L) * rate;
    }

    private static long depth(VectorFunction function, VectorTarget target) {
        long before = switch (function) {
            case NORM -> 8 + 64;
            case SOFTMAX -> 12 + 64;
            default -> 0;
        };
        return before + (target.quantizes() ? function.deep() ? 72 : 32 : 0) + (function.deep() ? 56 : 16);
    }
}
