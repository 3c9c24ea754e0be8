package dev.hwc.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * Dimensions of the demo model, a llama decoder with tied embeddings. Every row length divides by 32, the block length
 * of Q8_0 and Q4_0.
 *
 * @param vocabulary pieces
 * @param width embedding length
 * @param layers decoder blocks
 * @param heads query heads
 * @param keyValueHeads key and value heads; divides {@code heads}
 * @param headWidth elements per head
 * @param hidden feed-forward length
 * @param context longest sequence the model was trained on
 */
public record Shape(
        int vocabulary, int width, int layers, int heads, int keyValueHeads, int headWidth, int hidden, int context) {
    /** RoPE base. */
    public static final float ROPE_BASE = 10000f;
    /** Added to the mean square in RMS norm. */
    public static final float EPSILON = 1e-5f;

    /** The model that ships with hwc. */
    public static final Shape DEMO = new Shape(1024, 128, 6, 4, 2, 32, 384, 512);

    /** Elements of all query heads of one token. */
    public int queryWidth() {
        return heads * headWidth;
    }

    /** Elements of all key (or value) heads of one token. */
    public int keyWidth() {
        return keyValueHeads * headWidth;
    }

    /** All parameters in the order in which they stand in files and in the trainer's flat vector; names as llama.cpp. */
    public List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>();
        all.add(new Parameter("token_embd.weight", vocabulary, width));
        for (int i = 0; i < layers; i++) {
            String block = "blk." + i + ".";
            all.add(new Parameter(block + "attn_norm.weight", 1, width));
            all.add(new Parameter(block + "attn_q.weight", queryWidth(), width));
            all.add(new Parameter(block + "attn_k.weight", keyWidth(), width));
            all.add(new Parameter(block + "attn_v.weight", keyWidth(), width));
            all.add(new Parameter(block + "attn_output.weight", width, queryWidth()));
            all.add(new Parameter(block + "ffn_norm.weight", 1, width));
            all.add(new Parameter(block + "ffn_gate.weight", hidden, width));
            all.add(new Parameter(block + "ffn_up.weight", hidden, width));
            all.add(new Parameter(block + "ffn_down.weight", width, hidden));
        }
        all.add(new Parameter("output_norm.weight", 1, width));
        return List.copyOf(all);
    }

    /** Number of weights of the whole model. */
    public int parameterCount() {
        return parameters().stream().mapToInt(Parameter::size).sum();
    }

    /**
     * One weight: a row-major matrix {@code [rows, columns]}, or a vector when it is a norm.
     *
     * @param name as in llama.cpp
     * @param rows output elements; 1 for a norm
     * @param columns input elements
     */
    public record Parameter(String name, int rows, int columns) {
        /** Elements. */
        public int size() {
            return rows * columns;
        }

        /** Whether this is the weight vector of an RMS norm. */
        public boolean norm() {
            return name.endsWith("norm.weight");
        }
    }
}
