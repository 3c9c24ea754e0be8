package dev.hwc.compiler.lower;

import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorMemory;
import dev.hwc.ir.isa.VectorTarget;
import dev.hwc.ir.tile.Expr;
import dev.hwc.ir.tile.TileStatement;

/** RMS norm of rows of the residual stream, quantized as operand of the product that follows. */
final class NormStep {
    private NormStep() {}

    /**
     * @param offset of the norm's weight in window 1
     * @param firstRow first row of the residual stream
     */
    static void write(Kernels kernels, KernelBuilder kernel, Expr offset, float epsilon, int firstRow, int rows) {
        BufferPlan plan = kernels.plan();
        int width = kernels.layout().network().width();
        kernels.loadVector(kernel, offset, width);
        kernel.vector(Ops.vector(VectorFunction.NORM, rows, Expr.of(width))
                .a(VectorMemory.VECTOR, Expr.of((long) firstRow * plan.widthWords()), plan.widthWords())
                .b(VectorMemory.LOAD, Expr.ring(Kernels.LOADED), 0)
                .to(VectorTarget.ACTIVATION_A8, Expr.ZERO, plan.widthBlocks())
                .constants(Ops.bits((float) (1.0 / width)), Ops.bits(epsilon))
                .build(Tokens.NONE.awaiting(Queue.LOAD).signalling(Queue.LOAD)));
        kernel.vector(new TileStatement.Advance(Kernels.LOADED));
    }
}
