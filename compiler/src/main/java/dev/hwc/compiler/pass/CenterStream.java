package dev.hwc.compiler.pass;

import dev.hwc.compiler.CompileException;
import dev.hwc.ir.tensor.Add;
import dev.hwc.ir.tensor.AddPosition;
import dev.hwc.ir.tensor.Embed;
import dev.hwc.ir.tensor.LastToken;
import dev.hwc.ir.tensor.LayerNorm;
import dev.hwc.ir.tensor.Linear;
import dev.hwc.ir.tensor.PrimitiveOp;
import dev.hwc.ir.tensor.RmsNorm;
import dev.hwc.ir.tensor.Value;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Makes norms that subtract the mean into norms that do not: where every row of the residual stream has
 * mean zero there is nothing to subtract. The mean is taken out of all that is added to the stream,
 * once, in the weights; norms, which alone read the stream, do not see the difference.
 *
 * <pre>
 * before: x = embed + position + Wo·a + … → layer_norm weight, bias
 * after:  the same with each row of the tables, each column of Wo, Wdown and their biases less its mean
 *         → rms_norm weight, bias
 * </pre>
 *
 * <p>The rewritten weights are F32 and are quantized for the hardware as such. A table that the vocabulary
 * projection reads too is rewritten in a copy.
 */
public final class CenterStream implements Pass {
    @Override
    public Set<Stage> before() {
        return Set.of(Stage.IMPORTED);
    }

    @Override
    public Set<Stage> after() {
        return Set.of(Stage.CENTERED_STREAM);
    }

    @Override
    public CompilationUnit run(CompilationUnit unit, PassContext context) {
        DefUse defUse = new DefUse(unit.program());
        ProgramEdit edit = new ProgramEdit(unit);
        Set<Value> stream = new LinkedHashSet<>();
        for (PrimitiveOp op : unit.program().primitives()) {
            if (op instanceof LayerNorm norm) {
                collect(norm.x(), defUse, stream);
                edit.replace(new RmsNorm(norm.name(), norm.x(), norm.weight(), norm.bias(), norm.eps()));
            }
        }
        for (Value value : stream) {
            requireNorms(value, defUse);
            center(defUse.producer(value, PrimitiveOp.class).orElseThrow(), defUse, edit);
        }
        return edit.apply();
    }

    /** The values of the stream up to one of them: sums, and what is added. */
    private static void collect(Value value, DefUse defUse, Set<Value> stream) {
        if (!stream.add(value)) {
            return;
        }
        switch (defUse.producer(value, PrimitiveOp.class).orElse(null)) {
            case Add add -> {
                collect(add.a(), defUse, stream);
                collect(add.b(), defUse, stream);
            }
            case AddPosition add -> collect(add.x(), defUse, stream);
            case LastToken last -> collect(last.x(), defUse, stream);
            case Embed _, Linear _ -> {}
            case null, default -> throw refusal(value, "it is neither a sum, nor a projection, nor embedded tokens");
        }
    }

    private static void requireNorms(Value value, DefUse defUse) {
        for (PrimitiveOp user : defUse.users(value)) {
            boolean reads = user instanceof LayerNorm
                    || user instanceof Add
                    || user instanceof AddPosition
                    || user instanceof LastToken;
            if (!reads) {
                throw refusal(value, "%" + user.name() + " reads it, which is not a norm");
            }
        }
        if (defUse.isOutput(value)) {
            throw refusal(value, "it is an output of the program");
        }
    }

    private static void center(PrimitiveOp op, DefUse defUse, ProgramEdit edit) {
        switch (op) {
            case Embed embed -> edit.centerTable(embed, defUse.ownsParameters(embed));
            case AddPosition add -> edit.centerTable(add);
            case Linear linear when defUse.ownsParameters(linear) -> edit.centerOutputs(linear);
            case Linear linear -> throw refusal(linear.result(), "its weight is read elsewhere");
            default -> {}
        }
    }

    private static CompileException refusal(Value value, String why) {
        return new CompileException(
                "the mean cannot be taken out of %" + value.name() + ": " + why + "; use --backend reference");
    }
}
