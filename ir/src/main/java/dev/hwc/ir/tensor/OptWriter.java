package dev.hwc.ir.tensor;

import dev.hwc.ir.format.model.Model;

/** OPT: a GPT-2 with a rectifier. (That positions begin at row 2 of its table is settled when the table is read.) */
final class OptWriter extends Gpt2Writer {
    OptWriter(Model model) {
        super(model);
    }

    @Override
    Value activated(String name, Value x) {
        return add(new Relu(name, x));
    }
}
