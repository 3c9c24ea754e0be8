package dev.hwc.cli.run;

import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.ir.numerics.BlockProduct;
import dev.hwc.ir.numerics.BlockScale;
import dev.hwc.ir.numerics.NumericCounters;
import dev.hwc.ir.numerics.Quantize;
import dev.hwc.ir.numerics.ScaleFormat;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** A matrix product C[m,n] = A[m,k]·W[n,k]ᵀ with made-up operands, and what it must give. */
final class GemmProblem {
    private static final long SEED = 1;
    private static final int BLOCK = BlockProduct.BLOCK;

    private final float[][] activations;
    private final BlockMatrix weights;

    /** Operands from a fixed seed: A uniform in −1…1, weights over all codes, scales 2⁻⁸…2⁻⁷, offsets within ±2⁻⁴. */
    GemmProblem(int m, int n, int k, BlockMatrix.Format format) {
        SplittableRandom random = new SplittableRandom(SEED);
        activations = new float[m][k];
        for (float[] row : activations) {
            for (int i = 0; i < k; i++) {
                row[i] = (float) random.nextDouble(-1, 1);
            }
        }
        weights = weights(random, n, k, format);
    }

    private static BlockMatrix weights(SplittableRandom random, int n, int k, BlockMatrix.Format format) {
        int blocks = (k + BLOCK - 1) / BLOCK;
        int halves = format.scaleHalves();
        byte[][] codes = new byte[n][blocks * BLOCK];
        short[][] scales = new short[n][format.halves(blocks)];
        for (int row = 0; row < n; row++) {
            for (int i = 0; i < blocks * BLOCK; i++) {
                codes[row][i] = (byte) format.code(random.nextInt(1 << format.bits()));
            }
            for (int at = 0; at < scales[row].length; at += halves) {
                double scale = random.nextDouble(0x1p-8, 0x1p-7);
                if (format.hasOffsets()) {
                    BlockScale both = BlockScale.of(scale, random.nextDouble(-0x1p-4, 0x1p-4));
                    scales[row][at] = both.word();
                    scales[row][at + 1] = both.offset();
                } else {
                    scales[row][at] = Float.floatToFloat16((float) scale);
                }
            }
        }
        return new BlockMatrix(format, k, codes, scales);
    }

    float[][] activations() {
        return activations;
    }

    BlockMatrix weights() {
        return weights;
    }

    /** Elements of a result that differ in a bit from the rules N15 to N20. */
    long mismatches(float[][] result) {
        return IntStream.range(0, result.length)
                .parallel()
                .mapToLong(row -> mismatches(activations[row], result[row]))
                .sum();
    }

    private long mismatches(float[] a, float[] result) {
        NumericCounters counters = new NumericCounters();
        float[] padded = Arrays.copyOf(a, weights.blocks() * BLOCK);
        byte[] codes = new byte[padded.length];
        short[] scales = new short[weights.blocks()];
        for (int block = 0; block < scales.length; block++) {
            scales[block] =
                    Quantize.group(padded, block * BLOCK, BLOCK, codes, block * BLOCK, ScaleFormat.BF16, counters);
        }
        return IntStream.range(0, result.length)
                .filter(column -> bits(product(codes, scales, column, counters)) != bits(result[column]))
                .count();
    }

    private float product(byte[] codes, short[] scales, int column, NumericCounters counters) {
        long sum = 0;
        for (int block = 0; block < scales.length; block++) {
            sum += weights.term(column, block, codes, scales[block], counters);
        }
        return BlockProduct.toFp32(sum);
    }

    private static int bits(float value) {
        return Float.floatToRawIntBits(value);
    }
}
