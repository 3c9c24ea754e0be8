package dev.hwc.ir.interp;

import dev.hwc.ir.format.gguf.IntegerBlock;
import dev.hwc.ir.format.gguf.IntegerCodec;
import dev.hwc.ir.format.model.WeightTensor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Weights as integers: in each block a float scale d_w and, in some types, a float scale of minima
 * m_w; in each group of the block an integer scale s and minimum m; weight = d_w·s·q − m_w·m. A
 * product adds integers within a block and floats over the blocks, in order: y = Σ_block d_w·d_x ·
 * (Σ_group s · Σ q_w·q_x) − Σ_block m_w · (Σ_group m · Σ x).
 */
final class IntegerMatrix implements Matrix {
    private static final int SUPER_BLOCK = 256;

    private final WeightTensor tensor;
    private final IntegerCodec codec;
    private final Function<float[], QuantizedRow> quantization;
    private final int rows;
    private final int columns;
    private final byte[][] q;
    private final byte[][] groupScales;
    private final byte[][] groupMinima;
    private final float[][] scales;
    private final float[][] minimumScales;

    private IntegerMatrix(WeightTensor tensor, IntegerCodec codec) {
        this.tensor = tensor;
        this.codec = codec;
        this.quantization = partner(codec);
        this.rows = Math.toIntExact(tensor.rows());
        this.columns = Math.toIntExact(tensor.columns());
        this.q = new byte[rows][columns];
        this.groupScales = new byte[rows][columns / codec.groupSize()];
        this.groupMinima = new byte[rows][columns / codec.groupSize()];
        this.scales = new float[rows][columns / codec.blockSize()];
        this.minimumScales = new float[rows][columns / codec.blockSize()];
    }

    /** Unpacks a matrix whose type has this codec. */
    static IntegerMatrix of(WeightTensor tensor, IntegerCodec codec) {
        IntegerMatrix matrix = new IntegerMatrix(tensor, codec);
        IntegerBlock block = new IntegerBlock(codec);
        long at = 0;
        for (int row = 0; row < matrix.rows; row++) {
            for (int b = 0; b < matrix.scales[row].length; b++) {
                codec.unpack(tensor.data(), at, block);
                matrix.keep(block, row, b);
                at += codec.blockBytes();
            }
        }
        return matrix;
    }

    /** Blocks of 256 meet Q8_K, blocks of 32 with minima Q8_1, others Q8_0. */
    private static Function<float[], QuantizedRow> partner(IntegerCodec codec) {
        if (codec.blockSize() == SUPER_BLOCK) {
            return x -> QuantizedRow.q8_K(x, codec.groupSize());
        }
        return codec.hasMinima() ? QuantizedRow::q8_1 : QuantizedRow::q8_0;
    }

    private void keep(IntegerBlock block, int row, int b) {
        scales[row][b] = block.d();
        minimumScales[row][b] = block.dMin();
        for (int i = 0; i < codec.blockSize(); i++) {
            q[row][b * codec.blockSize() + i] = block.code(i);
        }
        int groups = codec.blockSize() / codec.groupSize();
        for (int group = 0; group < groups; group++) {
            groupScales[row][b * groups + group] = block.scale(group);
            groupMinima[row][b * groups + group] = block.minimum(group);
        }
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
        int groupsPerBlock = codec.blockSize() / codec.groupSize();
        float sum = 0;
        float minimum = 0;
        for (int block = 0; block < scales[row].length; block++) {
            int firstGroup = block * groupsPerBlock;
            int blockSum = 0;
            for (int group = firstGroup; group < firstGroup + groupsPerBlock; group++) {
                int start = group * codec.groupSize();
                blockSum += groupScales[row][group] * Dot.i8(q[row], start, x.q(), start, codec.groupSize());
            }
            sum += blockSum * (scales[row][block] * x.scales()[block]);
            if (codec.hasMinima()) {
                minimum +=
                        minima(row, firstGroup, groupsPerBlock, x) * (minimumScales[row][block] * x.sumScales()[block]);
            }
        }
        return sum - minimum;
    }

    /** Σ m · Σx over the groups of a block; in Q8_K these are integers below 2²⁴, so the sum is exact. */
    private float minima(int row, int firstGroup, int groups, QuantizedRow x) {
        float sum = 0;
        for (int group = firstGroup; group < firstGroup + groups; group++) {
            sum += groupMinima[row][group] * x.sums()[group];
        }
        return sum;
    }
}
