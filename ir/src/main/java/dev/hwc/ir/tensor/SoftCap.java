package dev.hwc.ir.tensor;

import java.util.List;

/** cap · tanh(x / cap), element by element. Shapes: x and result [t,n]. Spec: soft_cap Q1-Q2. */
public record SoftCap(String name, Value x, float cap) implements PrimitiveOp {
    public SoftCap {
        Check.name(name, "type T2", "value");
        Check.rows(x, "soft_cap Q1", "x");
        Check.positive(cap, "soft_cap Q2", "cap");
    }

    @Override
    public Value result() {
        return new Value(name, x.type());
    }

    @Override
    public String mnemonic() {
        return "soft_cap";
    }

    @Override
    public List<Value> operands() {
        return List.of(x);
    }
}
