package dev.hwc.rtl.generator.numerics;

import java.util.Random;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;

/** fp32 bit patterns worth trying, zero-extended to 64 bits. */
public final class Operands {
    private static final int[] MAGNITUDES = {
        0x00000000, // 0
        0x00000001,
        0x00400000,
        0x007FFFFF, // subnormal
        0x00800000,
        0x00800001,
        0x00FFFFFF,
        0x01000000,
        0x017FFFFF, // near the smallest normal
        0x1F800000,
        0x20000000,
        0x1FFFFFFF, // near 2^-64: products at the edge of underflow
        0x33000000,
        0x33800000,
        0x33800001,
        0x34000000, // 2^-25 .. 2^-23: ties against 1
        0x3C010204,
        0x3EFFFFFF,
        0x3F000000,
        0x3F000001,
        0x3F7FFFFF,
        0x3F800000,
        0x3F800001,
        0x3F800002,
        0x3FC00000,
        0x3FFFFFFF,
        0x40000000,
        0x40000001,
        0x42B17216,
        0x42B17217,
        0x42B17218,
        0x42AEAC4E,
        0x42AEAC4F,
        0x42AEAC50,
        0x42FDFFFF,
        0x42FE0000,
        0x42FF0000,
        0x43000000, // 127 and around
        0x4B000000,
        0x4B000001,
        0x4B7FFFFF,
        0x4B800000, // 2^23, 2^24
        0x5F000000,
        0x5F7FFFFF,
        0x5F800000, // products at the edge of overflow
        0x7E800000,
        0x7F000000,
        0x7F7FFFFE,
        0x7F7FFFFF, // largest
        0x7F800000, // infinity
        0x7F800001,
        0x7FC00000,
        0x7FFFFFFF, // NaN
    };

    private Operands() {}

    /** Special values of both signs. */
    public static long[] special() {
        return LongStream.range(0, 2L * MAGNITUDES.length)
                .map(i -> MAGNITUDES[(int) i / 2] | (i % 2) << 31)
                .toArray();
    }

    /** All pairs of special values, as rows of two. */
    static long[] specialPairs() {
        long[] special = special();
        long[] rows = new long[2 * special.length * special.length];
        for (int i = 0; i < rows.length / 2; i++) {
            rows[2 * i] = special[i / special.length];
            rows[2 * i + 1] = special[i % special.length];
        }
        return rows;
    }

    /** Any 32 bits. */
    static long any(Random random) {
        return random.nextInt() & 0xFFFFFFFFL;
    }

    /** Any sign and fraction, the exponent within a distance of that of another operand. */
    static long near(long other, int distance, Random random) {
        long exponent = (other >>> 23 & 0xFF) + random.nextInt(-distance, distance + 1);
        return any(random) & 0x807FFFFFL | Math.clamp(exponent, 0, 255) << 23;
    }

    /** Few significant bits, so that results are often exact or ties. */
    static long round(long bits, Random random) {
        return bits & ~0L << random.nextInt(24);
    }

    /** Rows of one operand each. */
    static long[] rows(int count, LongUnaryOperator operand) {
        return LongStream.range(0, count).map(operand).toArray();
    }
}
