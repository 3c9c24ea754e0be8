package dev.hwc.ir.tensor;

import dev.hwc.ir.format.model.Architecture;
import dev.hwc.ir.format.model.Model;

/** Writes the models of an architecture as tensor programs: one small class each. */
public interface ArchitectureBuilder {
    /**
     * The verified program of a model, named after it, with the parameters under the file's names
     * and types. A shape without weights is enough.
     *
     * @throws dev.hwc.ir.IrException when the model has a feature that the builder does not know
     */
    TensorProgram build(Model model, LogitRows rows);

    /** The builder of an architecture. */
    static ArchitectureBuilder of(Architecture architecture) {
        return switch (architecture) {
            case LLAMA, QWEN2 -> new LlamaBuilder();
        };
    }

    /** The program of a model that gives the logits of the last token. */
    static TensorProgram program(Model model) {
        return program(model, LogitRows.LAST);
    }

    /** The program of a model. */
    static TensorProgram program(Model model, LogitRows rows) {
        return of(model.config().architecture()).build(model, rows);
    }
}
