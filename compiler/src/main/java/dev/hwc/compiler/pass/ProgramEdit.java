package dev.hwc.compiler.pass;

import dev.hwc.compiler.weights.CenterColumns;
import dev.hwc.compiler.weights.CenterRows;
import dev.hwc.compiler.weights.CopiedWeights;
import dev.hwc.compiler.weights.PadNorm;
import dev.hwc.compiler.weights.RewrittenWeights;
import dev.hwc.compiler.weights.SelectColumns;
import dev.hwc.compiler.weights.SelectRows;
import dev.hwc.compiler.weights.Selection;
import dev.hwc.compiler.weights.WeightRewrite;
import dev.hwc.compiler.weights.WeightSource;
import dev.hwc.compiler.weights.Widen;
import dev.hwc.ir.format.model.WeightSpec;
import dev.hwc.ir.tensor.AddPosition;
import dev.hwc.ir.tensor.Embed;
import dev.hwc.ir.tensor.Fused;
import dev.hwc.ir.tensor.HeadNorm;
import dev.hwc.ir.tensor.Linear;
import dev.hwc.ir.tensor.Parameter;
import dev.hwc.ir.tensor.PrimitiveOp;
import dev.hwc.ir.tensor.RmsNorm;
import dev.hwc.ir.tensor.TensorOp;
import dev.hwc.ir.tensor.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Collects operations that take the place of others of the same name, and changes of weights, and
 * then makes the new unit. Types of results may change; then their users must be replaced as well.
 */
final class ProgramEdit {
    private final CompilationUnit unit;
    private final Map<String, PrimitiveOp> replacements = new HashMap<>();
    private final Map<String, WeightRewrite> rewrites = new HashMap<>();
    private final Map<String, String> copies = new HashMap<>();

    ProgramEdit(CompilationUnit unit) {
        this.unit = unit;
    }

    /** Puts an operation in the place of the one of its name; returns its result. */
    Value replace(PrimitiveOp op) {
        replacements.put(op.name(), op);
        return op.result();
    }

    /** Selects among the outputs of a projection: rows of the weight, elements of the bias. */
    Value selectOutputs(Linear linear, Selection outputs) {
        Parameter weight = rewrite(linear.weight(), new SelectRows(outputs));
        @Nullable Parameter bias = linear.bias();
        return replace(new Linear(
                linear.name(), linear.x(), weight, bias == null ? null : rewrite(bias, new SelectColumns(outputs))));
    }

    /** Selects among the inputs of a projection: columns of the weight. */
    void selectInputs(Linear linear, Value x, Selection inputs) {
        Parameter weight = rewrite(linear.weight(), new SelectColumns(inputs));
        replace(new Linear(linear.name(), x, weight, linear.bias()));
    }

    /** Moves the elements of the weight of a norm of heads. */
    Value selectWeight(HeadNorm norm, Selection elements) {
        Parameter weight = rewrite(norm.weight(), new SelectColumns(elements));
        return replace(new HeadNorm(norm.name(), norm.x(), weight, norm.heads(), norm.eps()));
    }

    /**
     * Norm of rows that zeros were added to. The mean is one over more elements, so weight and epsilon take
     * the ratio: with r = old/new size, weight·√r and eps·r.
     */
    Value padNorm(RmsNorm norm, Value x, Selection elements) {
        double ratio = (double) norm.weight().columns() / elements.size();
        Parameter weight = rewrite(norm.weight(), new PadNorm(elements, Math.sqrt(ratio)));
        return replace(new RmsNorm(norm.name(), x, weight, norm.bias(), (float) (norm.eps() * ratio)));
    }

    /** Takes the mean out of the rows of an embedding table; of a copy, if the operation is not its only reader. */
    void centerTable(Embed embed, boolean owned) {
        Parameter table = embed.table();
        if (!owned) {
            table = new Parameter(table.name() + ".centered", table.shape(), table.type());
            copies.put(table.name(), embed.table().name());
        }
        replace(new Embed(embed.name(), embed.tokens(), rewrite(table, new CenterRows())));
    }

    /** Widens the weight of a projection. */
    void widen(Linear linear) {
        replace(new Linear(linear.name(), linear.x(), rewrite(linear.weight(), new Widen()), linear.bias()));
    }

    /** Widens an embedding table; a copy of it, if others read it as it is. */
    void widenTable(Embed embed, boolean copy) {
        Parameter table = embed.table();
        if (copy) {
            table = new Parameter(table.name() + ".widened", table.shape(), table.type());
            copies.put(table.name(), embed.table().name());
        }
        replace(new Embed(embed.name(), embed.tokens(), rewrite(table, new Widen())));
    }

    /** Takes the mean out of the rows of a table of positions. */
    void centerTable(AddPosition add) {
        replace(new AddPosition(add.name(), add.x(), rewrite(add.table(), new CenterRows())));
    }

    /** Takes the mean out of what a projection gives. */
    void centerOutputs(Linear linear) {
        Parameter weight = rewrite(linear.weight(), new CenterColumns());
        @Nullable Parameter bias = linear.bias();
        replace(new Linear(linear.name(), linear.x(), weight, bias == null ? null : rewrite(bias, new CenterRows())));
    }

    private WeightSource source() {
        return copies.isEmpty() ? unit.weights() : new CopiedWeights(unit.weights(), copies);
    }

    private Parameter rewrite(Parameter parameter, WeightRewrite rewrite) {
        rewrites.put(parameter.name(), rewrite);
        WeightSpec spec = rewrite.spec(source().spec(parameter.name()));
        return parameter.rank() == 1
                ? Parameter.vector(spec.name(), spec.columns(), spec.type())
                : Parameter.matrix(spec.name(), spec.rows(), spec.columns(), spec.type());
    }

    /** The edited unit; the same one when nothing was replaced. */
    CompilationUnit apply() {
        if (replacements.isEmpty()) {
            return unit;
        }
        List<TensorOp> ops = unit.program().ops().stream().map(this::edited).toList();
        WeightSource weights = RewrittenWeights.of(source(), rewrites);
        return new CompilationUnit(unit.program().withOps(ops), weights);
    }

    private TensorOp edited(TensorOp op) {
        return switch (op) {
            case PrimitiveOp primitive -> edited(primitive);
            case Fused fused -> edited(fused);
        };
    }

    private PrimitiveOp edited(PrimitiveOp op) {
        return replacements.getOrDefault(op.name(), op);
    }

    private Fused edited(Fused region) {
        return new Fused(
                region.kind(),
                region.body().stream().map(this::edited).toList(),
                region.results().stream().map(this::edited).toList());
    }

    private Value edited(Value result) {
        PrimitiveOp op = replacements.get(result.name());
        return op == null ? result : op.result();
    }
}
