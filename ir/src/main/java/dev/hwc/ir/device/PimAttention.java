package dev.hwc.ir.device;

/**
 * Attention of one layer in memory that computes, as a job sees it in the window of that memory
 * (docs/spec/pim-window.md W11): a row for every position, with key and value of its token as they stand in
 * the KV cache, its query as fp32, and the result as fp32. Keys, values and their scales of a KV head have lines
 * of their own.
 *
 * @param offset of its first byte in the window, a multiple of {@link PimProduct#LINE}
 * @param headSize elements of a head, a multiple of 32
 * @param tokens positions
 * @param rowBytes from position to position; at least what a row takes
 * @param scale of the scores
 * @param window tokens that attention sees; 0 for all
 * @param kernels that compute it: the scores of the next one while the softmax of the one before is computed
 */
public record PimAttention(
        long offset,
        int heads,
        int kvHeads,
        int headSize,
        int tokens,
        long rowBytes,
        float scale,
        int window,
        int kernels) {
    /** Largest head: what the registers of a unit hold of a query. */
    public static final int MOST_HEAD_SIZE = 256;

    /** Bytes that a row takes. */
    public static long rowBytes(int heads, int kvHeads, int headSize) {
        return 2L * kvHeads * headBytes(headSize) + 2 * lines(4L * heads * headSize);
    }

    /** Codes, then scales. */
    private static long headBytes(int headSize) {
        return lines(headSize) + PimProduct.LINE;
    }

    private static long lines(long bytes) {
        return (bytes + PimProduct.LINE - 1) / PimProduct.LINE * PimProduct.LINE;
    }

    /** The same attention of another layer. */
    public PimAttention at(long other) {
        return new PimAttention(other, heads, kvHeads, headSize, tokens, rowBytes, scale, window, kernels);
    }

    /** Query heads of a KV head. */
    public int group() {
        return heads / kvHeads;
    }

    public int headBlocks() {
        return headSize / 32;
    }

    /** Bytes from KV head to KV head, of keys and of values. */
    public long headStride() {
        return headBytes(headSize);
    }

    /** Where the key codes of the first KV head stand in a row. */
    public long keys() {
        return 0;
    }

    /** Where the value codes of the first KV head stand in a row. */
    public long values() {
        return kvHeads * headStride();
    }

    /** Where the scales of a KV head stand, from its codes on. */
    public long scales() {
        return lines(headSize);
    }

    /** Where the query stands in a row. */
    public long query() {
        return 2L * kvHeads * headStride();
    }

    /** Where the result stands in a row. */
    public long result() {
        return query() + lines(4L * heads * headSize);
    }

    /** Bytes of the window that it takes. */
    public long bytes() {
        return tokens * rowBytes;
    }
}
