package dev.hwc.compiler.pipeline;

import dev.hwc.compiler.pass.CompilationUnit;
import dev.hwc.compiler.weights.WeightSource;
import dev.hwc.ir.IrException;
import dev.hwc.ir.format.model.WeightSpec;
import dev.hwc.ir.tensor.Parameter;
import dev.hwc.ir.tensor.Verifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checks a unit between passes: the rules of the program, and that the weights fit its parameters. */
final class UnitVerifier {
    private UnitVerifier() {}

    /** All broken rules; empty for a correct unit. */
    static List<String> problems(CompilationUnit unit) {
        List<String> problems = new ArrayList<>(Verifier.problems(unit.program()));
        for (Parameter parameter : unit.program().parameters()) {
            weightProblem(parameter, unit.weights()).ifPresent(problems::add);
        }
        return problems;
    }

    private static Optional<String> weightProblem(Parameter parameter, WeightSource weights) {
        try {
            WeightSpec spec = weights.spec(parameter.name());
            return fits(parameter, spec)
                    ? Optional.empty()
                    : Optional.of("weight " + spec.name() + " is " + spec.shape()
                            + spec.type().lowerName() + " and its parameter is " + parameter);
        } catch (IrException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static boolean fits(Parameter parameter, WeightSpec spec) {
        return parameter.rows() == spec.rows()
                && parameter.columns() == spec.columns()
                && parameter.type() == spec.type();
    }
}
