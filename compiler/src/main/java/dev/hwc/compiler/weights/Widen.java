package dev.hwc.compiler.weights;

import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.model.HardwareWeights;
import dev.hwc.ir.format.model.WeightSpec;
import dev.hwc.ir.format.model.WeightTensor;
import dev.hwc.ir.numerics.BlockProduct;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A matrix as Q8_0, which the hardware takes everywhere: codes and scales as i8 has them (numerics N13),
 * so that blocks with one scale and no minimum lose nothing.
 */
public record Widen() implements WeightRewrite {
    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    @Override
    public WeightSpec spec(WeightSpec source) {
        return new WeightSpec(source.name(), source.rows(), source.columns(), GgmlType.Q8_0);
    }

    @Override
    public void write(WeightTensor source, MemorySegment target) {
        int blocks = Math.toIntExact(source.columns() / BlockProduct.BLOCK);
        byte[] codes = new byte[blocks * BlockProduct.BLOCK];
        short[] scales = new short[blocks];
        long at = 0;
        for (int row = 0; row < source.rows(); row++) {
            HardwareWeights.widened(source, row, codes, scales);
            for (int block = 0; block < blocks; block++) {
                target.set(HALF, at, scales[block]);
                MemorySegment.copy(
                        codes, block * BlockProduct.BLOCK, target, ValueLayout.JAVA_BYTE, at + 2, BlockProduct.BLOCK);
                at += 2 + BlockProduct.BLOCK;
            }
        }
    }
}
