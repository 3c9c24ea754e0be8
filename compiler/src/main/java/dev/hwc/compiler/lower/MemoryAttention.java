package dev.hwc.compiler.lower;

import dev.hwc.ir.device.PimAttention;
import dev.hwc.ir.device.PimProduct;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorMemory;
import dev.hwc.ir.isa.VectorTarget;
import dev.hwc.ir.tile.Expr;
import dev.hwc.ir.tile.Ring;
import dev.hwc.ir.tile.TileNode;
import dev.hwc.ir.tile.TileStatement;

/**
 * Attention of one token that memory computes (docs/spec/pim-window.md): keys, values and the query were stored behind the
 * projections; here the results come back, some heads at a time, and become the operand of the output projection.
 */
final class MemoryAttention {
    private static final String GROUP = "heads";

    private final BufferPlan plan;
    private final ModelLayout.LayerGroup group;
    private final Network.Layer layer;
    private final PimAttention attention;
    private final KernelBuilder kernel;
    private final Ring ring;
    private final int groupHeads;

    MemoryAttention(Kernels kernels, ModelLayout.LayerGroup group, String label) {
        this.plan = kernels.plan();
        this.group = group;
        this.layer = group.layer();
        this.attention = group.attention().orElseThrow();
        this.kernel = new KernelBuilder(label);
        this.groupHeads = plan.attentionGroupHeads(layer);
        this.ring = kernels.resultRing(kernel, groupHeads * plan.headWords());
    }

    TileNode.Kernel write() {
        kernel.load(Ops.await(Queue.STORE));
        kernel.load(new TileStatement.Reset(ring.name()));
        kernel.vector(new TileStatement.Reset(ring.name()));
        int whole = layer.heads() / groupHeads;
        int rest = layer.heads() % groupHeads;
        heads(whole, groupHeads, 0);
        if (rest > 0) {
            heads(1, rest, whole * groupHeads);
        }
        return kernel.build();
    }

    /** {@code count} groups of heads from a head on. */
    private void heads(int count, int heads, int first) {
        int elements = heads * layer.headSize();
        kernel.loop(Queue.LOAD, GROUP, count, () -> {
            kernel.load(Ops.load(
                    Opcode.LOAD_LINEAR,
                    new Tokens(Queue.VECTOR.bit(), Queue.VECTOR.bit()),
                    PimProduct.WINDOW,
                    Kernels.memoryRow(group, attention.result() + 4L * first * layer.headSize())
                            .plus(Expr.loop(GROUP, 4L * elements)),
                    Expr.ring(ring.name()),
                    1,
                    4 * elements,
                    0));
            kernel.load(new TileStatement.Advance(ring.name()));
        });
        kernel.loop(Queue.VECTOR, GROUP, count, () -> {
            Ops.VectorBuilder copy = Ops.vector(VectorFunction.COPY, 1, Expr.of(elements))
                    .a(VectorMemory.LOAD, Expr.ring(ring.name()), 0);
            kernel.vector(target(copy, heads, first).build(new Tokens(Queue.LOAD.bit(), Queue.LOAD.bit())));
            kernel.vector(new TileStatement.Advance(ring.name()));
        });
    }

    /** Operand of the output projection, or the temporaries if they are normed first or go to memory. */
    private Ops.VectorBuilder target(Ops.VectorBuilder copy, int heads, int first) {
        if (plan.mixedInVector(layer)) {
            Expr word = Expr.loop(GROUP, (long) heads * plan.headWords())
                    .plus(plan.temporary() + (long) first * plan.headWords());
            return copy.to(VectorTarget.VECTOR_FP32, word, 0);
        }
        Expr block = Expr.loop(GROUP, (long) heads * plan.headBlocks())
                .plus(plan.secondBase() + (long) first * plan.headBlocks());
        return copy.to(VectorTarget.ACTIVATION_A8, block, 0);
    }
}
