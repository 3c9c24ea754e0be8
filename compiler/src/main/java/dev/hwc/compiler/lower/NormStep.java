package dev.hwc.compiler.lower;

import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorMemory;
import dev.hwc.ir.isa.VectorTarget;
import dev.hwc.ir.tile.Expr;
import dev.hwc.ir.tile.TileStatement;

/**
 * RMS norm of rows in the vector buffer as operand of the product that follows: quantized for the array, or
 * as it is for memory that computes.
 */
final class NormStep {
    private NormStep() {}

    /**
     * Norm of the residual stream.
     *
     * @param offset of the norm's weight in window 1, with its bias behind it
     * @param firstRow first row of the residual stream
     * @param inVector whether the normed rows go to the temporaries, as fp32
     */
    static void write(
            Kernels kernels,
            KernelBuilder kernel,
            Expr offset,
            Network.Norm norm,
            int firstRow,
            int rows,
            boolean inVector) {
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
                plan.widthBlocks(),
                inVector);
    }

    /**
     * Norm of the operand of an output projection, which stands in the temporaries.
     *
     * @param offset of the norm's weight in window 1, with its bias behind it
     * @param sourceWords from row to row
     * @param targetBlocks from row tile to row tile
     * @param inVector whether the normed rows stay there, as fp32
     */
    static void writeOperand(
            Kernels kernels,
            KernelBuilder kernel,
            Expr offset,
            Network.Norm norm,
            int elements,
            int sourceWords,
            int targetBlocks,
            boolean inVector) {
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
                targetBlocks,
                inVector);
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
            int targetBlocks,
            boolean inVector) {
        LoadSlot slot = new LoadSlot(kernels, kernel);
        int weight = slot.vector(offset, elements);
        int bias = norm.bias() == null ? -1 : slot.vector(offset.plus(ModelLayout.vectorBytes(elements)), elements);
        slot.load();
        Ops.VectorBuilder normed = Ops.vector(VectorFunction.NORM, rows, Expr.of(elements))
                .a(VectorMemory.VECTOR, Expr.of(source), sourceWords)
                .b(VectorMemory.LOAD, LoadSlot.at(weight), 0)
                .constants(Ops.bits((float) (1.0 / elements)), Ops.bits(norm.epsilon()));
        Expr temporary = Expr.of(kernels.plan().temporary());
        VectorTarget kind = inVector ? VectorTarget.VECTOR_FP32 : VectorTarget.ACTIVATION_A8;
        Expr destination = inVector ? temporary : Expr.of(target);
        int stride = inVector ? sourceWords : targetBlocks;
        if (bias < 0) {
            normed.to(kind, destination, stride);
            kernel.vector(normed.build(Tokens.NONE.awaiting(Queue.LOAD).signalling(Queue.LOAD)));
        } else {
            normed.to(VectorTarget.VECTOR_FP32, temporary, sourceWords);
            kernel.vector(normed.build(Tokens.NONE.awaiting(Queue.LOAD)));
            kernel.vector(Ops.vector(VectorFunction.ADD, rows, Expr.of(elements))
                    .a(VectorMemory.VECTOR, temporary, sourceWords)
                    .b(VectorMemory.LOAD, LoadSlot.at(bias), 0)
                    .to(kind, destination, stride)
                    .build(Tokens.NONE.signalling(Queue.LOAD)));
        }
        kernel.vector(new TileStatement.Advance(Kernels.LOADED));
    }
}
