package dev.hwc.compiler.lower;

import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorMemory;
import dev.hwc.ir.isa.VectorTarget;
import dev.hwc.ir.tile.Expr;
import dev.hwc.ir.tile.TileStatement;

/** RMS norm of rows in the vector buffer, quantized as operand of the product that follows. */
final class NormStep {
    private NormStep() {}

    /**
     * Norm of the residual stream.
     *
     * @param offset of the norm's weight in window 1, with its bias behind it
     * @param firstRow first row of the residual stream
     */
    static void write(Kernels kernels, KernelBuilder kernel, Expr offset, Network.Norm norm, int firstRow, int rows) {
        BufferPlan plan = kernels.plan();
        int width = kernels.layout().network().width();
        write(
                kernels,
                kernel,
                offset,
                norm,
                width,
                rows,
                (long) firstRow * plan.widthWords(),
                plan.widthWords(),
                0,
                plan.widthBlocks());
    }

    /**
     * Norm of the operand of an output projection, which stands in the temporaries.
     *
     * @param offset of the norm's weight in window 1, with its bias behind it
     * @param sourceWords from row to row
     * @param targetBlocks from row tile to row tile
     */
    static void writeOperand(
            Kernels kernels,
            KernelBuilder kernel,
            Expr offset,
            Network.Norm norm,
            int elements,
            int sourceWords,
            int targetBlocks) {
        BufferPlan plan = kernels.plan();
        write(
                kernels,
                kernel,
                offset,
                norm,
                elements,
                plan.tokens(),
                plan.temporary(),
                sourceWords,
                plan.secondBase(),
                targetBlocks);
    }

    private static void write(
            Kernels kernels,
            KernelBuilder kernel,
            Expr offset,
            Network.Norm norm,
            int elements,
            int rows,
            long source,
            int sourceWords,
            int target,
            int targetBlocks) {
        LoadSlot slot = new LoadSlot(kernels, kernel);
        int weight = slot.vector(offset, elements);
        int bias = norm.bias() == null ? -1 : slot.vector(offset.plus(ModelLayout.vectorBytes(elements)), elements);
        slot.load();
        Ops.VectorBuilder normed = Ops.vector(VectorFunction.NORM, rows, Expr.of(elements))
                .a(VectorMemory.VECTOR, Expr.of(source), sourceWords)
                .b(VectorMemory.LOAD, LoadSlot.at(weight), 0)
                .constants(Ops.bits((float) (1.0 / elements)), Ops.bits(norm.epsilon()));
        if (bias < 0) {
            normed.to(VectorTarget.ACTIVATION_A8, Expr.of(target), targetBlocks);
            kernel.vector(normed.build(Tokens.NONE.awaiting(Queue.LOAD).signalling(Queue.LOAD)));
        } else {
            Expr temporary = Expr.of(kernels.plan().temporary());
            normed.to(VectorTarget.VECTOR_FP32, temporary, sourceWords);
            kernel.vector(normed.build(Tokens.NONE.awaiting(Queue.LOAD)));
            kernel.vector(Ops.vector(VectorFunction.ADD, rows, Expr.of(elements))
                    .a(VectorMemory.VECTOR, temporary, sourceWords)
                    .b(VectorMemory.LOAD, LoadSlot.at(bias), 0)
                    .to(VectorTarget.ACTIVATION_A8, Expr.of(target), targetBlocks)
                    .build(Tokens.NONE.signalling(Queue.LOAD)));
        }
        kernel.vector(new TileStatement.Advance(Kernels.LOADED));
    }
}
