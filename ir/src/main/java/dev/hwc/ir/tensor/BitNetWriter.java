package dev.hwc.ir.tensor;

import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.format.model.Weights;

/** BitNet: a llama with a norm before each output projection. */
final class BitNetWriter extends DecoderWriter {
    BitNetWriter(Model model) {
        super(model);
    }

    @Override
    Value attended(int layer, Value n) {
        Value normed = norm(Weights.block(layer, "attn_sub_norm"), mixed(layer, n));
        return projection(layer, "attn_output", normed);
    }

    @Override
    Value feedForward(int layer, Value n) {
        Value gate = projection(layer, "ffn_gate", n);
        Value up = projection(layer, "ffn_up", n);
        Value inner = add(new SiluMul(Weights.block(layer, "ffn_inner"), gate, up));
        return projection(layer, "ffn_down", norm(Weights.block(layer, "ffn_sub_norm"), inner));
    }
}
