package dev.hwc.sim.pim.kernel;

/** Matrix times vector as docs/spec/pim-numerics.md defines it for tree units with bf16, straight from the operands. */
final class Bf16Reference {
    private static final int LANES = 16;

    private Bf16Reference() {}

    private static float value(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /** The sum of elements from..from+count-1 of 16 products, pairs first. */
    private static float tree(float[] products, int from, int count) {
        return count == 1
                ? products[from]
                : tree(products, from, count / 2) + tree(products, from + count / 2, count / 2);
    }

    /**
     * Outputs: a latch for each chunk of each part of the inputs, rounded to bfloat16, added in fp32.
     *
     * @return those that differ in a bit
     */
    static long mismatches(float[] outputs, int columns, int parts, int part, int chunk) {
        long different = 0;
        for (int m = 0; m < outputs.length; m++) {
            float total = 0;
            for (int p = 0; p < parts; p++) {
                int end = Math.min(columns, (p + 1) * part);
                for (int first = p * part; first < (p + 1) * part; first += chunk) {
                    total += nearest(latch(m, columns, first, Math.min(end, first + chunk)));
                }
            }
            different += Float.floatToIntBits(total) == Float.floatToIntBits(outputs[m]) ? 0 : 1;
        }
        return different;
    }

    private static float latch(int m, int columns, int first, int end) {
        float latch = 0;
        float[] products = new float[LANES];
        for (int k = first; k < end; k += LANES) {
            for (int i = 0; i < LANES; i++) {
                products[i] = k + i < end
                        ? value(Operands.weightBf16((long) m * columns + k + i)) * value(Operands.inputBf16(k + i))
                        : 0f;
            }
            latch += tree(products, 0, LANES);
        }
        return latch;
    }

    /** The nearest bfloat16, by the distance to both neighbours. */
    private static float nearest(float x) {
        int low = Float.floatToRawIntBits(x) & 0xFFFF_0000;
        float below = Float.intBitsToFloat(low);
        float above = Float.intBitsToFloat(low + 0x1_0000);
        double toBelow = Math.abs((double) x - below);
        double toAbove = Math.abs((double) above - x);
        boolean even = (low & 0x1_0000) == 0;
        return toBelow < toAbove || (toBelow == toAbove && even) ? below : above;
    }
}
