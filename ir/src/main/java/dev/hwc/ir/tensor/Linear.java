package dev.hwc.ir.tensor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * y = x·Wᵀ + b. Shapes: x [t,k], weight [n,k] (as stored in a GGUF file: one row per output), bias
 * [n] or absent, result [t,n]. Spec: linear L1-L4.
 */
public record Linear(
        String name, Value x, Parameter weight, @Nullable Parameter bias) implements PrimitiveOp {
    public Linear {
        Check.name(name, "type T2", "value");
        long columns = Check.fixedColumns(x, "linear L1", "x");
        Check.that(weight.rank() == 2, "linear L2", "weight is %s; needed is a matrix [n,k]", weight);
        Check.that(
                weight.columns() == columns,
                "linear L3",
                "x is %s and weight is %s; their inner sizes k must be equal",
                x,
                weight);
        if (bias != null) {
            Check.vector(bias, weight.rows(), "linear L4", "bias");
        }
    }

    /** A product without bias. */
    public Linear(String name, Value x, Parameter weight) {
        this(name, x, weight, null);
    }

    @Override
    public Value result() {
        return new Value(name, TensorType.f32(x.type().dim(0), Dim.of(weight.rows())));
    }

    @Override
    public String mnemonic() {
        return "linear";
    }

    @Override
    public List<Value> operands() {
        return List.of(x);
    }

    @Override
    public List<Parameter> parameters() {
        return bias == null ? List.of(weight) : List.of(weight, bias);
    }

    @Override
    public long macs(long tokens, long past) {
        return x.type().elements(tokens, past) * weight.rows();
    }
}
