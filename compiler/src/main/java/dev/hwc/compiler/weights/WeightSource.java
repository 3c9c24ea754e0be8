package dev.hwc.compiler.weights;

import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.format.model.WeightSpec;
import dev.hwc.ir.format.model.WeightTensor;

/**
 * The weights of a program by the names of its parameters. Asking for a shape is cheap; asking for
 * the tensor may compute its data. Safe for several threads.
 */
public interface WeightSource {
    /**
     * Shape and type.
     *
     * @throws dev.hwc.ir.IrException when there is no weight of that name
     */
    WeightSpec spec(String name);

    /**
     * False for a shape without weights.
     *
     * @throws dev.hwc.ir.IrException when there is no weight of that name
     */
    boolean hasData(String name);

    /**
     * The weight with its data, or without where there is none. Data of the model's file is valid
     * until the model is closed.
     *
     * @throws dev.hwc.ir.IrException when there is no weight of that name
     */
    WeightTensor weight(String name);

    /** The weights as they are in a model. */
    static WeightSource of(Model model) {
        return new ModelWeights(model);
    }
}
