package dev.hwc.ir.format.model;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.GgmlType;

/**
 * One weight a model needs: y = W·x with W of {@code rows} outputs by {@code columns} inputs, or a
 * vector of one row.
 *
 * @param name GGUF's name, for example {@code blk.3.ffn_up.weight}
 */
public record WeightSpec(String name, long rows, long columns, GgmlType type) {
    public WeightSpec {
        if (rows < 1 || columns < 1) {
            throw new IrException("weight " + name + " has shape [" + rows + "," + columns + "]; sizes begin at 1");
        }
        if (!type.divides(columns)) {
            throw new IrException("weight " + name + " has rows of " + columns + " values, not a whole number of "
                    + type.lowerName() + " blocks of " + type.blockSize() + "; choose a type with a smaller block");
        }
    }

    public long elements() {
        return Math.multiplyExact(rows, columns);
    }

    /** Size of the blocks in a file or in memory. */
    public long bytes() {
        return Math.multiplyExact(rows, type.rowBytes(columns));
    }

    /** The shape in messages: {@code [rows,columns]}. */
    public String shape() {
        return "[" + rows + "," + columns + "]";
    }
}
