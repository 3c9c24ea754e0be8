package dev.hwc.compiler.weights;

import dev.hwc.ir.format.model.WeightSpec;
import dev.hwc.ir.format.model.WeightTensor;
import java.lang.foreign.MemorySegment;

/**
 * Permutes the rows of a matrix and inserts rows of zeros. Rows move as raw blocks, so nothing is
 * lost in any storage type.
 */
public record SelectRows(Selection rows) implements WeightRewrite {
    @Override
    public WeightSpec spec(WeightSpec source) {
        return new WeightSpec(source.name(), rows.size(), source.columns(), source.type());
    }

    @Override
    public void write(WeightTensor source, MemorySegment target) {
        long rowBytes = source.type().rowBytes(source.columns());
        for (int row = 0; row < rows.size(); row++) {
            int from = rows.source(row);
            if (from == Selection.ZERO) {
                ZeroBlocks.fill(source.type(), target.asSlice(row * rowBytes, rowBytes));
            } else {
                MemorySegment.copy(source.data(), from * rowBytes, target, row * rowBytes, rowBytes);
            }
        }
    }
}
