package dev.hwc.sim.pim.window;

import dev.hwc.ir.device.PimAttention;
import dev.hwc.ir.numerics.BlockProduct;
import dev.hwc.ir.numerics.Fp32;
import dev.hwc.ir.numerics.NumericCounters;
import dev.hwc.ir.numerics.Quantize;
import dev.hwc.ir.numerics.ScaleFormat;
import dev.hwc.ir.numerics.Softmax;
import dev.hwc.sim.pim.PimException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/** The rows of one layer's attention, and its results (W11, W13): computed when they are first read. */
final class AttentionData {
    private static final int BLOCK = BlockProduct.BLOCK;

    private final PimAttention attention;
    private final NumericCounters counters;
    private final Map<Integer, ByteBuffer> rows = new HashMap<>();
    private final Map<Integer, byte[]> results = new HashMap<>();

    AttentionData(PimAttention attention, NumericCounters counters) {
        this.attention = attention;
        this.counters = counters;
    }

    private ByteBuffer row(int position) {
        return rows.computeIfAbsent(
                position,
                p -> ByteBuffer.allocate(Math.toIntExact(attention.result())).order(ByteOrder.LITTLE_ENDIAN));
    }

    /** Writes bytes of a row; results of this position are unknown then. */
    void write(int position, long offset, byte[] source, int at, int bytes) {
        if (offset + bytes > attention.result()) {
            throw new PimException("a write of " + bytes + " bytes at " + offset
                    + " of a row of attention is not within its operands");
        }
        row(position).put((int) offset, source, at, bytes);
        results.remove(position);
    }

    void read(int position, long offset, byte[] target, int at, int bytes) {
        if (offset + bytes <= attention.result()) {
            row(position).get((int) offset, target, at, bytes);
            return;
        }
        byte[] result = results.computeIfAbsent(position, this::attend);
        System.arraycopy(result, (int) (offset - attention.result()), target, at, bytes);
    }

    private byte[] attend(int position) {
        ByteBuffer result = ByteBuffer.allocate(Math.toIntExact(attention.rowBytes() - attention.result()))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int head = 0; head < attention.heads(); head++) {
            attend(position, head, result);
        }
        return result.array();
    }

    /** N26 with N32. */
    private void attend(int position, int head, ByteBuffer result) {
        int size = attention.headSize();
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = row(position).getFloat((int) attention.query() + 4 * (head * size + i));
        }
        byte[] query = new byte[size];
        short[] queryScales = new short[attention.headBlocks()];
        for (int b = 0; b < queryScales.length; b++) {
            queryScales[b] = Quantize.group(values, b * BLOCK, BLOCK, query, b * BLOCK, ScaleFormat.BF16, counters);
        }
        int kvHead = head / attention.group();
        float[] scores = new float[position + 1];
        for (int t = 0; t <= position; t++) {
            boolean outside = attention.window() > 0 && t <= position - attention.window();
            float score = score(query, queryScales, kvHead, t);
            scores[t] = outside ? Fp32.add(score, Float.NEGATIVE_INFINITY) : score;
        }
        float[] probabilities = Softmax.of(scores, attention.scale(), counters);
        int valueAt = (int) (attention.values() + kvHead * attention.headStride());
        for (int t = 0; t <= position; t++) {
            short scale = row(t).getShort((int) (valueAt + attention.scales()));
            probabilities[t] = Fp32.mul(probabilities[t], ScaleFormat.FP16.value(scale));
        }
        long[] sums = new long[size];
        byte[] codes = new byte[BLOCK];
        for (int from = 0; from <= position; from += BLOCK) {
            int count = Math.min(BLOCK, position + 1 - from);
            short scale = Quantize.group(probabilities, from, count, codes, 0, ScaleFormat.BF16, counters);
            for (int i = 0; i < size; i++) {
                int s = 0;
                for (int t = 0; t < count; t++) {
                    s += codes[t] * row(from + t).get(valueAt + i);
                }
                sums[i] += BlockProduct.term(s, scale, BlockProduct.UNIT_SCALE, counters);
            }
        }
        for (int i = 0; i < size; i++) {
            result.putFloat(4 * (head * size + i), BlockProduct.toFp32(sums[i]));
        }
    }

    private float score(byte[] query, short[] queryScales, int kvHead, int token) {
        ByteBuffer row = row(token);
        int at = (int) (attention.keys() + kvHead * attention.headStride());
        long sum = 0;
        for (int b = 0; b < queryScales.length; b++) {
            int s = 0;
            for (int i = b * BLOCK; i < (b + 1) * BLOCK; i++) {
                s += query[i] * row.get(at + i);
            }
            short scale = row.getShort((int) (at + attention.scales() + 2L * b));
            sum += BlockProduct.term(s, queryScales[b], scale, counters);
        }
        return BlockProduct.toFp32(sum);
    }
}
