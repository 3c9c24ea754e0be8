package dev.hwc.ir.tensor;

import java.util.List;

/** factor · x, element by element. Shapes: x and result [t,n]. Spec: scale C1-C2. */
public record Scale(String name, Value x, float factor) implements PrimitiveOp {
    public Scale {
        Check.name(name, "type T2", "value");
        Check.rows(x, "scale C1", "x");
        Check.positive(factor, "scale C2", "factor");
    }

    @Override
    public Value result() {
        return new Value(name, x.type());
    }

    @Override
    public String mnemonic() {
        return "scale";
    }

    @Override
    public List<Value> operands() {
        return List.of(x);
    }
}
