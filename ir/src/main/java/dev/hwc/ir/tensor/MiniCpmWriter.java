package dev.hwc.ir.tensor;

import dev.hwc.ir.format.model.Model;

/** MiniCPM: a llama whose embeddings, residual additions and logits are scaled. */
final class MiniCpmWriter extends DecoderWriter {
    MiniCpmWriter(Model model) {
        super(model);
    }

    @Override
    Value embed(Value tokens) {
        return add(new Scale(
                "embed_scaled", super.embed(tokens), config().features().embeddingScale()));
    }

    @Override
    Value residual(String name, Value x, Value added) {
        float scale = config().features().residualScale();
        return super.residual(name, x, add(new Scale(added.name() + "_scaled", added, scale)));
    }

    @Override
    Value logits(Value n) {
        return add(new Scale(
                "logits_scaled", super.logits(n), 1 / config().features().logitScale()));
    }
}
