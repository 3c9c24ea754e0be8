package dev.hwc.ir.tensor;

import java.util.List;

/**
 * y = x / sqrt(mean(x²) + eps) · weight, row by row. Shapes: x [t,d], weight [d], result [t,d].
 * Spec: rms_norm N1-N3.
 */
public record RmsNorm(String name, Value x, Parameter weight, float eps) implements PrimitiveOp {
    public RmsNorm {
        Check.name(name, "type T2", "value");
        long columns = Check.fixedColumns(x, "rms_norm N1", "x");
        Check.vector(weight, columns, "rms_norm N2", "weight");
        Check.positive(eps, "rms_norm N3", "eps");
    }

    @Override
    public Value result() {
        return new Value(name, x.type());
    }

    @Override
    public String mnemonic() {
        return "rms_norm";
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
