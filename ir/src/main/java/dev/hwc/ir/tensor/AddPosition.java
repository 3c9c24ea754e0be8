package dev.hwc.ir.tensor;

import java.util.List;

/**
 * x plus the row of a table that belongs to the token's position: row i gets table[P + i]. Shapes: x
 * [M,d], table [positions,d], result as x. Spec: add_position I1-I2.
 */
public record AddPosition(String name, Value x, Parameter table) implements PrimitiveOp {
    public AddPosition {
        Check.name(name, "type T2", "value");
        long columns = Check.fixedColumns(x, "add_position I1", "x");
        Check.that(
                x.type().dim(0).equals(Dim.tokens()),
                "add_position I1",
                "x is %s; it must have one row per new token (M)",
                x);
        Check.that(
                table.rank() == 2 && table.columns() == columns,
                "add_position I2",
                "table is %s; needed is a matrix [positions,%d]",
                table,
                columns);
    }

    @Override
    public Value result() {
        return new Value(name, x.type());
    }

    @Override
    public String mnemonic() {
        return "add_position";
    }

    @Override
    public List<Value> operands() {
        return List.of(x);
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(table);
    }
}
