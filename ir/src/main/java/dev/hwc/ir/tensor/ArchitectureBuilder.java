package dev.hwc.ir.tensor;

import dev.hwc.ir.format.model.Architecture;
import dev.hwc.ir.format.model.Model;

/**
 * Writes the models of an architecture as tensor programs. An architecture is a small subclass of
 * {@link DecoderWriter}; docs/models.md says how to add one.
 */
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
            case LLAMA, QWEN2, PHI3 -> (model, rows) -> new DecoderWriter(model).program(rows);
            case GEMMA, GEMMA2 -> (model, rows) -> new GemmaWriter(model).program(rows);
            case OPENELM -> (model, rows) -> new OpenElmWriter(model).program(rows);
            case MINICPM -> (model, rows) -> new MiniCpmWriter(model).program(rows);
            case BITNET -> (model, rows) -> new BitNetWriter(model).program(rows);
            case GPT2 -> (model, rows) -> new Gpt2Writer(model).program(rows);
            case OPT -> (model, rows) -> new OptWriter(model).program(rows);
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
