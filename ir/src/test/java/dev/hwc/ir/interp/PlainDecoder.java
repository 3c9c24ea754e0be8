package dev.hwc.ir.interp;

import dev.hwc.ir.format.safetensors.FolderRecipe;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;

/**
 * Transformers in double precision, written from their formulas on the tensors of a folder; nothing is
 * shared with what they check but those numbers.
 *
 * @param window tokens that attention sees
 */
record PlainDecoder(FolderRecipe folder, int layers, int heads, int kvHeads, int head, int window) {
    /** The angle of a pair of elements at a position. */
    @FunctionalInterface
    interface Angle {
        double of(int position, int pair);
    }

    /** OPT: the last token's logits. */
    double[] opt(int[] tokens) {
        double[][] x = new double[tokens.length][];
        for (int t = 0; t < tokens.length; t++) {
            x[t] = sum(
                    row("model.decoder.embed_tokens.weight", tokens[t]),
                    row("model.decoder.embed_positions.weight", t + 2));
        }
        for (int i = 0; i < layers; i++) {
            String name = "model.decoder.layers." + i + ".";
            double[][] n = each(x, r -> layerNorm(name + "self_attn_layer_norm", r));
            double[][] mixed = attention(
                    each(n, r -> linear(name + "self_attn.q_proj", r)),
                    each(n, r -> linear(name + "self_attn.k_proj", r)),
                    each(n, r -> linear(name + "self_attn.v_proj", r)),
                    1);
            x = sums(x, each(mixed, r -> linear(name + "self_attn.out_proj", r)));
            double[][] inner = each(x, r -> linear(name + "fc1", layerNorm(name + "final_layer_norm", r)));
            x = sums(x, each(inner, r -> linear(name + "fc2", map(r, v -> Math.max(v, 0)))));
        }
        double[] last = layerNorm("model.decoder.final_layer_norm", x[tokens.length - 1]);
        return product("model.decoder.embed_tokens.weight", last);
    }

    /** A llama, with sub norms and ReLU² where the folder has sub norms: the last token's logits. */
    double[] llama(int[] tokens, double eps, Angle angle, double magnitude) {
        double[][] x = new double[tokens.length][];
        for (int t = 0; t < tokens.length; t++) {
            x[t] = row("model.embed_tokens.weight", tokens[t]);
        }
        boolean bitnet = folder.has("model.layers.0.self_attn.attn_sub_norm.weight");
        for (int i = 0; i < layers; i++) {
            String name = "model.layers." + i + ".";
            double[][] n = each(x, r -> rmsNorm(name + "input_layernorm", r, eps));
            double[][] mixed = attention(
                    rotated(each(n, r -> linear(name + "self_attn.q_proj", r)), angle),
                    rotated(each(n, r -> linear(name + "self_attn.k_proj", r)), angle),
                    each(n, r -> linear(name + "self_attn.v_proj", r)),
                    magnitude * magnitude);
            if (bitnet) {
                mixed = each(mixed, r -> rmsNorm(name + "self_attn.attn_sub_norm", r, eps));
            }
            x = sums(x, each(mixed, r -> linear(name + "self_attn.o_proj", r)));
            x = sums(x, each(x, r -> {
                double[] m = rmsNorm(name + "post_attention_layernorm", r, eps);
                double[] gate = linear(name + "mlp.gate_proj", m);
                double[] up = linear(name + "mlp.up_proj", m);
                double[] inner = new double[up.length];
                for (int j = 0; j < inner.length; j++) {
                    double g = gate[j];
                    inner[j] = up[j] * (bitnet ? Math.pow(Math.max(g, 0), 2) : g / (1 + Math.exp(-g)));
                }
                return linear(name + "mlp.down_proj", bitnet ? rmsNorm(name + "mlp.ffn_sub_norm", inner, eps) : inner);
            }));
        }
        return product("model.embed_tokens.weight", rmsNorm("model.norm", x[tokens.length - 1], eps));
    }

