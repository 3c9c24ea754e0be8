package dev.hwc.ir.tensor;

import java.util.List;

/**
 * Row ids[i] of a table for each token. Shapes: tokens [t]i32, table [vocabulary,d], result [t,d].
 * Spec: embed E1-E2.
 */
public record Embed(String name, Value tokens, Parameter table) implements PrimitiveOp {
    public Embed {
        Check.name(name, "type T2", "value");
        Check.that(
                tokens.type().rank() == 1 && tokens.type().format() == ElementFormat.I32,
                "embed E1",
                "tokens are %s; needed is a vector [t]i32",
                tokens);
        Check.that(table.rank() == 2, "embed E2", "table is %s; needed is a matrix [vocabulary,d]", table);
    }

    @Override
    public Value result() {
        return new Value(name, TensorType.f32(tokens.type().dim(0), Dim.of(table.columns())));
    }

    @Override
    public String mnemonic() {
        return "embed";
    }

    @Override
    public List<Value> operands() {
        return List.of(tokens);
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(table);
    }
}
