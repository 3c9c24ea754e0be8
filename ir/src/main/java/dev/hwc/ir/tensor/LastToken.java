package dev.hwc.ir.tensor;

import java.util.List;

/** The last row: what the next token is predicted from. Shapes: x [t,d], result [1,d]. Spec: last_token K1. */
public record LastToken(String name, Value x) implements PrimitiveOp {
    public LastToken {
        Check.name(name, "type T2", "value");
        Check.rows(x, "last_token K1", "x");
    }

    @Override
    public Value result() {
        return new Value(name, TensorType.f32(Dim.of(1), x.type().dim(1)));
    }

    @Override
    public String mnemonic() {
        return "last_token";
    }

    @Override
    public List<Value> operands() {
        return List.of(x);
    }
}
