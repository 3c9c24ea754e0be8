package dev.hwc.compiler.weights;

import dev.hwc.ir.format.model.WeightSpec;
import dev.hwc.ir.format.model.WeightTensor;
import java.lang.foreign.MemorySegment;

/** One change of a weight's shape and data. Immutable. */
public interface WeightRewrite {
    /** Name, shape and type afterwards; needs no data. */
    WeightSpec spec(WeightSpec source);

    /**
     * Computes the data.
     *
     * @param source a weight with data
     * @param target receives the blocks of {@code spec(source.spec())}; filled with zero bytes before
     */
    void write(WeightTensor source, MemorySegment target);
}
