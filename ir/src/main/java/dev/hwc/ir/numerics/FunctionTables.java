package dev.hwc.ir.numerics;

import java.util.function.DoubleUnaryOperator;

/**
 * The four piecewise-quadratic tables of the function unit: 64 segments, integer coefficients of
 * weight 2^-30. Rule N7 of docs/spec/numerics.md.
 */
public enum FunctionTables {
    /** 1/x on [1,2). */
    RECIP(x -> 1.0 / x, 1.0),
    /** 1/√x on [1,2), for even exponents. */
    RSQRT_EVEN(x -> 1.0 / StrictMath.sqrt(x), 1.0),
    /** 1/√(2x) on [1,2), for odd exponents. */
    RSQRT_ODD(x -> 1.0 / StrictMath.sqrt(2.0 * x), 1.0),
    /** 2^x on [0,1). */
    EXP2(x -> StrictMath.pow(2.0, x), 0.0);

    /** Segments per table. */
    public static final int SEGMENTS = 64;
    /** Bits of the argument within a segment. */
    public static final int SEGMENT_BITS = 17;
    /** Weight of the coefficients: 2^-30. */
    public static final int SCALE_BITS = 30;

    private final long[] c0 = new long[SEGMENTS];
    private final long[] c1 = new long[SEGMENTS];
    private final long[] c2 = new long[SEGMENTS];

    FunctionTables(DoubleUnaryOperator function, double start) {
        double one = 0x1p30;
        for (int i = 0; i < SEGMENTS; i++) {
            double left = start + i / (double) SEGMENTS;
            double f0 = function.applyAsDouble(left);
            double f1 = function.applyAsDouble(left + 0.5 / SEGMENTS);
            double f2 = function.applyAsDouble(left + 1.0 / SEGMENTS);
            c0[i] = (long) Math.rint(one * f0);
            c2[i] = (long) Math.rint(one * (2 * f0 - 4 * f1 + 2 * f2));
            c1[i] = (long) Math.rint(one * f2) - c0[i] - c2[i];
        }
    }

    /** The function at a 23-bit fraction, in units of 2^-30. */
    public long at(int fraction) {
        int i = fraction >>> SEGMENT_BITS;
        long g = fraction & ((1 << SEGMENT_BITS) - 1);
        long t = c1[i] + ((c2[i] * g) >> SEGMENT_BITS);
        return c0[i] + ((t * g) >> SEGMENT_BITS);
    }

    /** Coefficient of degree 0, 1 or 2 of a segment. */
    public long coefficient(int degree, int segment) {
        return switch (degree) {
            case 0 -> c0[segment];
            case 1 -> c1[segment];
            case 2 -> c2[segment];
            default -> throw new IllegalArgumentException("degree " + degree + "; tables are quadratic: 0..2");
        };
    }
}
