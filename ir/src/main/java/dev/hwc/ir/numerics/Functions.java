package dev.hwc.ir.numerics;

/** Elementary functions of the vector lanes, rules N8 to N11 of docs/spec/numerics.md. */
public final class Functions {
    /** What the argument of {@link #relu} is multiplied with. */
    public static final float RELU_STEEPNESS = 0x1p40f;

    private static final float EXP_OVERFLOW = Float.intBitsToFloat(0x42B17217);
    private static final float EXP_UNDERFLOW = Float.intBitsToFloat(0xC2AEAC4F);
    private static final long LOG2_E = 1_549_082_005L; // log2(e)·2^30

    private Functions() {}

    /** 1/x (N8). */
    public static float recip(float x) {
        float a = Fp32.operand(x);
        if (Float.isNaN(a)) {
            return Fp32.NAN;
        }
        if (a == 0) {
            return Math.copySign(Float.POSITIVE_INFINITY, a);
        }
        if (Float.isInfinite(a)) {
            return Math.copySign(0f, a);
        }
        int bits = Float.floatToRawIntBits(a);
        int e = ((bits >>> 23) & 0xFF) - 127;
        float magnitude = Fp32.pack(FunctionTables.RECIP.at(bits & 0x7FFFFF), -30 - e);
        return bits < 0 ? -magnitude : magnitude;
    }

    /** 1/√x (N9). */
    public static float rsqrt(float x) {
        float a = Fp32.operand(x);
        if (Float.isNaN(a) || a < 0) {
            return Fp32.NAN;
        }
        if (a == 0) {
            return Float.POSITIVE_INFINITY;
        }
        if (Float.isInfinite(a)) {
            return 0f;
        }
        int bits = Float.floatToRawIntBits(a);
        int e = (bits >>> 23) - 127;
        FunctionTables table = (e & 1) == 0 ? FunctionTables.RSQRT_EVEN : FunctionTables.RSQRT_ODD;
        return Fp32.pack(table.at(bits & 0x7FFFFF), -30 - (e >> 1));
    }

    /** e^x (N10). */
    public static float exp(float x) {
        float a = Fp32.operand(x);
        if (Float.isNaN(a)) {
            return Fp32.NAN;
        }
        if (a >= EXP_OVERFLOW) {
            return Float.POSITIVE_INFINITY;
        }
        if (a <= EXP_UNDERFLOW) {
            return 0f;
        }
        long t = Fp32.toFixed(a, 24) * LOG2_E;
        int n = (int) (t >> 54);
        int fraction = (int) (t >> 31) & 0x7FFFFF;
        return Fp32.pack(FunctionTables.EXP2.at(fraction), n - 30);
    }

    /** 1/(1+e^-x) (N11). */
    public static float sigmoid(float x) {
        float a = Fp32.operand(x);
        if (Float.isNaN(a)) {
            return Fp32.NAN;
        }
        float z = exp(-Math.abs(a));
        float r = recip(Fp32.add(1f, z));
        return a >= 0 ? r : Fp32.mul(z, r);
    }

    /** x·sigmoid(x) (N11). */
    public static float silu(float x) {
        return Fp32.mul(x, sigmoid(x));
    }

    /** The ramp max(x, 0) from a steep silu, rule N37: within 3·10⁻¹³ of it for magnitudes below 2⁸⁷. */
    public static float relu(float x) {
        return Fp32.mul(silu(Fp32.mul(x, RELU_STEEPNESS)), 1 / RELU_STEEPNESS);
    }
}
