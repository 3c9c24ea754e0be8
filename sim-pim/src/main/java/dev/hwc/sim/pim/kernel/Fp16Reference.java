package dev.hwc.sim.pim.kernel;

import java.util.Arrays;

/** Matrix times vector as docs/spec/pim-numerics.md defines it for fp16 lanes, straight from the operands. */
final class Fp16Reference {
    private static final int LANES = 16;

    private Fp16Reference() {}

    /** Product and sum rounded to binary16 one after the other; here with the rounding of the JDK on exact doubles. */
    private static short step(short sum, short w, short x) {
        double product = (double) Float.float16ToFloat(w) * Float.float16ToFloat(x);
        short rounded = Float.floatToFloat16((float) product);
        return Float.floatToFloat16((float) ((double) Float.float16ToFloat(sum) + Float.float16ToFloat(rounded)));
    }

    /**
     * Outputs of a lane each: a chain over each part of the inputs, parts added in fp32 (P2).
     *
     * @param part inputs of a part
     * @return those that differ in a bit
     */
    static long mismatches(float[] outputs, int columns, int parts, int part) {
        float[] totals = new float[outputs.length];
        short[] sums = new short[outputs.length];
        for (int p = 0; p < parts; p++) {
            Arrays.fill(sums, (short) 0);
            for (int k = p * part; k < Math.min(columns, (p + 1) * part); k++) {
                for (int m = 0; m < sums.length; m++) {
                    sums[m] = step(sums[m], Operands.weight16((long) m * columns + k), Operands.input16(k));
                }
            }
            for (int m = 0; m < sums.length; m++) {
                totals[m] += Float.float16ToFloat(sums[m]);
            }
        }
        return different(totals, outputs);
    }

    private static long different(float[] expected, float[] found) {
        long different = 0;
        for (int m = 0; m < expected.length; m++) {
            different += Float.floatToIntBits(expected[m]) == Float.floatToIntBits(found[m]) ? 0 : 1;
        }
        return different;
    }

    /** Outputs whose inputs are spread over 16 lanes: first the even tiles of 128 inputs, then the odd ones. */
    static long mismatchesOfLanes(float[] outputs, int columns) {
        float[] totals = new float[outputs.length];
        int tiles = (columns + 127) / 128;
        for (int m = 0; m < outputs.length; m++) {
            short[] sums = new short[LANES];
            for (int i = 0; i < tiles; i++) {
                int tile = i < (tiles + 1) / 2 ? 2 * i : 2 * (i - (tiles + 1) / 2) + 1;
                for (int k = tile * 128; k < Math.min(columns, (tile + 1) * 128); k++) {
                    sums[k % LANES] =
                            step(sums[k % LANES], Operands.weight16((long) m * columns + k), Operands.input16(k));
                }
            }
            float total = 0;
            for (short sum : sums) {
                total += Float.float16ToFloat(sum);
            }
            totals[m] = total;
        }
        return different(totals, outputs);
    }
}
