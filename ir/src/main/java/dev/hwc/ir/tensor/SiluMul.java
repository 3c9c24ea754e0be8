package dev.hwc.ir.tensor;

import java.util.List;

/**
 * The gate of SwiGLU: gate · sigmoid(gate) · up, element by element. Shapes: gate, up and result
 * [t,n]. Spec: silu_mul S1.
 */
public record SiluMul(String name, Value gate, Value up) implements PrimitiveOp {
    public SiluMul {
        Check.name(name, "type T2", "value");
        Check.rows(gate, "silu_mul S1", "gate");
        Check.that(
                gate.type().equals(up.type()),
                "silu_mul S1",
                "gate is %s and up is %s; the types must be equal",
                gate,
                up);
    }

    @Override
    public Value result() {
        return new Value(name, gate.type());
    }

    @Override
    public String mnemonic() {
        return "silu_mul";
    }

    @Override
    public List<Value> operands() {
        return gate.equals(up) ? List.of(gate) : List.of(gate, up);
    }
}
