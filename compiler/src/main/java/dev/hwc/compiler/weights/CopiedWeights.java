package dev.hwc.compiler.weights;

import dev.hwc.ir.format.model.WeightSpec;
import dev.hwc.ir.format.model.WeightTensor;
import java.util.Map;

/**
 * Weights of which some can be had under a second name too, so that one reader's copy can be rewritten.
 *
 * @param copies the original of each second name
 */
public record CopiedWeights(WeightSource base, Map<String, String> copies) implements WeightSource {
    public CopiedWeights {
        copies = Map.copyOf(copies);
    }

    private String original(String name) {
        return copies.getOrDefault(name, name);
    }

    private static WeightSpec named(String name, WeightSpec spec) {
        return new WeightSpec(name, spec.rows(), spec.columns(), spec.type());
    }

    @Override
    public WeightSpec spec(String name) {
        return named(name, base.spec(original(name)));
    }

    @Override
    public boolean hasData(String name) {
        return base.hasData(original(name));
    }

    @Override
    public WeightTensor weight(String name) {
        WeightTensor tensor = base.weight(original(name));
        return new WeightTensor(named(name, tensor.spec()), tensor.blocks());
    }
}
