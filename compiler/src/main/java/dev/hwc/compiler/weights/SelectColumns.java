package dev.hwc.compiler.weights;

import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.model.WeightSpec;
import dev.hwc.ir.format.model.WeightTensor;
import java.lang.foreign.MemorySegment;

/**
 * Permutes the columns of a matrix, or the elements of a vector, and inserts zeros.
 *
 * <p>Nothing is lost: types without blocks (F32, F16, BF16) move value by value; in Q8_0 and Q4_0
 * codes move and scales stay, provided that each new block draws from one old block. Otherwise the
 * tensor becomes F32, which holds the dequantized values exactly; where the hardware multiplies
 * narrower numbers it is quantized again later, as part of the hardware's arithmetic
 * (docs/spec/numerics.md N29).
 */
public record SelectColumns(Selection columns) implements WeightRewrite {
    @Override
    public WeightSpec spec(WeightSpec source) {
        return new WeightSpec(source.name(), source.rows(), columns.size(), type(source.type()));
    }

    private GgmlType type(GgmlType source) {
        boolean moves =
                source.blockSize() == 1 || (BlockCodes.knows(source) && columns.keepsBlocks(source.blockSize()));
        return moves ? source : GgmlType.F32;
    }

    @Override
    public void write(WeightTensor source, MemorySegment target) {
        GgmlType type = source.type();
        if (type(type) != type) {
            eachRow(source, target, this::decode);
        } else if (type.blockSize() == 1) {
            eachRow(source, target, this::moveValues);
        } else {
            int[] sourceBlocks = columns.sourceBlocks(type.blockSize());
            BlockCodes codes = BlockCodes.of(type);
            eachRow(source, target, (tensor, row, to) -> {
                MemorySegment from = row(tensor, row);
                moveScales(codes, sourceBlocks, from, to);
                moveCodes(codes, from, to);
            });
        }
    }

    /** Computes one row of the target. */
    @FunctionalInterface
    private interface Row {
        void write(WeightTensor source, int row, MemorySegment to);
    }

    private void eachRow(WeightTensor source, MemorySegment target, Row work) {
        long bytes = type(source.type()).rowBytes(columns.size());
        for (int row = 0; row < source.rows(); row++) {
            work.write(source, row, target.asSlice(row * bytes, bytes));
        }
    }

    private static MemorySegment row(WeightTensor source, int row) {
        long bytes = source.type().rowBytes(source.columns());
        return source.data().asSlice(row * bytes, bytes);
    }

    private void moveValues(WeightTensor tensor, int row, MemorySegment to) {
        long bytes = tensor.type().blockBytes();
        MemorySegment from = row(tensor, row);
        for (int column = 0; column < columns.size(); column++) {
            int source = columns.source(column);
            if (source != Selection.ZERO) {
                MemorySegment.copy(from, source * bytes, to, column * bytes, bytes);
            }
        }
    }

    private static void moveScales(BlockCodes codes, int[] sourceBlocks, MemorySegment from, MemorySegment to) {
        long bytes = codes.type().blockBytes();
        for (int block = 0; block < sourceBlocks.length; block++) {
            if (sourceBlocks[block] != Selection.ZERO) {
                MemorySegment.copy(from, sourceBlocks[block] * bytes, to, block * bytes, BlockCodes.SCALE_BYTES);
            }
        }
    }

    private void moveCodes(BlockCodes codes, MemorySegment from, MemorySegment to) {
        int values = codes.type().blockSize();
        long bytes = codes.type().blockBytes();
        for (int column = 0; column < columns.size(); column++) {
            int source = columns.source(column);
            int code = source == Selection.ZERO
                    ? codes.zero()
                    : codes.code(from, source / values * bytes, source % values);
            codes.setCode(to, column / values * bytes, column % values, code);
        }
    }

    private void decode(WeightTensor tensor, int row, MemorySegment to) {
        float[] selected = columns.select(tensor.row(row));
        GgmlType.F32.quantizer().quantize(selected, 0, selected.length, to, 0);
    }
}
