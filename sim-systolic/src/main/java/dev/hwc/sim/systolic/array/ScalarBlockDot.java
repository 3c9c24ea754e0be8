package dev.hwc.sim.systolic.array;

/** The formula of {@link BlockDot}, to be read. */
public final class ScalarBlockDot implements BlockDot {
    @Override
    public void i8(byte[] a, int aFrom, byte[] w, int wFrom, int blocks, int[] sums) {
        for (int b = 0; b < blocks; b++) {
            int sum = 0;
            for (int e = 32 * b; e < 32 * b + 32; e++) {
                sum += a[aFrom + e] * w[wFrom + e];
            }
            sums[b] = sum;
        }
    }

    @Override
    public void i4(byte[] a, int aFrom, byte[] w, int wFrom, int blocks, int[] sums) {
        for (int b = 0; b < blocks; b++) {
            int even = aFrom + 32 * b;
            int odd = even + 16;
            int at = wFrom + 16 * b;
            int sum = 0;
            for (int k = 0; k < 16; k++) {
                int pair = w[at + k];
                sum += a[even + k] * ((pair << 28) >> 28) + a[odd + k] * (pair >> 4);
            }
            sums[b] = sum;
        }
    }

    @Override
    public String name() {
        return "scalar";
    }
}
