package dev.hwc.compiler.pass;

import dev.hwc.compiler.weights.WeightSource;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.tensor.ArchitectureBuilder;
import dev.hwc.ir.tensor.LogitRows;
import dev.hwc.ir.tensor.TensorProgram;

/**
 * The entry of the compiler: writes a model as a program of its architecture.
 *
 * <pre>
 * before: a model file, or a shape without weights
 * after:  embed → (norm → q, k, v → rope → attention → output → add
 *                  → norm → gate, up → silu_mul → down → add) per layer → norm → logits
 * </pre>
 *
 * @param logits the tokens of a step that get logits
 */
public record ImportModel(LogitRows logits) {
    /** Imports with logits of the last token, as generation needs them. */
    public ImportModel() {
        this(LogitRows.LAST);
    }

    /** The name in messages and dumps. */
    public String name() {
        return Stage.IMPORTED.pass();
    }

    /**
     * The program of a model with the model's weights, valid until the model is closed.
     *
     * @throws dev.hwc.ir.IrException when the architecture's builder does not know a feature
     */
    public CompilationUnit run(Model model) {
        TensorProgram program = ArchitectureBuilder.program(model, logits);
        return new CompilationUnit(program, WeightSource.of(model));
    }
}
