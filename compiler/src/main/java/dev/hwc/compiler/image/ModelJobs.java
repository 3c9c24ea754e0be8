package dev.hwc.compiler.image;

import dev.hwc.ir.device.PimAttention;
import dev.hwc.ir.device.PimProduct;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.numerics.BlockMatrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * What a host needs to run a model on a device, job by job: fresh from the compiler ({@link
 * CompiledModel}) or out of a program image ({@link ImageModel}).
 */
public interface ModelJobs {
    /** The hardware the programs were made for. */
    HardwareSpec spec();

    /** Tokens the KV cache holds. */
    int context();

    /** Number of logits. */
    int vocabulary();

    /** Tokens one step can have at most. */
    int maxTokens();

    /**
     * Tokens of the steps of a prompt, in order.
     *
     * @param position tokens in the KV cache before it
     * @throws dev.hwc.compiler.CompileException when the context is too short for it
     */
    List<Integer> promptSteps(int tokens, long position);

    /**
     * The step of so many new tokens.
     *
     * @param logits whether the logits of the last token are needed
     * @throws dev.hwc.compiler.CompileException when there is none
     */
    StepJob job(int tokens, boolean logits);

    /** Where the programs stand in window 0. */
    long programOffset();

    /** Bytes of windows 0 to 3, and of window 4 where there is memory that computes. */
    List<Long> windowBytes();

    /** Packed weights (window 0); absent for a shape without weights. */
    Optional<MemorySegment> weights();

    /** What window 1 starts with; absent for a shape without weights. */
    Optional<MemorySegment> constants();

    /** What stands in window 4, by offset; nothing without memory that computes. */
    List<PimProduct> products();

    /** Attention of the layers in window 4, by offset; nothing where memory cannot compute it. */
    List<PimAttention> attention();

    /** The weights of a part of a product, one row per output; padding is zero. */
    BlockMatrix productMatrix(int product, int part);

    /** Where the products of a step are computed, and what the other side would cost. */
    List<Placement> placements(int tokens);

    /**
     * Offsets in window 0 of a token's codes and scales.
     *
     * @throws dev.hwc.ir.IrException when there is no such token
     */
    long[] tokenOffsets(int id);

    /** Offset of the logits of a step in window 3. */
    long logitsOffset(int tokens);

    /** Writes the token table of a step into window 3. */
    default void writeTokens(int[] ids, MemorySegment io) {
        for (int i = 0; i < ids.length; i++) {
            long[] offsets = tokenOffsets(ids[i]);
            io.set(ImageFormat.INT, 8L * i, (int) offsets[0]);
            io.set(ImageFormat.INT, 8L * i + 4, (int) offsets[1]);
        }
    }

    /** Reads the logits of a step from window 3. */
    default float[] readLogits(int tokens, MemorySegment io) {
        float[] logits = new float[vocabulary()];
        var layout = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        MemorySegment.copy(io, layout, logitsOffset(tokens), logits, 0, logits.length);
        return logits;
    }
}
