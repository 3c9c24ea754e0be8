package dev.hwc.ir.tensor;

import java.util.List;

/** The sum of two tensors, element by element: a + b. Shapes: a, b and result [t,n]. Spec: add B1. */
public record Add(String name, Value a, Value b) implements PrimitiveOp {
    public Add {
        Check.name(name, "type T2", "value");
        Check.rows(a, "add B1", "a");
        Check.that(a.type().equals(b.type()), "add B1", "a is %s and b is %s; the types must be equal", a, b);
    }

    @Override
    public Value result() {
        return new Value(name, a.type());
    }

    @Override
    public String mnemonic() {
        return "add";
    }

    @Override
    public List<Value> operands() {
        return a.equals(b) ? List.of(a) : List.of(a, b);
    }
}
