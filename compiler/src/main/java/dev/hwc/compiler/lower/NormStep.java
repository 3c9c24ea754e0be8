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
     * @param offset of the norm's weight in window 1
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
     * @param offset of the norm's weight in window 1
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
        kernels.loadVector(kernel, offset, elements);
        kernel.vector(Ops.vector(VectorFunction.NORM, rows, Expr.of(elements))
                .a(VectorMemory.VECTOR, Expr.of(source), sourceWords)
                .b(VectorMemory.LOAD, Expr.ring(Kernels.LOADED), 0)
                .to(VectorTarget.ACTIVATION_A8, Expr.of(target), targetBlocks)
                .constants(Ops.bits((float) (1.0 / elements)), Ops.bits(norm.epsilon()))
                .build(Tokens.NONE.awaiting(Queue.LOAD).signalling(Queue.LOAD)));
        kernel.vector(new TileStatement.Advance(Kernels.LOADED));
    }
}
