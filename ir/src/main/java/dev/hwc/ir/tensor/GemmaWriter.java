package dev.hwc.ir.tensor;

import dev.hwc.ir.format.model.Architecture.Trait;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.format.model.Weights;

/**
 * Gemma and Gemma 2: embeddings are multiplied by the root of their width and the gate is GELU. Gemma
 * 2 norms what attention and feed-forward layer add, caps scores and logits, and limits the window of
 * every other layer, the first among them. (The 1 that Gemma adds to norm weights is in the file's
 * weights already.)
 */
final class GemmaWriter extends DecoderWriter {
    GemmaWriter(Model model) {
        super(model);
    }

    @Override
    Value embed(Value tokens) {
        return add(new Scale(
                "embed_scaled", super.embed(tokens), config().features().embeddingScale()));
    }

    @Override
    int window(int layer) {
        return layer % 2 == 0 ? super.window(layer) : 0;
    }

    @Override
    Value attended(int layer, Value n) {
        return postNorm(layer, "post_attention_norm", super.attended(layer, n));
    }

    @Override
    Value feedForward(int layer, Value n) {
        Value gate = add(new Gelu(Weights.block(layer, "ffn_gelu"), projection(layer, "ffn_gate", n)));
        Value up = projection(layer, "ffn_up", n);
        Value inner = add(new Mul(Weights.block(layer, "ffn_inner"), gate, up));
        return postNorm(layer, "post_ffw_norm", projection(layer, "ffn_down", inner));
    }

    private Value postNorm(int layer, String name, Value x) {
        return config().architecture().has(Trait.POST_NORMS) ? norm(Weights.block(layer, name), x) : x;
    }

    @Override
    Value logits(Value n) {
        float cap = config().features().logitSoftCap();
        Value logits = super.logits(n);
        return cap == 0 ? logits : add(new SoftCap("logits_capped", logits, cap));
    }
}
