package dev.hwc.sim.systolic.array;

/**
 * Sums of products of int8 blocks (N16). Activation codes are −127…127; this lets the vector kernel
 * add two products in 16 bits.
 */
public interface BlockDot {
    /**
     * Block sums of one row and one column: {@code sums[b] = Σ a[aFrom+32b+e]·w[wFrom+32b+e]}.
     *
     * @param blocks number of blocks
     */
    void i8(byte[] a, int aFrom, byte[] w, int wFrom, int blocks, int[] sums);

    /**
     * The same with two weights a byte, the even element in the low nibble, and the activations of
     * every block as {@link #deinterleave} leaves them: 16 even elements, then 16 odd ones.
     */
    void i4(byte[] a, int aFrom, byte[] w, int wFrom, int blocks, int[] sums);

    /** Name in log lines and benchmarks. */
    String name();

    /** Moves the even elements of every block before the odd ones. */
    static void deinterleave(byte[] a, int aFrom, int blocks, byte[] to, int toFrom) {
        for (int b = 0; b < blocks; b++) {
            int from = aFrom + 32 * b;
            int at = toFrom + 32 * b;
            for (int k = 0; k < 16; k++) {
                to[at + k] = a[from + 2 * k];
                to[at + 16 + k] = a[from + 2 * k + 1];
            }
        }
    }
}
