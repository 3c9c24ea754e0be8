package dev.hwc.ir.tensor;

import java.util.List;

/**
 * y = (x − mean(x)) / sqrt(variance(x) + eps) · weight + bias, row by row. Shapes: x [t,d], weight and
 * bias [d], result [t,d]. Spec: layer_norm Y1-Y3.
 */
public record LayerNorm(String name, Value x, Parameter weight, Parameter bias, float eps) implements PrimitiveOp {
    public LayerNorm {
        Check.name(name, "type T2", "value");
        long columns = Check.fixedColumns(x, "layer_norm Y1", "x");
        Check.vector(weight, columns, "layer_norm Y2", "weight");
        Check.vector(bias, columns, "layer_norm Y2", "bias");
        Check.positive(eps, "layer_norm Y3", "eps");
    }

    @Override
    public Value result() {
        return new Value(name, x.type());
    }

    @Override
    public String mnemonic() {
        return "layer_norm";
    }

    @Override
    public List<Value> operands() {
        return List.of(x);
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(weight, bias);
    }
}
