package dev.hwc.ir.interp;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.model.WeightTensor;
import dev.hwc.ir.tensor.Parameter;
import dev.hwc.ir.tensor.TensorProgram;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The parameters of a program in the form an arithmetic works with. Immutable, so sequences share it. */
final class PreparedWeights {
    private final Map<String, Matrix> matrices = new HashMap<>();
    private final Map<String, float[]> vectors = new HashMap<>();

    private PreparedWeights() {}

    static PreparedWeights of(TensorProgram program, Function<String, WeightTensor> source, Arithmetic arithmetic) {
        var prepared = new PreparedWeights();
        for (Parameter parameter : program.parameters()) {
            WeightTensor tensor = checked(parameter, source.apply(parameter.name()));
            if (parameter.rank() == 2) {
                prepared.matrices.put(parameter.name(), arithmetic.matrix(tensor));
            } else {
                prepared.vectors.put(parameter.name(), tensor.row(0));
            }
        }
        return prepared;
    }

    Matrix matrix(Parameter parameter) {
        return Objects.requireNonNull(matrices.get(parameter.name()), parameter.name());
    }

    float[] vector(Parameter parameter) {
        return Objects.requireNonNull(vectors.get(parameter.name()), parameter.name());
    }

    float @Nullable [] optionalVector(@Nullable Parameter parameter) {
        return parameter == null ? null : vector(parameter);
    }

    private static WeightTensor checked(Parameter parameter, WeightTensor tensor) {
        if (tensor.rows() != parameter.rows()
                || tensor.columns() != parameter.columns()
                || tensor.type() != parameter.type()) {
            throw new IrException(
                    "weight " + parameter.name() + " is " + tensor.spec().shape()
                            + tensor.type().lowerName() + " in the model and " + parameter.typeText()
                            + " in the program; build the program from this model");
        }
        return tensor;
    }
}
