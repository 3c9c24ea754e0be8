package dev.hwc.ir.tensor;

import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.format.model.Weights;

/** BitNet: a llama with a norm before each output projection; the gate is SiLU or a squared rectifier. */
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
        Value inner = inner(layer, gate, up);
        return projection(layer, "ffn_down", norm(Weights.block(layer, "ffn_sub_norm"), inner));
    }

    private Value inner(int layer, Value gate, Value up) {
        String name = Weights.block(layer, "ffn_inner");
        if (!config().features().squaredRelu()) {
            return add(new SiluMul(name, gate, up));
        }
        Value rectified = add(new Relu(Weights.block(layer, "ffn_relu"), gate));
        Value squared = add(new Mul(Weights.block(layer, "ffn_relu2"), rectified, rectified));
        return add(new Mul(name, squared, up));
    }
}