    private double[][] attention(double[][] q, double[][] k, double[][] v, double factor) {
        double[][] mixed = new double[q.length][heads * head];
        for (int t = 0; t < q.length; t++) {
            for (int h = 0; h < heads; h++) {
                int kv = h / (heads / kvHeads) * head;
                double[] weights = new double[t + 1];
                double total = 0;
                for (int s = Math.max(0, t - window + 1); s <= t; s++) {
                    double score = 0;
                    for (int i = 0; i < head; i++) {
                        score += q[t][h * head + i] * k[s][kv + i];
                    }
                    weights[s] = Math.exp(factor * score / Math.sqrt(head));
                    total += weights[s];
                }
                for (int s = 0; s <= t; s++) {
                    for (int i = 0; i < head; i++) {
                        mixed[t][h * head + i] += weights[s] / total * v[s][kv + i];
                    }
                }
            }
        }
        return mixed;
    }

    private double[][] rotated(double[][] x, Angle angle) {
        double[][] y = new double[x.length][x[0].length];
        for (int t = 0; t < x.length; t++) {
            for (int start = 0; start < y[t].length; start += head) {
                for (int i = 0; i < head / 2; i++) {
                    double a = x[t][start + i];
                    double b = x[t][start + i + head / 2];
                    double cosine = Math.cos(angle.of(t, i));
                    double sine = Math.sin(angle.of(t, i));
                    y[t][start + i] = a * cosine - b * sine;
                    y[t][start + i + head / 2] = a * sine + b * cosine;
                }
            }
        }
        return y;
    }

    private double[] layerNorm(String name, double[] x) {
        double mean = Arrays.stream(x).average().orElseThrow();
        double variance =
                Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
        float[] weight = folder.floats(name + ".weight");
        float[] bias = folder.floats(name + ".bias");
        double[] y = new double[x.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = (x[i] - mean) / Math.sqrt(variance + 1e-5) * weight[i] + bias[i];
        }
        return y;
    }

    private double[] rmsNorm(String name, double[] x, double eps) {
        double square = Arrays.stream(x).map(v -> v * v).average().orElseThrow();
        float[] weight = folder.floats(name + ".weight");
        double[] y = new double[x.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = x[i] / Math.sqrt(square + eps) * weight[i];
        }
        return y;
    }

    private double[] linear(String name, double[] x) {
        double[] y = product(name + ".weight", x);
        return folder.has(name + ".bias") ? sum(y, row(folder.floats(name + ".bias"), 0, y.length)) : y;
    }

    private double[] product(String name, double[] x) {
        float[] weight = folder.floats(name);
        double[] y = new double[weight.length / x.length];
        for (int i = 0; i < weight.length; i++) {
            y[i / x.length] += weight[i] * x[i % x.length];
        }
        return y;
    }

    private double[] row(String name, int row) {
        String norm = name.startsWith("model.decoder") ? "model.decoder.final_layer_norm.bias" : "model.norm.weight";
        return row(folder.floats(name), row, folder.floats(norm).length);
    }

    private static double[] row(float[] values, int row, int width) {
        double[] y = new double[width];
        for (int i = 0; i < width; i++) {
            y[i] = values[row * width + i];
        }
        return y;
    }

    private static double[] sum(double[] a, double[] b) {
        double[] y = new double[a.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = a[i] + b[i];
        }
        return y;
    }

    private static double[][] sums(double[][] a, double[][] b) {
        double[][] y = new double[a.length][];
        for (int t = 0; t < y.length; t++) {
            y[t] = sum(a[t], b[t]);
        }
        return y;
    }

    private static double[] map(double[] x, DoubleUnaryOperator f) {
        return Arrays.stream(x).map(f).toArray();
    }

    private static double[][] each(double[][] x, UnaryOperator<double[]> f) {
        return Arrays.stream(x).map(f).toArray(double[][]::new);
    }
}
