package dev.hwc.ir.interp;

import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.ir.numerics.BlockProduct;
import dev.hwc.ir.numerics.NumericCounters;
import dev.hwc.ir.numerics.Quantize;
import dev.hwc.ir.numerics.ScaleFormat;

/**
 * A row quantized in blocks of 32 with one scale each, padded with zeros to whole blocks (numerics
 * N12, N14).
 *
 * @param codes blocks·32 codes
 * @param scales one 16-bit scale per block
 */
@SuppressWarnings("ArrayRecordComponent") // a working buffer, never compared
record BlockRow(byte[] codes, short[] scales) {
    /** Quantizes {@code length} elements of x from {@code from} on (N15). */
    static BlockRow quantize(float[] x, int from, int length, ScaleFormat format, NumericCounters counters) {
        int blocks = Math.ceilDiv(length, BlockProduct.BLOCK);
        byte[] codes = new byte[blocks * BlockProduct.BLOCK];
        short[] scales = new short[blocks];
        for (int block = 0; block < blocks; block++) {
            int start = block * BlockProduct.BLOCK;
            int count = Math.min(BlockProduct.BLOCK, length - start);
            scales[block] = Quantize.group(x, from + start, count, codes, start, format, counters);
        }
        return new BlockRow(codes, scales);
    }

    int blocks() {
        return scales.length;
    }

    /** The product of §4 of this row as activations with a row of weights, as fp32 (N16 to N20). */
    float product(BlockMatrix weights, int row, NumericCounters counters) {
        long accumulator = 0;
        for (int block = 0; block < scales.length; block++) {
            accumulator += weights.term(row, block, codes, scales[block], counters);
        }
        return BlockProduct.toFp32(accumulator);
    }

    /** The same with one binary16 scale per block. */
    float product(byte[] weightCodes, short[] weightScales, NumericCounters counters) {
        long accumulator = 0;
        for (int block = 0; block < scales.length; block++) {
            int start = block * BlockProduct.BLOCK;
            int sum = BlockProduct.dot(codes, start, weightCodes, start);
            accumulator += BlockProduct.term(sum, scales[block], weightScales[block], counters);
        }
        return BlockProduct.toFp32(accumulator);
    }

    /** As {@link #product} with all weight scales 1 (N21). */
    float unitProduct(byte[] weightCodes, NumericCounters counters) {
        long accumulator = 0;
        for (int block = 0; block < scales.length; block++) {
            int start = block * BlockProduct.BLOCK;
            int sum = BlockProduct.dot(codes, start, weightCodes, start);
            accumulator += BlockProduct.term(sum, scales[block], BlockProduct.UNIT_SCALE, counters);
        }
        return BlockProduct.toFp32(accumulator);
    }
}
