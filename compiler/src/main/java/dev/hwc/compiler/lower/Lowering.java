package dev.hwc.compiler.lower;

import dev.hwc.compiler.CompileException;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.tensor.FusedKind;
import dev.hwc.ir.tile.Expr;
import dev.hwc.ir.tile.JobArgument;
import dev.hwc.ir.tile.Ring;
import dev.hwc.ir.tile.TileNode;
import dev.hwc.ir.tile.TileProgram;
import dev.hwc.ir.tile.TileStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Lowers a network to tile programs: one for a decode step, one for each number of tokens of a
 * prefill step. All of them share one memory layout.
 */
public final class Lowering {
    static final String CODE_OFFSET = "codeOffset";
    static final String SCALE_OFFSET = "scaleOffset";
    static final String ROPE_OFFSET = "ropeOffset";
    static final String POSITION_OFFSET = "positionOffset";
    static final String MASK_OFFSET = "maskOffset";
    static final String KEY_TILES = "keyTiles";
    static final String VALUE_PIECES = "valuePieces";
    static final String SCALE_ROWS = "scaleRows";
    static final String FIRST_LENGTH = "firstLength";
    static final String FILL = "fill";
    static final String MEMORY_ROW = "memoryRow";

    private final ModelLayout layout;

    /** A layout for a network with a KV cache of at least {@code context} tokens. */
    public Lowering(Network network, HardwareSpec spec, int context, TilingOptions options) {
        this.layout = new ModelLayout(network, spec, context, options);
    }

    public ModelLayout layout() {
        return layout;
    }

    /**
     * The largest number of tokens one prefill step can have on this hardware, at most {@code limit};
     * at least 1.
     *
     * @param fits whether a step of this many tokens fits
     */
    public int maxTokens(int limit, IntPredicate fits) {
        int rows = layout.spec().array().rows();
        int top = Math.min(Math.min(limit, 255), rows * layout.spec().array().accumulatorSlots());
        for (int tokens = top / rows * rows; tokens >= rows; tokens -= rows) {
            if (fits.test(tokens)) {
                return tokens;
            }
        }
        for (int tokens = Math.min(rows - 1, top); tokens > 1; tokens--) {
            if (fits.test(tokens)) {
                return tokens;
            }
        }
        return 1;
    }

    /**
     * The program for a step of {@code tokens} new tokens at any position.
     *
     * @throws CompileException when the step does not fit the scratchpads
     */
    public TileProgram program(int tokens) {
        return program(tokens, true, layout.options());
    }

    /**
     * As {@link #program(int)}; without logits the vocabulary projection is left out, for steps of a
     * prefill that are not the last.
     *
     * @param options what the program may choose for itself; of the layout's choices, those of the layout hold
     */
    public TileProgram program(int tokens, boolean logits, TilingOptions options) {
        BufferPlan plan = new BufferPlan(layout, tokens, options);
        Kernels kernels = new Kernels(layout, plan);
        List<TileNode> nodes = new ArrayList<>();
        nodes.add(start(kernels));
        nodes.add(new EmbedKernel(kernels).write());
        for (List<ModelLayout.LayerGroup> repeat : layout.repeats()) {
            List<TileNode> body = repeat.stream()
                    .flatMap(group -> layer(kernels, group).stream())
                    .toList();
            nodes.add(new TileNode.Repeat(
                    Kernels.LAYER, repeat.getFirst().layers().size(), body));
        }
        if (logits) {
            nodes.add(new ProductKernels(kernels).head());
        }
        nodes.add(finish(kernels));
        return new TileProgram(
                layout.network().name() + ".m" + tokens + (logits ? "" : ".nologits"),
                arguments(plan),
                kernels.rings(),
                nodes);
    }

    /** Highest use of the scratchpads by a program, in bytes. */
    public long scratchpadPeakBytes(int tokens, TilingOptions options) {
        return new BufferPlan(layout, tokens, options).peakBytes();
    }

    private List<TileNode> layer(Kernels kernels, ModelLayout.LayerGroup group) {
        int first = group.layers().getFirst().index();
        int last = group.layers().getLast().index();
        String prefix = "blk." + (first == last ? "" + first : first + "-" + last)
                + (group.period() == 1 ? "" : "by" + group.period()) + ".";
        ProductKernels products = new ProductKernels(kernels);
        return List.of(
                new QkvKernel(kernels, group, prefix + "qkv").write(),
                kernels.plan().inMemory(FusedKind.ATTENTION)
                        ? new MemoryAttention(kernels, group, prefix + "attention").write()
                        : new AttentionKernel(kernels, group, prefix + "attention").write(),
                products.output(group, prefix + "output_add"),
                products.gateUp(group, prefix + "gate_up"),
                products.down(group, prefix + "down_add"));
    }

