package dev.hwc.compiler.image;

import dev.hwc.compiler.lower.ModelLayout;
import dev.hwc.compiler.lower.WeightStream;
import dev.hwc.compiler.weights.WeightSource;
import dev.hwc.ir.format.model.HardwareWeights;
import dev.hwc.ir.format.model.WeightTensor;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.numerics.BlockMatrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Writes weights as the records that {@code load.weights} reads (isa.md §4). */
final class WeightPacker {
    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final HardwareSpec spec;
    private final WeightSource weights;
    private final MemorySegment target;

    WeightPacker(HardwareSpec spec, WeightSource weights, MemorySegment target) {
        this.spec = spec;
        this.weights = weights;
        this.target = target;
    }

    /** Packs all weights of a layout. */
    static void pack(ModelLayout layout, WeightSource weights, MemorySegment target) {
        WeightPacker packer = new WeightPacker(layout.spec(), weights, target);
        for (ModelLayout.LayerGroup group : layout.groups()) {
            for (int l = 0; l < group.streams().size(); l++) {
                ModelLayout.LayerStreams streams = group.streams().get(l);
                long base = group.weightOffset() + l * group.weightStride();
                for (WeightStream stream : streams.all()) {
                    packer.stream(stream, base + streams.offset(stream));
                }
            }
        }
        packer.stream(layout.head(), layout.headOffset());
        if (layout.tableOffset() != layout.headOffset()) {
            packer.stream(layout.table(), layout.tableOffset());
        }
    }

    /** Packs one matrix at the start of a segment. */
    static void pack(HardwareSpec spec, WeightStream stream, BlockMatrix matrix, MemorySegment target) {
        int c = stream.tileColumns();
        for (int row = 0; row < matrix.rows(); row++) {
            column(spec, stream, target, row / c * stream.tileBytes(), row, matrix.codes(row), matrix.scales(row));
        }
    }

    private void stream(WeightStream stream, long offset) {
        WeightTensor tensor = weights.weight(stream.parameter());
        int sourceBlocks = Math.toIntExact((tensor.columns() + 31) / 32);
        byte[] codes = new byte[sourceBlocks * 32];
        short[] scales = new short[sourceBlocks];
        int[] columns = stream.columns();
        int c = stream.tileColumns();
        for (int i = 0; i < columns.length; i++) {
            if (columns[i] >= 0) {
                HardwareWeights.row(tensor, columns[i], codes, scales);
                BlockMatrix.requireFinite(scales, stream.parameter(), columns[i]);
                column(spec, stream, target, offset + i / c * stream.tileBytes(), i, codes, scales);
            }
        }
    }

    /** One column of a stream, through all records of its tile; padding stays zero. */
    private static void column(
            HardwareSpec spec,
            WeightStream stream,
            MemorySegment target,
            long tile,
            int streamColumn,
            byte[] codes,
            short[] scales) {
        int column = streamColumn % stream.tileColumns();
        int c = stream.width(streamColumn / stream.tileColumns());
        int groupElements = spec.weightGroup(stream.format());
        int groupBytes = groupElements * stream.format().bits() / 8;
        long record = tile;
        int block = 0;
        for (WeightStream.Run run : stream.runs()) {
            for (int p = 0; p < run.count(); p++) {
                long codeArea = record + 2L * run.blocks() * c;
                for (int b = 0; b < run.blocks() && block + b < scales.length; b++) {
                    target.set(HALF, record + 2L * (b * c + column), scales[block + b]);
                }
                for (int g = 0; g < run.blocks() * 32 / groupElements; g++) {
                    long at = codeArea + ((long) g * c + column) * groupBytes;
                    group(target, stream.format(), at, codes, block * 32 + g * groupElements, groupElements);
                }
                record += stream.recordBytes(run.blocks(), c);
                block += run.blocks();
            }
        }
    }

    private static void group(
            MemorySegment target, BlockMatrix.Format format, long at, byte[] codes, int from, int elements) {
        int present = Math.min(elements, codes.length - from);
        if (present <= 0) {
            return;
        }
        if (format == BlockMatrix.Format.I8) {
            MemorySegment.copy(codes, from, target, ValueLayout.JAVA_BYTE, at, present);
            return;
        }
        for (int i = 0; i < present; i += 2) {
            int pair = (codes[from + i] & 15) | (codes[from + i + 1] & 15) << 4;
            target.set(ValueLayout.JAVA_BYTE, at + i / 2, (byte) pair);
        }
    }
}
