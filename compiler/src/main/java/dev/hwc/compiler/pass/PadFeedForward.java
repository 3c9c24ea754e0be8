package dev.hwc.compiler.pass;

import dev.hwc.compiler.CompileException;
import dev.hwc.compiler.weights.Selection;
import dev.hwc.ir.tensor.Linear;
import dev.hwc.ir.tensor.PrimitiveOp;
import dev.hwc.ir.tensor.SiluMul;
import dev.hwc.ir.tensor.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Pads the inner size of gated feed-forward networks with zeros to whole blocks of 32, the unit in
 * which the hardware quantizes, multiplies and lays out memory.
 *
 * <pre>
 * before: x [M,d] → Wgate, Wup [172,d] → silu_mul [M,172] → Wdown [d,172]
 * after:  x [M,d] → Wgate, Wup [192,d] → silu_mul [M,192] → Wdown [d,192]
 *                   20 zero rows below   silu(0)·0 = 0      20 zero columns behind
 * </pre>
 *
 * <p>Only types without blocks (F32, F16, BF16) have such sizes: the rows of the others are whole
 * blocks already. In the hardware's arithmetic the program computes the same bits, since a block that
 * is cut short counts as filled with zeros (docs/spec/numerics.md).
 */
public final class PadFeedForward implements Pass {
    private static final int BLOCK = 32;

    @Override
    public Set<Stage> before() {
        return Set.of(Stage.IMPORTED);
    }

    @Override
    public Set<Stage> after() {
        return Set.of(Stage.PADDED_FEED_FORWARD);
    }

    @Override
    public CompilationUnit run(CompilationUnit unit, PassContext context) {
        DefUse defUse = new DefUse(unit.program());
        ProgramEdit edit = new ProgramEdit(unit);
        for (PrimitiveOp op : unit.program().primitives()) {
            if (op instanceof SiluMul gate && inner(gate) % BLOCK != 0) {
                pad(gate, defUse, edit);
            }
        }
        return edit.apply();
    }

    private static int inner(SiluMul gate) {
        return Math.toIntExact(gate.gate().type().dim(1).size(1, 0));
    }

    private static void pad(SiluMul gate, DefUse defUse, ProgramEdit edit) {
        int inner = inner(gate);
        Selection padding =
                Selection.of(Math.ceilDiv(inner, BLOCK) * BLOCK, place -> place < inner ? place : Selection.ZERO);
        List<Linear> outputs = outputs(gate, defUse);
        Value gated = edit.selectOutputs(projection(gate, gate.gate(), defUse), padding);
        Value up = edit.selectOutputs(projection(gate, gate.up(), defUse), padding);
        Value result = edit.replace(new SiluMul(gate.name(), gated, up));
        outputs.forEach(linear -> edit.selectInputs(linear, result, padding));
    }

    private static Linear projection(SiluMul gate, Value value, DefUse defUse) {
        return defUse.producer(value, Linear.class)
                .filter(linear -> defUse.ownsParameters(linear) && defUse.feedsOnly(value, gate))
                .orElseThrow(() ->
                        refusal(gate, value, "it must come from a linear whose weights and values nothing else reads"));
    }

    private static List<Linear> outputs(SiluMul gate, DefUse defUse) {
        Value result = gate.result();
        List<Linear> linears = new ArrayList<>();
        for (PrimitiveOp user : defUse.users(result)) {
            if (user instanceof Linear linear && defUse.ownsParameters(linear)) {
                linears.add(linear);
            } else {
                throw refusal(gate, result, "%" + user.name() + " reads it; needed is a linear with its own weight");
            }
        }
        if (defUse.isOutput(result)) {
            throw refusal(gate, result, "it is an output of the program");
        }
        return linears;
    }

    private static CompileException refusal(SiluMul gate, Value value, String why) {
        return new CompileException("the inner size " + inner(gate) + " of silu_mul %" + gate.name()
                + " cannot be padded because of " + value + ": " + why);
    }
}
