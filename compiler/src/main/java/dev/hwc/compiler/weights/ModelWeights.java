package dev.hwc.compiler.weights;

import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.format.model.WeightSpec;
import dev.hwc.ir.format.model.WeightTensor;

/** The weights of a model, unchanged. */
record ModelWeights(Model model) implements WeightSource {
    @Override
    public WeightSpec spec(String name) {
        return model.weight(name).spec();
    }

    @Override
    public boolean hasData(String name) {
        return model.weight(name).hasData();
    }

    @Override
    public WeightTensor weight(String name) {
        return model.weight(name);
    }
}
