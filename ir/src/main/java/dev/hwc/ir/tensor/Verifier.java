package dev.hwc.ir.tensor;

import dev.hwc.ir.IrException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Checks that the parts of a program fit together: rules program G1-G6 of docs/spec/tensor-ir.md.
 * The rules of single operations are checked when they are built.
 */
public final class Verifier {
    private final TensorProgram program;
    private final List<String> problems = new ArrayList<>();
    private final Set<String> assigned = new HashSet<>();
    private final Map<String, Value> visible = new HashMap<>();
    private final Map<String, Parameter> declared = new HashMap<>();
    private final Set<String> used = new HashSet<>();
    private final Set<Integer> layers = new HashSet<>();

    private Verifier(TensorProgram program) {
        this.program = program;
    }

    /**
     * Returns the program if it keeps all rules.
     *
     * @throws IrException naming every broken rule and where
     */
    public static TensorProgram verify(TensorProgram program) {
        List<String> problems = problems(program);
        if (!problems.isEmpty()) {
            throw new IrException("program " + program.name() + ": " + String.join("; ", problems));
        }
        return program;
    }

    /** All broken rules, in program order; empty for a correct program. */
    public static List<String> problems(TensorProgram program) {
        return new Verifier(program).run();
    }

    private List<String> run() {
        program.parameters().forEach(this::declare);
        program.inputs().forEach(this::assign);
        program.ops().forEach(this::check);
        check(!program.outputs().isEmpty(), "program G4: there is no output; needed is at least one");
        program.outputs().forEach(output -> read(output, "program G4", "the outputs"));
        for (Parameter parameter : program.parameters()) {
            check(used.contains(parameter.name()), "program G5: %s is declared and never read; remove it", parameter);
        }
        return List.copyOf(problems);
    }

    private void check(TensorOp op) {
        switch (op) {
            case PrimitiveOp primitive -> checkPrimitive(primitive);
            case Fused fused -> checkRegion(fused);
        }
    }

    private void checkPrimitive(PrimitiveOp op) {
        String place = op.mnemonic() + " %" + op.name();
        op.operands().forEach(operand -> read(operand, "program G2", place));
        op.parameters().forEach(parameter -> readParameter(parameter, place));
        if (op instanceof Attention attention) {
            check(
                    layers.add(attention.layer()),
                    "program G6: %s appends to the KV cache of layer %d a second time",
                    place,
                    attention.layer());
        }
        assign(op.result());
    }

    private void checkRegion(Fused region) {
        region.body().forEach(this::checkPrimitive);
        region.body().stream()
                .map(PrimitiveOp::result)
                .filter(value -> !region.results().contains(value))
                .forEach(hidden -> visible.remove(hidden.name()));
    }

    private void declare(Parameter parameter) {
        check(
                declared.putIfAbsent(parameter.name(), parameter) == null,
                "program G5: parameter @%s is declared twice",
                parameter.name());
    }

    private void assign(Value value) {
        check(assigned.add(value.name()), "program G1: %%%s is assigned a second time", value.name());
        visible.putIfAbsent(value.name(), value);
    }

    private void read(Value value, String rule, String place) {
        Value definition = visible.get(value.name());
        if (definition == null) {
            String why = assigned.contains(value.name()) ? "is hidden inside a region" : "is not assigned before it";
            check(false, "%s: %%%s, needed by %s, %s", rule, value.name(), place, why);
        } else {
            check(
                    definition.type().equals(value.type()),
                    "program G3: %s, needed by %s, is assigned as %s",
                    value,
                    place,
                    definition.type());
        }
    }

    private void readParameter(Parameter parameter, String place) {
        used.add(parameter.name());
        Parameter declaration = declared.get(parameter.name());
        check(
                parameter.equals(declaration),
                "program G5: %s reads %s, which is %s",
                place,
                parameter,
                declaration == null ? "not declared" : "declared as " + declaration.typeText());
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency at run time
    private void check(boolean holds, String message, Object... arguments) {
        if (!holds) {
            problems.add(String.format(Locale.ROOT, message, arguments));
        }
    }
}
