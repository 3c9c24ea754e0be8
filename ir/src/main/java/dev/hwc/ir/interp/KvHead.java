package dev.hwc.ir.interp;

import dev.hwc.ir.numerics.BlockProduct;
import dev.hwc.ir.numerics.NumericCounters;
import dev.hwc.ir.numerics.Quantize;
import dev.hwc.ir.numerics.ScaleFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Stored keys and values of one KV head: a key is blocks of 32 elements with a scale each, a value
 * has one scale; values are kept element by element, so that tokens are the inner dimension of a
 * product.
 */
final class KvHead {
    private final int headDim;
    private final NumericCounters counters;
    private final List<BlockRow> keys = new ArrayList<>();
    private byte[][] values;
    private short[] valueScales = new short[BlockProduct.BLOCK];

    KvHead(int headDim, NumericCounters counters) {
        this.headDim = headDim;
        this.counters = counters;
        this.values = new byte[headDim][BlockProduct.BLOCK];
    }

    /** Quantizes and stores the elements of k and v from {@code start} on; later tokens are dropped. */
    void store(int position, float[] k, float[] v, int start) {
        keys.subList(position, keys.size()).clear();
        keys.add(BlockRow.quantize(k, start, headDim, ScaleFormat.FP16, counters));
        if (position == valueScales.length) {
            grow(2 * position);
        }
        byte[] codes = new byte[headDim];
        valueScales[position] = Quantize.group(v, start, headDim, codes, 0, ScaleFormat.FP16, counters);
        for (int i = 0; i < headDim; i++) {
            values[i][position] = codes[i];
        }
    }

    /** q·k of a stored token. */
    float score(BlockRow query, int position) {
        BlockRow key = keys.get(position);
        return query.product(key.codes(), key.scales(), counters);
    }

    /** The scale of a stored value. */
    float valueScale(int position) {
        return ScaleFormat.FP16.value(valueScales[position]);
    }

    /** Codes of one element over the tokens, whole blocks; beyond the stored tokens they are arbitrary. */
    byte[] values(int element) {
        return values[element];
    }

    private void grow(int tokens) {
        valueScales = Arrays.copyOf(valueScales, tokens);
        for (int i = 0; i < headDim; i++) {
            values[i] = Arrays.copyOf(values[i], tokens);
        }
    }
}
