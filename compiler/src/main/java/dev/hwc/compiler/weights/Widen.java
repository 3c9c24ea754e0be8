package dev.hwc.compiler.weights;

import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.model.HardwareWeights;
import dev.hwc.ir.format.model.WeightSpec;
import dev.hwc.ir.format.model.WeightTensor;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.ir.numerics.BlockProduct;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A matrix as a type that the hardware takes everywhere: ternary ones as Q4_0, others as Q8_0. Codes and
 * scales are those that i4 and i8 have (numerics N13), so that blocks with one scale and no minimum lose
 * nothing.
 */
public record Widen() implements WeightRewrite {
    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    @Override
    public WeightSpec spec(WeightSpec source) {
        return new WeightSpec(source.name(), source.rows(), source.columns(), type(source.type()));
    }

    private static GgmlType type(GgmlType source) {
        return HardwareWeights.format(source) == BlockMatrix.Format.TERNARY ? GgmlType.Q4_0 : GgmlType.Q8_0;
    }

    @Override
    public void write(WeightTensor source, MemorySegment target) {
        BlockCodes places = BlockCodes.of(type(source.type()));
        int blocks = Math.toIntExact(source.columns() / BlockProduct.BLOCK);
        byte[] codes = new byte[blocks * BlockProduct.BLOCK];
        short[] scales = new short[blocks];
        long at = 0;
        for (int row = 0; row < source.rows(); row++) {
            HardwareWeights.widened(source, row, codes, scales);
            for (int block = 0; block < blocks; block++) {
                target.set(HALF, at, scales[block]);
                for (int i = 0; i < BlockProduct.BLOCK; i++) {
                    places.setCode(target, at, i, codes[block * BlockProduct.BLOCK + i] + places.zero());
                }
                at += places.type().blockBytes();
            }
        }
    }
}
