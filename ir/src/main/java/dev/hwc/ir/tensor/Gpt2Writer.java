package dev.hwc.ir.tensor;

import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.format.model.Weights;

/** GPT-2: positions from a table, norms that subtract the mean, biases, and GELU without a gate. */
class Gpt2Writer extends DecoderWriter {
    Gpt2Writer(Model model) {
        super(model);
    }

    @Override
    Value embed(Value tokens) {
        return add(new AddPosition("embed_positioned", super.embed(tokens), matrix(Weights.POSITIONS)));
    }

    @Override
    Value norm(String name, Value x) {
        return add(new LayerNorm(name, x, vector(name + ".weight"), vector(name + ".bias"), config().rmsEpsilon()));
    }

    @Override
    Value positioned(int layer, String name, Value x, int heads) {
        return x;
    }

    @Override
    Value feedForward(int layer, Value n) {
        Value inner = activated(Weights.block(layer, "ffn_inner"), projection(layer, "ffn_up", n));
        return projection(layer, "ffn_down", inner);
    }

    /** What stands between the two projections of the feed-forward layer. */
    Value activated(String name, Value x) {
        return add(new Gelu(name, x));
    }
}
