package dev.hwc.demo.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.core.Linear;
import dev.hwc.demo.Shape;
import dev.hwc.demo.Shape.Parameter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The llama decoder as operations of the Deep Java Library, fp32. Only the forward pass stands here; the library derives
 * the gradient. Activations belong to the manager of the tokens, weights and tables to the manager given here.
 */
final class Decoder {
    private final Shape shape;
    private final NDManager manager;
    private final Map<String, NDArray> weights = new LinkedHashMap<>();
    private final Map<Integer, Rotary> rotaries = new HashMap<>();
    private final Map<Integer, NDArray> masks = new HashMap<>();

    /**
     * @param flat all parameters, in the order of {@link Shape#parameters()}; copied
     * @param manager owner of weights and tables
     */
    Decoder(Shape shape, float[] flat, NDManager manager) {
        this.shape = shape;
        this.manager = manager;
        int at = 0;
        for (Parameter p : shape.parameters()) {
            float[] values = Arrays.copyOfRange(flat, at, at + p.size());
            NDArray weight = manager.create(
                    values,
                    p.norm()
                            ? new ai.djl.ndarray.types.Shape(p.columns())
                            : new ai.djl.ndarray.types.Shape(p.rows(), p.columns()));
            weight.setRequiresGradient(true);
            weights.put(p.name(), weight);
            at += p.size();
        }
    }

    /** Weights by name, in the order of {@link Shape#parameters()}. */
    Map<String, NDArray> weights() {
        return weights;
    }

    /** A copy of all weights, in the order of {@link Shape#parameters()}. */
    float[] flat() {
        float[] flat = new float[shape.parameterCount()];
        int at = 0;
        for (NDArray weight : weights.values()) {
            float[] values = weight.toFloatArray();
            System.arraycopy(values, 0, flat, at, values.length);
            at += values.length;
        }
        return flat;
    }

    /**
     * Mean negative log likelihood in nats, a scalar.
     *
     * @param tokens [rows, time + 1] of int64: inputs and one more, so that each input has a target
     */
    NDArray loss(NDArray tokens) {
        long time = tokens.getShape().get(1) - 1;
        NDArray targets = tokens.get(":, 1:").reshape(-1, 1);
        NDArray likelihoods = logits(tokens.get(":, :" + time))
                .reshape(-1, shape.vocabulary())
                .logSoftmax(1)
                .gather(targets, 1);
        return likelihoods.mean().neg();
    }

    /** Logits [rows, time, vocabulary] after each of the tokens [rows, time] of int64. */
    NDArray logits(NDArray tokens) {
        NDArray embedding = weight("token_embd.weight");
        NDArray x = Embedding.embedding(tokens, embedding, SparseFormat.DENSE).head();
        for (int layer = 0; layer < shape.layers(); layer++) {
            String block = "blk." + layer + ".";
            NDArray mixed = attention(block, norm(x, block + "attn_norm.weight"));
            x = x.add(linear(mixed, block + "attn_output.weight"));
            NDArray normed = norm(x, block + "ffn_norm.weight");
            NDArray gate = linear(normed, block + "ffn_gate.weight");
            NDArray gated = gate.mul(Activation.sigmoid(gate)).mul(linear(normed, block + "ffn_up.weight"));
            x = x.add(linear(gated, block + "ffn_down.weight"));
        }
        return linear(norm(x, "output_norm.weight"), "token_embd.weight");
    }

    /** Query heads that share a key head stand below each other, so that one product serves the whole group. */
    private NDArray attention(String block, NDArray x) {
        long rows = x.getShape().get(0);
        int time = Math.toIntExact(x.getShape().get(1));
        int group = shape.heads() / shape.keyValueHeads();
        int shared = shape.keyValueHeads();
        int wide = shape.headWidth();
        Rotary rotary = rotaries.computeIfAbsent(time, t -> Rotary.of(manager, t, wide, Shape.ROPE_BASE));
        NDArray query = rotary.turn(linear(x, block + "attn_q.weight").reshape(rows, time, shape.heads(), wide))
                .mul(1 / Math.sqrt(wide))
                .reshape(rows, time, shared, group, wide)
                .transpose(0, 2, 3, 1, 4)
                .reshape(rows, shared, (long) group * time, wide);
        NDArray key = rotary.turn(linear(x, block + "attn_k.weight").reshape(rows, time, shared, wide));
        NDArray value = linear(x, block + "attn_v.weight").reshape(rows, time, shared, wide);
        NDArray attended = query.matMul(key.transpose(0, 2, 3, 1))
                .reshape(rows, shared, group, time, time)
                .add(masks.computeIfAbsent(time, this::mask))
                .softmax(-1)
                .reshape(rows, shared, (long) group * time, time);
        return attended.matMul(value.transpose(0, 2, 1, 3))
                .reshape(rows, shared, group, time, wide)
                .transpose(0, 3, 1, 2, 4)
                .reshape(rows, time, shape.queryWidth());
    }

    /** 0 where a position may look and −∞ where it may not: [time, time]. */
    private NDArray mask(int time) {
        float[] mask = new float[time * time];
        for (int t = 0; t < time; t++) {
            Arrays.fill(mask, t * time + t + 1, (t + 1) * time, Float.NEGATIVE_INFINITY);
        }
        return manager.create(mask, new ai.djl.ndarray.types.Shape(time, time));
    }

    private NDArray norm(NDArray x, String name) {
        NDArray meanSquare = x.square().mean(new int[] {-1}, true);
        return x.div(meanSquare.add(Shape.EPSILON).sqrt()).mul(weight(name));
    }

    private NDArray linear(NDArray x, String name) {
        return Linear.linear(x, weight(name)).head();
    }

    /** The weight of this name. */
    NDArray weight(String name) {
        NDArray weight = weights.get(name);
        if (weight == null) {
            throw new IllegalArgumentException("no weight named " + name);
        }
        return weight;
    }
}
