package dev.hwc.compiler.pass;

import dev.hwc.compiler.weights.WeightSource;
import dev.hwc.ir.tensor.TensorProgram;

/**
 * What passes work on.
 *
 * @param program the operations and the shapes of the weights
 * @param weights a weight for each parameter of the program, of its shape and type; more is allowed
 */
public record CompilationUnit(TensorProgram program, WeightSource weights) {
    /** The same weights with another program. */
    public CompilationUnit withProgram(TensorProgram newProgram) {
        return new CompilationUnit(newProgram, weights);
    }
}
