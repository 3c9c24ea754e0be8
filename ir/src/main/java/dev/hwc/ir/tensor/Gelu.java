package dev.hwc.ir.tensor;

import java.util.List;

/**
 * x/2 · (1 + tanh(sqrt(2/π) · (x + 0.044715·x³))), element by element. Shapes: x and result [t,n].
 * Spec: gelu U1.
 */
public record Gelu(String name, Value x) implements PrimitiveOp {
    public Gelu {
        Check.name(name, "type T2", "value");
        Check.rows(x, "gelu U1", "x");
    }

    @Override
    public Value result() {
        return new Value(name, x.type());
    }

    @Override
    public String mnemonic() {
        return "gelu";
    }

    @Override
    public List<Value> operands() {
        return List.of(x);
    }
}
