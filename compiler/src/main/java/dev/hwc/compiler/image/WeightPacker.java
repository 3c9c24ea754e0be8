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
        short[] scales = new short[stream.format().halves(sourceBlocks)];
        int[] columns = stream.columns();
        int c = stream.tileColumns();
        for (int i = 0; i < columns.length; i++) {
            if (columns[i] >= 0) {
                HardwareWeights.row(tensor, columns[i], codes, scales);
                BlockMatrix.requireFinite(stream.format(), scales, stream.parameter(), columns[i]);
                column(spec, stream, target, offset + i / c * stream.tileBytes(), i, codes, scales);
            }
        }
    }

    /** One column of a stream; padding stays zero. */
    private static void column(
            HardwareSpec spec,
            WeightStream stream,
            MemorySegment target,
            long tile,
            int streamColumn,
            byte[] codes,
            short[] scales) {
        walk(spec, stream, tile, streamColumn, new Places() {
            @Override
            public void scale(long at, int half) {
                if (half < scales.length) {
                    target.set(HALF, at, scales[half]);
                }
            }

            @Override
            public void codes(long at, int from, int elements) {
                group(target, stream.format(), at, codes, from, elements);
            }
        });
    }

    /** Reads a packed stream back: one row for each of its columns. */
    static BlockMatrix unpack(HardwareSpec spec, WeightStream stream, MemorySegment source, long offset) {
        int columns = stream.columns().length;
        byte[][] codes = new byte[columns][stream.innerBlocks() * 32];
        short[][] scales = new short[columns][stream.format().halves(stream.innerBlocks())];
        for (int i = 0; i < columns; i++) {
            byte[] columnCodes = codes[i];
            short[] columnScales = scales[i];
            long tile = offset + i / stream.tileColumns() * stream.tileBytes();
            walk(spec, stream, tile, i, new Places() {
                @Override
                public void scale(long at, int half) {
                    if (half < columnScales.length) {
                        columnScales[half] = source.get(HALF, at);
                    }
                }

                @Override
                public void codes(long at, int from, int elements) {
                    ungroup(source, stream.format(), at, columnCodes, from, elements);
                }
            });
        }
        return new BlockMatrix(stream.format(), stream.innerBlocks() * 32, codes, scales);
    }

    /** Where the scales and codes of a column stand. */
    private interface Places {
        /** Halfword {@code half} of the scales of all blocks of the column. */
        void scale(long at, int half);

        /** {@code elements} codes that lie together, the first one element {@code from} of the column. */
        void codes(long at, int from, int elements);
    }

    /** Goes through all records of a column's tile. */
    private static void walk(HardwareSpec spec, WeightStream stream, long tile, int streamColumn, Places places) {
        int column = streamColumn % stream.tileColumns();
        int c = stream.width(streamColumn / stream.tileColumns());
        int groupElements = spec.weightGroup(stream.format());
        int groupBytes = groupElements * stream.format().bits() / 8;
        long record = tile;
        int block = 0;
        for (WeightStream.Run run : stream.runs()) {
            for (int p = 0; p < run.count(); p++) {
                int halves = stream.format().halves(run.blocks());
                long codeArea = record + 2L * halves * c;
                for (int h = 0; h < halves; h++) {
                    places.scale(record + 2L * (h * c + column), stream.format().halves(block) + h);
                }
                for (int g = 0; g < run.blocks() * 32 / groupElements; g++) {
                    long at = codeArea + ((long) g * c + column) * groupBytes;
                    places.codes(at, block * 32 + g * groupElements, groupElements);
                }
                record += stream.recordBytes(run.blocks(), c);
                block += run.blocks();
            }
        }
    }

    private static void ungroup(
            MemorySegment source, BlockMatrix.Format format, long at, byte[] codes, int from, int elements) {
        int present = Math.min(elements, codes.length - from);
        int perByte = 8 / format.bits();
        for (int i = 0; i < present; i++) {
            int packed = source.get(ValueLayout.JAVA_BYTE, at + i / perByte);
            codes[from + i] = (byte) format.code(packed >> format.bits() * (i % perByte));
        }
    }

    private static void group(
            MemorySegment target, BlockMatrix.Format format, long at, byte[] codes, int from, int elements) {
        int present = Math.min(elements, codes.length - from);
        if (present <= 0) {
            return;
        }
        if (format.bits() == 8) {
            MemorySegment.copy(codes, from, target, ValueLayout.JAVA_BYTE, at, present);
            return;
        }
        int perByte = 8 / format.bits();
        for (int i = 0; i < present; i += perByte) {
            int packed = 0;
            for (int k = 0; k < perByte; k++) {
                packed |= format.stored(codes[from + i + k]) << k * format.bits();
            }
            target.set(ValueLayout.JAVA_BYTE, at + i / perByte, (byte) packed);
        }
    }
}
