package dev.hwc.ir.interp;

import dev.hwc.ir.IrException;
import dev.hwc.ir.numerics.BlockProduct;
import dev.hwc.ir.numerics.Fp32;
import dev.hwc.ir.numerics.NumericCounters;
import dev.hwc.ir.numerics.ScaleFormat;
import dev.hwc.ir.numerics.SoftCaps;
import dev.hwc.ir.numerics.Softmax;
import dev.hwc.ir.tensor.Attention;
import java.util.ArrayList;
import java.util.List;

/** Keys and values as int8 with binary16 scales, and attention over them (N14, N26). */
final class HardwareKvCache implements KvCache {
    private static final int MOST_TOKENS = BlockProduct.MAX_BLOCKS * BlockProduct.BLOCK;

    private final Attention attention;
    private final NumericCounters counters;
    private final List<KvHead> heads = new ArrayList<>();
    private int length;

    HardwareKvCache(Attention attention, NumericCounters counters) {
        this.attention = attention;
        this.counters = counters;
        for (int head = 0; head < attention.kvHeads(); head++) {
            heads.add(new KvHead(attention.headDim(), counters));
        }
    }

    @Override
    public void attend(float[] q, float[] k, float[] v, int position, float[] y) {
        checkPosition(position);
        length = position + 1;
        int headDim = attention.headDim();
        for (int head = 0; head < heads.size(); head++) {
            heads.get(head).store(position, k, v, head * headDim);
        }
        int headsPerKvHead = attention.heads() / attention.kvHeads();
        for (int head = 0; head < attention.heads(); head++) {
            attend(heads.get(head / headsPerKvHead), q, head * headDim, y);
        }
    }

    private void checkPosition(int position) {
        if (position > length) {
            throw new IrException("KV cache of layer " + attention.layer() + " holds positions 0 to " + (length - 1)
                    + "; position " + position + " would leave a gap");
        }
        if (position >= MOST_TOKENS) {
            throw new IrException("position " + position + " is beyond the " + MOST_TOKENS
                    + " tokens that hardware arithmetic attends to; use a shorter text");
        }
    }

    /** One query head, whose elements begin at {@code start} of q and y. */
    private void attend(KvHead kv, float[] q, int start, float[] y) {
        BlockRow query = BlockRow.quantize(q, start, attention.headDim(), ScaleFormat.BF16, counters);
        float[] scores = new float[length];
        for (int t = 0; t < length; t++) {
            scores[t] = masked(capped(kv.score(query, t)), t);
        }
        float factor = attention.softCap() == 0 ? attention.scale() : attention.softCap();
        float[] probabilities = Softmax.of(scores, factor, counters);
        for (int t = 0; t < length; t++) {
            probabilities[t] = Fp32.mul(probabilities[t], kv.valueScale(t));
        }
        BlockRow p = BlockRow.quantize(probabilities, 0, length, ScaleFormat.BF16, counters);
        for (int i = 0; i < attention.headDim(); i++) {
            y[start + i] = p.unitProduct(kv.values(i), counters);
        }
    }

    /** N36: the tangent, which the softmax multiplies by the cap. */
    private float capped(float score) {
        return attention.softCap() == 0
                ? score
                : SoftCaps.tanh(Fp32.mul(score, SoftCaps.argument(attention.scale(), attention.softCap())));
    }

    /** N32: a token before the window gets the score −∞. */
    private float masked(float score, int position) {
        return attention.window() == 0
                ? score
                : Fp32.add(score, position < attention.firstRow(length - 1) ? Float.NEGATIVE_INFINITY : 0);
    }
}
