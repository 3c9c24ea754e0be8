package dev.hwc.ir.tensor;

import java.util.List;
import java.util.stream.Stream;

/**
 * Causal grouped-query attention with the KV cache of a layer: appends the rows of k and v to the
 * cache, then row i gives for each head softmax(scale · q·Kᵀ)·V over the P earlier rows and the new
 * rows 0..i. Head h reads KV head h / (heads/kvHeads). Shapes: q [M, heads·headDim], k and v [M,
 * kvHeads·headDim], result as q. Spec: attention A1-A7.
 *
 * @param softCap scores become softCap · tanh(score / softCap) before the softmax; 0 leaves them
 * @param window only the last {@code window} rows up to i are read; 0 reads all
 */
public record Attention(
        String name,
        Value q,
        Value k,
        Value v,
        int layer,
        int heads,
        int kvHeads,
        int headDim,
        float scale,
        float softCap,
        int window)
        implements PrimitiveOp {
    public Attention {
        Check.name(name, "type T2", "value");
        Check.positive(headDim, "attention A1", "headDim");
        Check.that(
                kvHeads >= 1 && heads >= kvHeads && heads % kvHeads == 0,
                "attention A1",
                "heads is %d and kvHeads is %d; heads must be a multiple of kvHeads",
                heads,
                kvHeads);
        Check.rows(q, (long) heads * headDim, "attention A2", "q");
        Check.rows(k, (long) kvHeads * headDim, "attention A3", "k");
        Check.rows(v, (long) kvHeads * headDim, "attention A3", "v");
        Check.that(
                q.type().dim(0).equals(Dim.tokens())
                        && k.type().dim(0).equals(Dim.tokens())
                        && v.type().dim(0).equals(Dim.tokens()),
                "attention A4",
                "q, k, v are %s, %s, %s; each must have one row per new token (M)",
                q,
                k,
                v);
        Check.that(layer >= 0, "attention A5", "layer is %d; allowed are 0 and above", layer);
        Check.positive(scale, "attention A5", "scale");
        Check.that(
                softCap >= 0 && Float.isFinite(softCap),
                "attention A6",
                "softCap is %s; allowed are 0 for none and finite numbers above",
                softCap);
        Check.that(window >= 0, "attention A7", "window is %d; allowed are 0 for all and above", window);
    }

    /** Attention to all rows, with scores as they are. */
    public Attention(
            String name, Value q, Value k, Value v, int layer, int heads, int kvHeads, int headDim, float scale) {
        this(name, q, k, v, layer, heads, kvHeads, headDim, scale, 0, 0);
    }

    /** Whether scores are not capped and the window is not limited. */
    public boolean isPlain() {
        return softCap == 0 && window == 0;
    }

    /** The first row that the query at a position reads. */
    public int firstRow(int position) {
        return window == 0 ? 0 : Math.max(0, position - window + 1);
    }

    /** Width of a row of k or v: kvHeads · headDim. */
    public int kvWidth() {
        return kvHeads * headDim;
    }

    @Override
    public Value result() {
        return new Value(name, q.type());
    }

    @Override
    public String mnemonic() {
        return "attention";
    }

    @Override
    public List<Value> operands() {
        return Stream.of(q, k, v).distinct().toList();
    }

    /** Each query row i meets past + i + 1 keys and as many values in each head, without the window. */
    @Override
    public long macs(long tokens, long past) {
        long pairs = tokens * past + tokens * (tokens + 1) / 2;
        return 2 * pairs * heads * headDim;
    }
}
