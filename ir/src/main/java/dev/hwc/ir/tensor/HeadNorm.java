package dev.hwc.ir.tensor;

import java.util.List;

/**
 * {@link RmsNorm} of each head by itself, with one weight for all heads. Shapes: x [t, heads·headDim],
 * weight [headDim], result as x. Spec: head_norm H1-H3.
 */
public record HeadNorm(String name, Value x, Parameter weight, int heads, float eps) implements PrimitiveOp {
    public HeadNorm {
        Check.name(name, "type T2", "value");
        Check.positive(heads, "head_norm H1", "heads");
        long columns = Check.fixedColumns(x, "head_norm H1", "x");
        Check.that(columns % heads == 0, "head_norm H1", "x is %s; needed is a multiple of %d columns", x, heads);
        Check.vector(weight, columns / heads, "head_norm H2", "weight");
        Check.positive(eps, "head_norm H3", "eps");
    }

    /** Elements per head. */
    public int headDim() {
        return Math.toIntExact(weight.columns());
    }

    @Override
    public Value result() {
        return new Value(name, x.type());
    }

    @Override
    public String mnemonic() {
        return "head_norm";
    }

    @Override
    public List<Value> operands() {
        return List.of(x);
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(weight);
    }
}
