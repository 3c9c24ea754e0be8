package dev.hwc.ir.tensor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * y = x / sqrt(mean(x²) + eps) · weight + bias, row by row. Shapes: x [t,d], weight [d], bias [d] or
 * absent, result [t,d]. Spec: rms_norm N1-N4.
 */
public record RmsNorm(
        String name, Value x, Parameter weight, @Nullable Parameter bias, float eps) implements PrimitiveOp {
    public RmsNorm {
        Check.name(name, "type T2", "value");
        long columns = Check.fixedColumns(x, "rms_norm N1", "x");
        Check.vector(weight, columns, "rms_norm N2", "weight");
        Check.positive(eps, "rms_norm N3", "eps");
        if (bias != null) {
            Check.vector(bias, columns, "rms_norm N4", "bias");
        }
    }

    /** A norm without bias. */
    public RmsNorm(String name, Value x, Parameter weight, float eps) {
        this(name, x, weight, null, eps);
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
        return bias == null ? List.of(weight) : List.of(weight, bias);
    }
}
