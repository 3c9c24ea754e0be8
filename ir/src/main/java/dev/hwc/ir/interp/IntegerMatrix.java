package dev.hwc.ir.interp;

import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.gguf.IntegerBlock;
import dev.hwc.ir.format.gguf.IntegerCodec;
import dev.hwc.ir.format.model.WeightTensor;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Weights as integers: in each block a float scale d_w and, in some types, a float scale of minima
 * m_w; in each group of the block an integer scale s and minimum m; weight = d_w·s·q − m_w·m. A
 * product adds integers within a block and floats over the blocks, in eight lanes or one: y = Σ_block d_w·d_x ·
 * (Σ_group s · Σ q_w·q_x) − Σ_block m_w · (Σ_group m · Σ x). Source of the order: the AVX2 code of
 * ggml_vec_dot_* and of repack.cpp, which builds for AVX-512 use, too.
 */
final class IntegerMatrix implements Matrix {
    private static final int SUPER_BLOCK = 256;
    /** Neighbours that one lane adds, of 32 that a vector holds. */
    private static final int LANE = 4;

    private static final int INTERLEAVED_ROWS = 8;

    private final WeightTensor tensor;
    private final IntegerCodec codec;
    private final Function<float[], QuantizedRow> quantization;
    /** IQ4_NL adds even and odd blocks apart. */
    private final int accumulators;
    /** Q4_0 is repacked into interleaved groups of eight rows, where a row has one lane. */
    private final boolean interleaved;

    private final boolean ternary;
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
        this.accumulators = tensor.type() == GgmlType.IQ4_NL ? 2 : 1;
        this.rows = Math.toIntExact(tensor.rows());
        this.interleaved = tensor.type() == GgmlType.Q4_0 && rows % INTERLEAVED_ROWS == 0;
        this.ternary = tensor.type() == GgmlType.TQ1_0 || tensor.type() == GgmlType.TQ2_0;
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

    /**
     * Element i belongs to lane i/4 mod 8. A lane adds integers within a block and fused floats over the
     * blocks; how minima are added depends on the type.
     */
    private float product(int row, QuantizedRow x) {
        float[][] lanes = new float[accumulators][Lanes.INTEGER];
        float[] minimum = new float[Lanes.INTEGER];
        int[] sums = new int[Lanes.INTEGER];
        for (int block = 0; block < scales[row].length; block++) {
            float[] lane = lanes[block % accumulators];
            if (codec.hasMinima()) {
                minima(row, block, x, tensor.type() == GgmlType.Q2_K ? lane : minimum);
            }
            blockSums(row, block, x, sums);
            float scale = scales[row][block] * x.scales()[block];
            for (int i = 0; i < Lanes.INTEGER; i++) {
                lane[i] = Math.fma(scale, sums[i], lane[i]);
            }
        }
        for (int i = 0; i < Lanes.INTEGER && accumulators == 2; i++) {
            lanes[0][i] += lanes[1][i];
        }
        return Lanes.sum8(lanes[0]) + ((minimum[0] + minimum[2]) + (minimum[1] + minimum[3]));
    }

    /** Σ s · q_w · q_x of a block, per lane. */
    private void blockSums(int row, int block, QuantizedRow x, int[] sums) {
        Arrays.fill(sums, 0);
        int groupSize = codec.groupSize();
        int groups = codec.blockSize() / groupSize;
        int start = block * codec.blockSize();
        for (int group = 0; group < groups; group++) {
            int scale = groupScales[row][block * groups + group];
            int from = start + group * groupSize;
            for (int i = from; i < from + groupSize; i += LANE) {
                sums[i / LANE & Lanes.INTEGER - 1] += scale * four(q[row], x.q(), i);
            }
        }
        if (ternary) {
            fromZero(x.q(), start, sums);
        }
        for (int i = 1; i < Lanes.INTEGER && interleaved; i++) {
            sums[0] += sums[i];
            sums[i] = 0;
        }
    }

    private static int four(byte[] w, byte[] a, int i) {
        return w[i] * a[i] + w[i + 1] * a[i + 1] + w[i + 2] * a[i + 2] + w[i + 3] * a[i + 3];
    }

    /** Ternary codes count from 0 in each lane; what that adds is subtracted, each eighth of the block in its lane. */
    private static void fromZero(byte[] activations, int start, int[] sums) {
        for (int i = 0; i < SUPER_BLOCK; i++) {
            sums[i / LANE % Lanes.INTEGER] += activations[start + i];
            sums[i / (SUPER_BLOCK / Lanes.INTEGER)] -= activations[start + i];
        }
    }

    /**
     * Subtracts m_w · Σ m · Σ x of a block: Q2_K in eight lanes of two groups, which are those of the
     * products, Q4_K in four lanes of two groups, the others in one. The integers are below 2²⁴, so
     * floats hold them.
     */
    private void minima(int row, int block, QuantizedRow x, float[] sums) {
        float scale = -(minimumScales[row][block] * x.sumScales()[block]);
        int groups = codec.blockSize() / codec.groupSize();
        int perLane = tensor.type() == GgmlType.Q2_K || tensor.type() == GgmlType.Q4_K ? 2 : groups;
        for (int lane = 0; lane < groups / perLane; lane++) {
            float sum = 0;
            for (int i = 0; i < perLane; i++) {
                int group = block * groups + lane * perLane + i;
                sum += groupMinima[row][group] * x.sums()[group];
            }
            sums[lane] = Math.fma(scale, sum, sums[lane]);
        }
    }
}
