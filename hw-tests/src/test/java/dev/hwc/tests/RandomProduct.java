package dev.hwc.tests;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.ir.numerics.BlockProduct;
import dev.hwc.ir.numerics.NumericCounters;
import dev.hwc.ir.numerics.Quantize;
import dev.hwc.ir.numerics.ScaleFormat;
import java.util.Arrays;
import java.util.Random;

/**
 * A random product A[m,k]·W[n,k]ᵀ: odd sizes, all weight formats, extreme scales, infinities and NaN.
 *
 * @param a fp32 activations, [m][k]
 * @param w quantized weights, n rows of k columns
 */
public record RandomProduct(HardwareSpec spec, float[][] a, BlockMatrix w) {
    /** Draws a product; one in twenty has up to 300 rows, half of the others at most 5. */
    public static RandomProduct draw(HardwareSpec spec, Random random) {
        int m = 1 + random.nextInt(random.nextInt(20) == 0 ? 300 : random.nextBoolean() ? 5 : 40);
        int n = 1 + random.nextInt(random.nextBoolean() ? 12 : 90);
        int k = 1 + random.nextInt(random.nextBoolean() ? 70 : 400);
        return draw(spec, m, n, k, random);
    }

    /** Draws the numbers of a product of given sizes. */
    public static RandomProduct draw(HardwareSpec spec, int m, int n, int k, Random random) {
        BlockMatrix.Format[] formats = BlockMatrix.Format.values();
        BlockMatrix.Format format = formats[random.nextInt(formats.length)];
        boolean extreme = random.nextInt(4) == 0;
        return new RandomProduct(spec, activations(m, k, extreme, random), weights(n, k, format, extreme, random));
    }

    private static float[][] activations(int m, int k, boolean extreme, Random random) {
        float[][] a = new float[m][k];
        for (float[] row : a) {
            double magnitude = extreme ? Math.scalb(1.0, random.nextInt(80) - 40) : 1;
            for (int e = 0; e < k; e++) {
                row[e] = (float) (random.nextGaussian() * magnitude);
                if (extreme && random.nextInt(20) == 0) {
                    row[e] = Float.intBitsToFloat(random.nextInt()); // any number, infinity or NaN
                }
            }
        }
        return a;
    }

    private static BlockMatrix weights(int n, int k, BlockMatrix.Format format, boolean extreme, Random random) {
        int blocks = (k + 31) / 32;
        byte[][] codes = new byte[n][blocks * 32];
        short[][] scales = new short[n][format.halves(blocks)];
        for (int row = 0; row < n; row++) {
            for (int e = 0; e < 32 * blocks; e++) { // what pads a block is multiplied with zeros
                codes[row][e] = (byte) format.code(random.nextInt(1 << format.bits()));
            }
            for (int h = 0; h < scales[row].length; h++) {
                scales[row][h] = format.hasOffsets() ? word(h, extreme, random) : half(format, extreme, random);
            }
        }
        return new BlockMatrix(format, k, codes, scales);
    }

    private static short half(BlockMatrix.Format format, boolean extreme, Random random) {
        short bits = (short) random.nextInt();
        boolean finite = (bits & 0x7C00) != 0x7C00;
        return extreme && finite
                ? bits
                : Float.floatToFloat16((float) random.nextGaussian() / (100 << format.bits() - 1));
    }

    /** Scale or offset of a block: any, or scales of 2⁻¹⁰ and offsets up to half of the codes' range. */
    private static short word(int h, boolean extreme, Random random) {
        if (extreme) {
            return (short) random.nextInt();
        }
        return (short) (h % 2 == 0 ? 5 << 11 | random.nextInt(1 << 11) : random.nextInt(1 << 14) - (1 << 13));
    }

    /** Rows of A. */
    public int m() {
        return a.length;
    }

    /**
     * Multiply-accumulates by a weight of 0 that gated elements count, 0 on others.
     *
     * @param arrayMacs all that the array does; those of padding are by stored zeros, of which nl4 has none
     */
    public long zeroMacs(long arrayMacs) {
        if (!spec.array().gated()) {
            return 0;
        }
        long padding = arrayMacs - 32L * m() * w.rows() * w.blocks();
        return macs(0) + (w.format() == BlockMatrix.Format.NL4 ? 0 : padding);
    }

    /** Multiply-accumulates by a weight of 1 or −1 that gated elements count, 0 on others. */
    public long unitMacs() {
        return spec.array().gated() ? macs(1) + macs(-1) : 0;
    }

    /** Each weight of a value meets every row of A. */
    private long macs(int value) {
        long weights = 0;
        for (int row = 0; row < w.rows(); row++) {
            for (byte code : w.codes(row)) {
                weights += code == value ? 1 : 0;
            }
        }
        return m() * weights;
    }

    /** The product as numerics.md §4 defines it, [m][n]. */
    public float[][] result(NumericCounters counters) {
        float[][] y = new float[m()][w.rows()];
        int blocks = w.blocks();
        byte[] codes = new byte[32 * blocks];
        short[] scales = new short[blocks];
        for (int i = 0; i < m(); i++) {
            float[] row = Arrays.copyOf(a[i], 32 * blocks);
            for (int b = 0; b < blocks; b++) {
                scales[b] = Quantize.group(row, 32 * b, 32, codes, 32 * b, ScaleFormat.BF16, counters);
            }
            for (int j = 0; j < w.rows(); j++) {
                long sum = 0;
                for (int b = 0; b < blocks; b++) {
                    sum += w.term(j, b, codes, scales[b], counters);
                }
                y[i][j] = BlockProduct.toFp32(sum);
            }
        }
        return y;
    }

    @Override
    public String toString() {
        return m() + "x" + w.rows() + "x" + w.columns() + " " + w.format().text() + " on " + spec;
    }
}
