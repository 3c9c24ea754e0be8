package dev.hwc.ir.interp;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.model.WeightTensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Weights as integers: in each block one float scale, in each group of the block one integer scale,
 * weight = scale · groupScale · q. A product adds integers within a block and floats over the
 * blocks, in order: y = Σ_block d_w·d_x · Σ_group s · Σ q_w·q_x.
 */
final class IntegerMatrix implements Matrix {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final WeightTensor tensor;
    private final Function<float[], QuantizedRow> quantization;
    private final int groupSize;
    private final int rows;
    private final int columns;
    private final byte[][] q;
    private final byte[][] groupScales;
    private final float[][] scales;

    private IntegerMatrix(WeightTensor tensor, Function<float[], QuantizedRow> quantization, int groupSize) {
        this.tensor = tensor;
        this.quantization = quantization;
        this.groupSize = groupSize;
        this.rows = Math.toIntExact(tensor.rows());
        this.columns = Math.toIntExact(tensor.columns());
        this.q = new byte[rows][columns];
        this.groupScales = new byte[rows][columns / groupSize];
        this.scales = new float[rows][columns / tensor.type().blockSize()];
    }

    /**
     * Unpacks a matrix of type Q8_0, Q4_0 or Q6_K.
     *
     * @throws IrException for other types
     */
    static IntegerMatrix of(WeightTensor tensor) {
        return switch (tensor.type()) {
            case Q8_0 -> new IntegerMatrix(tensor, QuantizedRow::q8_0, 32).unpack(IntegerMatrix::unpackQ8_0);
            case Q4_0 -> new IntegerMatrix(tensor, QuantizedRow::q8_0, 32).unpack(IntegerMatrix::unpackQ4_0);
            case Q6_K -> new IntegerMatrix(tensor, QuantizedRow::q8_K, 16).unpack(IntegerMatrix::unpackQ6_K);
            default ->
                throw new IrException(tensor.name() + " is " + tensor.type().lowerName()
                        + "; integer products have q8_0, q4_0 and q6_k");
        };
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public void row(int row, float[] y) {
        System.arraycopy(tensor.row(row), 0, y, 0, y.length);
    }

    @Override
    public void multiply(float[] x, float @Nullable [] bias, float[] y) {
        QuantizedRow activations = quantization.apply(x);
        for (int row = 0; row < rows; row++) {
            float product = product(row, activations);
            y[row] = bias == null ? product : product + bias[row];
        }
    }

    private float product(int row, QuantizedRow x) {
        int groupsPerBlock = tensor.type().blockSize() / groupSize;
        float sum = 0;
        for (int block = 0; block < scales[row].length; block++) {
            int blockSum = 0;
            for (int group = block * groupsPerBlock; group < (block + 1) * groupsPerBlock; group++) {
                int start = group * groupSize;
                blockSum += groupScales[row][group] * Dot.i8(q[row], start, x.q(), start, groupSize);
            }
            sum += blockSum * (scales[row][block] * x.scales()[block]);
        }
        return sum;
    }

    /** Unpacks one block of a type into a row. */
    @FunctionalInterface
    private interface Unpacking {
        void unpack(IntegerMatrix matrix, MemorySegment bytes, int row, int block);
    }

    private IntegerMatrix unpack(Unpacking unpacking) {
        int blockBytes = tensor.type().blockBytes();
        int blocks = scales.length == 0 ? 0 : scales[0].length;
        for (int row = 0; row < rows; row++) {
            for (int block = 0; block < blocks; block++) {
                long at = ((long) row * blocks + block) * blockBytes;
                unpacking.unpack(this, tensor.data().asSlice(at, blockBytes), row, block);
            }
        }
        return this;
    }

    /** Half d, 32 signed bytes. */
    private void unpackQ8_0(MemorySegment bytes, int row, int block) {
        scales[row][block] = half(bytes, 0);
        groupScales[row][block] = 1;
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, 2, q[row], block * 32, 32);
    }

    /** Half d, 16 bytes: low nibbles are elements 0-15, high nibbles 16-31; q = nibble − 8. */
    private void unpackQ4_0(MemorySegment bytes, int row, int block) {
        scales[row][block] = half(bytes, 0);
        groupScales[row][block] = 1;
        for (int i = 0; i < 16; i++) {
            int pair = bytes.get(ValueLayout.JAVA_BYTE, 2 + i);
            q[row][block * 32 + i] = (byte) ((pair & 15) - 8);
            q[row][block * 32 + 16 + i] = (byte) (((pair >> 4) & 15) - 8);
        }
    }

    /**
     * 128 bytes of low nibbles, 64 bytes of upper bit pairs, 16 signed group scales, half d; q = six
     * bits − 32. In each half of 128 elements, quarter 0 and 1 take the low nibbles of bytes 0-31 and
     * 32-63, quarter 2 and 3 the high nibbles; quarter n takes bit pair n of the upper bits.
     */
    private void unpackQ6_K(MemorySegment bytes, int row, int block) {
        scales[row][block] = half(bytes, 208);
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, 192, groupScales[row], block * 16, 16);
        for (int i = 0; i < 256; i++) {
            int half = i / 128;
            int quarter = i / 32 % 4;
            int lowByte = bytes.get(ValueLayout.JAVA_BYTE, half * 64L + quarter % 2 * 32L + i % 32);
            int highByte = bytes.get(ValueLayout.JAVA_BYTE, 128 + half * 32L + i % 32);
            int low = (lowByte >> (quarter / 2 * 4)) & 15;
            int high = (highByte >> (quarter * 2)) & 3;
            q[row][block * 256 + i] = (byte) ((high << 4 | low) - 32);
        }
    }

    private static float half(MemorySegment bytes, long at) {
        return Float.float16ToFloat(bytes.get(SHORT, at));
    }
}