    /** Free slots of all rings, and the rotations of this step's positions. */
    private TileNode start(Kernels kernels) {
        BufferPlan plan = kernels.plan();
        KernelBuilder kernel = new KernelBuilder("start");
        for (Ring ring : kernels.rings().subList(0, 5)) {
            for (Queue queue : Queue.values()) {
                if (uses(queue, ring.name())) {
                    kernel.add(queue, new TileStatement.Reset(ring.name()));
                }
            }
        }
        int rowBytes = plan.headSize() * 4;
        if (layout.network().rotates()) {
            kernel.load(Ops.load(
                    Opcode.LOAD_LINEAR,
                    Tokens.NONE.signalling(Queue.VECTOR),
                    ModelLayout.CONSTANTS,
                    Expr.arg(ROPE_OFFSET).plus(layout.ropeOffset()),
                    Expr.ZERO,
                    plan.tokens(),
                    rowBytes,
                    rowBytes));
        }
        if (layout.masks().isPresent() && !plan.inMemory(FusedKind.ATTENTION)) {
            masks(kernel, plan, layout.masks().get());
        }
        CapStep.load(kernels, kernel);
        kernel.times(Queue.MATRIX, plan.weightRing().slots(), Ops.signal(Queue.LOAD));
        kernel.times(Queue.VECTOR, plan.loadRing().slots(), Ops.signal(Queue.LOAD));
        kernel.times(Queue.STORE, plan.storeSlots(), Ops.signal(Queue.VECTOR));
        if (layout.network().rotates()) {
            kernel.vector(Ops.await(Queue.LOAD));
        }
        return kernel.build();
    }

    /** The masks of this step's positions, which all layers with a window share. */
    private static void masks(KernelBuilder kernel, BufferPlan plan, WindowMasks masks) {
        int bytes = 4 * masks.context();
        kernel.loop(Queue.LOAD, "mask", plan.tokens(), () -> {
            Expr entry = Expr.arg(MASK_OFFSET).plus(Expr.loop("mask", 4)).plus(masks.offset());
            kernel.load(new TileStatement.Fetch("mask", ModelLayout.CONSTANTS, entry));
            kernel.load(Ops.load(
                    Opcode.LOAD_LINEAR,
                    Tokens.NONE,
                    ModelLayout.CONSTANTS,
                    Expr.fetched("mask"),
                    Expr.loop("mask", plan.scoreWords()).plus(plan.maskBase()),
                    1,
                    bytes,
                    0));
        });
        kernel.load(Ops.sync(Tokens.NONE.signalling(Queue.VECTOR), true));
        kernel.vector(Ops.await(Queue.LOAD));
    }

    private static boolean uses(Queue queue, String ring) {
        return switch (ring) {
            case Kernels.WEIGHTS -> queue == Queue.LOAD || queue == Queue.MATRIX;
            case Kernels.LOADED -> queue == Queue.LOAD || queue == Queue.VECTOR;
            case Kernels.STORE_HALVES -> queue == Queue.VECTOR || queue == Queue.STORE;
            default -> queue == Queue.VECTOR;
        };
    }

    /** Takes back the free slots, so that all tokens are spent. */
    private TileNode finish(Kernels kernels) {
        BufferPlan plan = kernels.plan();
        KernelBuilder kernel = new KernelBuilder("finish");
        kernel.times(Queue.LOAD, plan.weightRing().slots(), Ops.await(Queue.MATRIX));
        kernel.times(Queue.LOAD, plan.loadRing().slots(), Ops.await(Queue.VECTOR));
        kernel.times(Queue.VECTOR, plan.storeSlots(), Ops.await(Queue.STORE));
        return kernel.build();
    }

    private List<JobArgument> arguments(BufferPlan plan) {
        int headSize = plan.headSize();
        int m = plan.tokens();
        int columns = plan.keyColumns();
        int piece = plan.valueTokens();
        int scales = layout.scaleTokens();
        List<JobArgument> arguments = new ArrayList<>(List.of(
                new JobArgument(CODE_OFFSET, 1, 0, 1, headSize),
                new JobArgument(SCALE_OFFSET, 1, 0, 1, 2),
                new JobArgument(ROPE_OFFSET, 1, 0, 1, 4L * headSize),
                new JobArgument(KEY_TILES, 1, m + columns - 1L, columns, 1),
                new JobArgument(VALUE_PIECES, 1, m + piece - 1L, piece, 1),
                new JobArgument(SCALE_ROWS, 1, m + scales - 1L, scales, 1),
                new JobArgument(FIRST_LENGTH, 1, 1, 1, 1),
                new JobArgument(FILL, 1, m + piece - 1L, piece, piece)));
        if (layout.network().positions() != null) {
            long rowBytes = ModelLayout.vectorBytes(layout.network().width());
            arguments.add(new JobArgument(POSITION_OFFSET, 1, 0, 1, rowBytes));
        }
        if (layout.masks().isPresent()) {
            arguments.add(new JobArgument(MASK_OFFSET, 1, 0, 1, 4));
        }
        if (plan.keysInMemory()) {
            arguments.add(new JobArgument(MEMORY_ROW, 1, 0, 1, layout.attentionRowBytes()));
        }
        return arguments;
    }
}
