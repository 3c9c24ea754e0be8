package dev.hwc.compiler.pipeline;

import dev.hwc.compiler.pass.CompilationUnit;
import dev.hwc.ir.format.model.WeightSpec;
import dev.hwc.ir.tensor.Parameter;
import dev.hwc.ir.tensor.Verifier;
import java.util.ArrayList;
import java.util.List;

/** Checks a unit between passes: the rules of the program, and that the weights fit its parameters. */
final class UnitVerifier {
    private UnitVerifier() {}

    /** All broken rules; empty for a correct unit. */
    static List<String> problems(CompilationUnit unit) {
        List<String> problems = new ArrayList<>(Verifier.problems(unit.program()));
        for (Parameter parameter : unit.program().parameters()) {
            WeightSpec spec = unit.weights().spec(parameter.name());
            if (!fits(parameter, spec)) {
                problems.add("weight " + spec.name() + " is " + spec.shape()
                        + spec.type().lowerName() + " and its parameter is " + parameter);
            }
        }
        return problems;
    }

    private static boolean fits(Parameter parameter, WeightSpec spec) {
        return parameter.rows() == spec.rows()
                && parameter.columns() == spec.columns()
                && parameter.type() == spec.type();
    }
}
