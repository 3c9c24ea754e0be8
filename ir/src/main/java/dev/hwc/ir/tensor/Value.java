package dev.hwc.ir.tensor;

/** A named tensor, assigned exactly once in a program. Written {@code %name:[M,64]f32}. Spec: type T2. */
public record Value(String name, TensorType type) {
    public Value {
        Check.name(name, "type T2", "value");
    }

    @Override
    public String toString() {
        return "%" + name + ":" + type;
    }
}
