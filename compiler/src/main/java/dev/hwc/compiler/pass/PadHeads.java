package dev.hwc.compiler.pass;

import dev.hwc.compiler.CompileException;
import dev.hwc.compiler.weights.Selection;
import dev.hwc.ir.tensor.Attention;
import dev.hwc.ir.tensor.Linear;
import dev.hwc.ir.tensor.PrimitiveOp;
import dev.hwc.ir.tensor.RmsNorm;
import dev.hwc.ir.tensor.Rope;
import dev.hwc.ir.tensor.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Pads the heads of attention with zeros to a multiple of the hardware's head group (32 elements, or
 * a beat of the memory port if that is wider), so that a row of the KV cache is whole blocks and
 * whole beats. Zeros add nothing to scores and results; rotary_dims and scale stay as they are.
 *
 * <pre>
 * before: x [M,d] → Wq, Wk, Wv [heads·8, d]  → rope, attention head_dim=8  → Wo [d, heads·8]
 * after:  x [M,d] → Wq, Wk, Wv [heads·32, d] → rope, attention head_dim=32 → Wo [d, heads·32]
 *                   zero rows under each head                                zero columns after each head
 * </pre>
 *
 * <p>Rows move as raw blocks. The columns of Wo keep their storage type where the file's blocks can
 * stay whole: F32, F16 and BF16 always; Q8_0 and Q4_0 where each block of 32 draws from one block of
 * the file, that is for head sizes that divide 32 or are multiples of it. Otherwise (head sizes such
 * as 48 or 80, or K-quants) Wo becomes F32 with the dequantized values; the hardware's arithmetic
 * quantizes it again (docs/spec/numerics.md N29). A norm between attention and Wo is padded, too.
 */
public final class PadHeads implements Pass {
    @Override
    public Set<Stage> before() {
        return Set.of(Stage.IMPORTED);
    }

    @Override
    public Set<Stage> after() {
        return Set.of(Stage.PADDED_HEADS);
    }

    @Override
    public CompilationUnit run(CompilationUnit unit, PassContext context) {
        int group = context.hardware().headGroup();
        DefUse defUse = new DefUse(unit.program());
        ProgramEdit edit = new ProgramEdit(unit);
        for (PrimitiveOp op : unit.program().primitives()) {
            if (op instanceof Attention attention && attention.headDim() % group != 0) {
                pad(attention, Math.ceilDiv(attention.headDim(), group) * group, defUse, edit);
            }
        }
        return edit.apply();
    }

    private static void pad(Attention attention, int headDim, DefUse defUse, ProgramEdit edit) {
        Value q = pad(projection(attention.q(), attention, defUse), attention, attention.heads(), headDim, edit);
        Value k = pad(projection(attention.k(), attention, defUse), attention, attention.kvHeads(), headDim, edit);
        Value v = pad(projection(attention.v(), attention, defUse), attention, attention.kvHeads(), headDim, edit);
        Value result = edit.replace(new Attention(
                attention.name(),
                q,
                k,
                v,
                attention.layer(),
                attention.heads(),
                attention.kvHeads(),
                headDim,
                attention.scale(),
                attention.softCap(),
                attention.window()));
        Selection columns = padding(attention, attention.heads(), headDim);
        refuseOutput(attention, attention.result(), defUse);
        for (PrimitiveOp user : defUse.users(attention.result())) {
            Value x = user instanceof RmsNorm norm ? edit.padNorm(norm, result, columns) : result;
            Value seen = user instanceof RmsNorm ? user.result() : attention.result();
            outputs(attention, seen, defUse).forEach(linear -> edit.selectInputs(linear, x, columns));
        }
    }

    private static Value pad(HeadProjection projection, Attention attention, int heads, int headDim, ProgramEdit edit) {
        Value x = edit.selectOutputs(projection.linear(), padding(attention, heads, headDim));
        return projection
                .rope()
                .map(rope -> edit.replace(pad(rope, x, headDim)))
                .orElse(x);
    }

    private static Rope pad(Rope rope, Value x, int headDim) {
        return new Rope(
                rope.name(),
                x,
                rope.heads(),
                headDim,
                rope.rotaryDims(),
                rope.base(),
                rope.style(),
                rope.frequencyFactors());
    }

    private static Selection padding(Attention attention, int heads, int headDim) {
        return Selection.perHead(
                heads,
                attention.headDim(),
                headDim,
                element -> element < attention.headDim() ? element : Selection.ZERO);
    }

    private static HeadProjection projection(Value value, Attention attention, DefUse defUse) {
        Optional<HeadProjection> projection = HeadProjection.of(value, defUse)
                .filter(found -> found.norm().isEmpty() && found.servesOnly(attention, defUse));
        return projection.orElseThrow(() -> refusal(
                attention,
                value,
                "it must come from a linear, with or without rope, whose weights and values nothing else reads"));
    }

    /** The linears that read a result of an attention, or its norm. */
    private static List<Linear> outputs(Attention attention, Value result, DefUse defUse) {
        List<Linear> linears = new ArrayList<>();
        for (PrimitiveOp user : defUse.users(result)) {
            if (user instanceof Linear linear && defUse.ownsParameters(linear)) {
                linears.add(linear);
            } else if (!(user instanceof RmsNorm norm && norm.bias() == null && defUse.ownsParameters(norm))
                    || !result.equals(attention.result())) {
                throw refusal(
                        attention,
                        result,
                        "%" + user.name()
                                + " reads it; needed is a linear with its own weight, or an rms_norm before it");
            }
        }
        refuseOutput(attention, result, defUse);
        return linears;
    }

    private static void refuseOutput(Attention attention, Value result, DefUse defUse) {
        if (defUse.isOutput(result)) {
            throw refusal(attention, result, "it is an output of the program");
        }
    }

    private static CompileException refusal(Attention attention, Value value, String why) {
        return new CompileException("head_dim " + attention.headDim() + " of attention %" + attention.name()
                + " cannot be padded because of " + value + ": " + why);
    }
}
