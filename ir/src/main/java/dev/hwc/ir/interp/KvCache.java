package dev.hwc.ir.interp;

/** Keys and values of one layer in the storage format of an {@link Arithmetic}. Grows as needed. */
public interface KvCache {
    /**
     * Stores k and v of the token at a position, then attends with q to positions 0..position: op
     * {@code attention}. Positions from 0 on must have been stored before; a stored position may be
     * overwritten, which drops all later ones.
     *
     * @param q heads · headDim numbers
     * @param k kvHeads · headDim numbers
     * @param v kvHeads · headDim numbers
     * @param y receives heads · headDim numbers
     */
    void attend(float[] q, float[] k, float[] v, int position, float[] y);
}
