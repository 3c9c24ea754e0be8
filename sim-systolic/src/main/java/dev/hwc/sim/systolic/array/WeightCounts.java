package dev.hwc.sim.systolic.array;

import dev.hwc.ir.numerics.BlockMatrix.Format;
import dev.hwc.sim.systolic.scratchpad.Scratchpads;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Counts the weights of value 0, and of 1 and −1, among packed codes of a format, eight bytes at a time. */
final class WeightCounts {
    private static final WeightCounts[] OF_FORMAT =
            Arrays.stream(Format.values()).map(WeightCounts::new).toArray(WeightCounts[]::new);

    private final int perWord;
    /** A one in the lowest bit of every code. */
    private final long lowest;
    /** All bits but the highest of every code. */
    private final long below;
    /** Stored codes of value 0, each in all places of a word. */
    private final long[] zeros;
    /** Stored codes of value 1 or −1, likewise. */
    private final long[] units;

    private WeightCounts(Format format) {
        int bits = format.bits();
        perWord = Long.SIZE / bits;
        lowest = bits == 8 ? 0x0101010101010101L : bits == 4 ? 0x1111111111111111L : 0x5555555555555555L;
        below = lowest * ((1L << bits - 1) - 1);
        zeros = codes(format, value -> value == 0);
        units = codes(format, value -> value == 1 || value == -1);
    }

    static WeightCounts of(Format format) {
        return OF_FORMAT[format.ordinal()];
    }

    private long[] codes(Format format, IntPredicate wanted) {
        return IntStream.range(0, 1 << format.bits())
                .filter(stored -> wanted.test(format.code(stored)))
                .mapToLong(stored -> lowest * stored)
                .toArray();
    }

    /** Codes of value 0 in some bytes, a multiple of 8. */
    long zeros(byte[] codes, int from, int bytes) {
        return count(codes, from, bytes, zeros);
    }

    /** Codes of value 1 or −1 in some bytes, a multiple of 8. */
    long units(byte[] codes, int from, int bytes) {
        return count(codes, from, bytes, units);
    }

    private long count(byte[] codes, int from, int bytes, long[] wanted) {
        long count = 0;
        for (long pattern : wanted) {
            for (int at = from; at < from + bytes; at += Long.BYTES) {
                count += perWord - Long.bitCount(others(Scratchpads.getLong(codes, at) ^ pattern));
            }
        }
        return count;
    }

    /** The highest bit of every code that is not zero; a carry cannot leave its code. */
    private long others(long word) {
        return ((word & below) + below | word) & ~below;
    }
}
