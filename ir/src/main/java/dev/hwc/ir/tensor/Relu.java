package dev.hwc.ir.tensor;

import java.util.List;

/** max(x, 0), element by element. Shapes: x and result [t,n]. Spec: relu Z1. */
public record Relu(String name, Value x) implements PrimitiveOp {
    public Relu {
        Check.name(name, "type T2", "value");
        Check.rows(x, "relu Z1", "x");
    }

    @Override
    public Value result() {
        return new Value(name, x.type());
    }

    @Override
    public String mnemonic() {
        return "relu";
    }

    @Override
    public List<Value> operands() {
        return List.of(x);
    }
}
