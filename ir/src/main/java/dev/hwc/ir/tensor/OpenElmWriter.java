package dev.hwc.ir.tensor;

import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.format.model.Weights;

/** OpenELM: heads of queries and keys are normed before they rotate; layers differ in their sizes. */
final class OpenElmWriter extends DecoderWriter {
    OpenElmWriter(Model model) {
        super(model);
    }

    @Override
    Value positioned(int layer, String name, Value x, int heads) {
        String norm = Weights.block(layer, name + "_norm");
        return rotated(add(new HeadNorm(norm, x, vector(norm + ".weight"), heads, config().rmsEpsilon())), heads);
    }
}
