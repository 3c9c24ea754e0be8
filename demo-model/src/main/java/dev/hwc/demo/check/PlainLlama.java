package dev.hwc.demo.check;

import dev.hwc.demo.gguf.GgufModel;
import java.util.ArrayList;
import java.util.List;

/**
 * The llama decoder written to be read: one token at a time, plain loops, fp32, all dimensions from the file. Shares no
 * code with the trainer, so that agreement of the two means something.
 */
public final class PlainLlama {
    private final GgufModel model;
    private final int width;
    private final int layers;
    private final int heads;
    private final int keyValueHeads;
    private final int headWidth;
    private final float epsilon;
    private final float base;
    private final List<List<float[]>> keys = new ArrayList<>();
    private final List<List<float[]>> values = new ArrayList<>();

    /** A decoder at position 0. */
    public PlainLlama(GgufModel model) {
        this.model = model;
        this.width = model.get("llama.embedding_length", Integer.class);
        this.layers = model.get("llama.block_count", Integer.class);
        this.heads = model.get("llama.attention.head_count", Integer.class);
        this.keyValueHeads = model.get("llama.attention.head_count_kv", Integer.class);
        this.headWidth = model.get("llama.attention.key_length", Integer.class);
        this.epsilon = model.get("llama.attention.layer_norm_rms_epsilon", Float.class);
        this.base = model.get("llama.rope.freq_base", Float.class);
        for (int i = 0; i < layers; i++) {
            keys.add(new ArrayList<>());
            values.add(new ArrayList<>());
        }
    }

    /** Takes one token and answers the logits of the next. */
    public float[] next(int token) {
        float[] embedding = model.tensor("token_embd.weight");
        float[] x = java.util.Arrays.copyOfRange(embedding, token * width, (token + 1) * width);
        for (int layer = 0; layer < layers; layer++) {
            String block = "blk." + layer + ".";
            add(x, linear(block + "attn_output.weight", attention(layer, norm(x, block + "attn_norm.weight"))));
            float[] normed = norm(x, block + "ffn_norm.weight");
            float[] gate = linear(block + "ffn_gate.weight", normed);
            float[] up = linear(block + "ffn_up.weight", normed);
            for (int i = 0; i < gate.length; i++) {
                gate[i] = (float) (gate[i] / (1 + Math.exp(-gate[i]))) * up[i];
            }
            add(x, linear(block + "ffn_down.weight", gate));
        }
        return linear("token_embd.weight", norm(x, "output_norm.weight"));
    }

    private float[] attention(int layer, float[] x) {
        String block = "blk." + layer + ".";
        int position = keys.get(layer).size();
        float[] query = turned(linear(block + "attn_q.weight", x), position);
        keys.get(layer).add(turned(linear(block + "attn_k.weight", x), position));
        values.get(layer).add(linear(block + "attn_v.weight", x));
        float[] out = new float[heads * headWidth];
        for (int head = 0; head < heads; head++) {
            int from = head / (heads / keyValueHeads) * headWidth;
            double[] p = new double[position + 1];
            double sum = 0;
            double max = Double.NEGATIVE_INFINITY;
            for (int t = 0; t <= position; t++) {
                float[] key = keys.get(layer).get(t);
                float dot = 0;
                for (int i = 0; i < headWidth; i++) {
                    dot += query[head * headWidth + i] * key[from + i];
                }
                p[t] = dot / Math.sqrt(headWidth);
                max = Math.max(max, p[t]);
            }
            for (int t = 0; t <= position; t++) {
                p[t] = Math.exp(p[t] - max);
                sum += p[t];
            }
            for (int t = 0; t <= position; t++) {
                float[] value = values.get(layer).get(t);
                for (int i = 0; i < headWidth; i++) {
                    out[head * headWidth + i] += (float) (p[t] / sum * value[from + i]);
                }
            }
        }
        return out;
    }

    private float[] turned(float[] x, int position) {
        for (int pair = 0; pair < headWidth / 2; pair++) {
            double angle = position * Math.pow(base, -2.0 * pair / headWidth);
            float cos = (float) Math.cos(angle);
            float sin = (float) Math.sin(angle);
            for (int at = 2 * pair; at < x.length; at += headWidth) {
                float even = x[at];
                float odd = x[at + 1];
                x[at] = even * cos - odd * sin;
                x[at + 1] = even * sin + odd * cos;
            }
        }
        return x;
    }

    private float[] norm(float[] x, String name) {
        float[] weight = model.tensor(name);
        double sum = 0;
        for (float v : x) {
            sum += v * v;
        }
        double scale = 1 / Math.sqrt(sum / x.length + epsilon);
        float[] y = new float[x.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = (float) (x[i] * scale * weight[i]);
        }
        return y;
    }

    private float[] linear(String name, float[] x) {
        float[] weight = model.tensor(name);
        float[] y = new float[weight.length / x.length];
        for (int row = 0; row < y.length; row++) {
            float sum = 0;
            for (int i = 0; i < x.length; i++) {
                sum += weight[row * x.length + i] * x[i];
            }
            y[row] = sum;
        }
        return y;
    }

    private static void add(float[] x, float[] y) {
        for (int i = 0; i < x.length; i++) {
            x[i] += y[i];
        }
    }
}
