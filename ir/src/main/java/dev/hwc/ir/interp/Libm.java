package dev.hwc.ir.interp;

/**
 * Float functions as the GNU C library rounds them on x86 with fused multiply-adds, which is not always
 * to the nearest float. Source of algorithms and coefficients: glibc 2.36, sysdeps/ieee754/flt-32
 * (s_sinf, s_cosf, e_expf: polynomials in double; s_tanhf, s_expm1f: fdlibm in float, not fused).
 */
final class Libm {
    private static final double[] COSINE = {
        1, -0x1.ffffffd0c621cp-2, 0x1.55553e1068f19p-5, -0x1.6c087e89a359dp-10, 0x1.99343027bf8c3p-16
    };
    private static final double[] SINE = {-0x1.555545995a603p-3, 0x1.1107605230bc4p-7, -0x1.994eb3774cf24p-13};
    /** Of 2 to the r/32, from the cube down. */
    private static final double[] POWER = {0x1.c6af84b912394p-20, 0x1.ebfce50fac4f3p-13, 0x1.62e42ff0c52d6p-6};

    private static final int PARTS = 32;
    /** π/2 in two parts. */
    private static final double HALF_PI = 0x1.921fb54442d18p0;

    private static final double HALF_PI_REST = 0x1.1a62633145c07p-54;

    /** ln 2 in two parts, the first with zeros at its end. */
    private static final float LN_2 = 0x1.62e3p-1f;

    private static final float LN_2_REST = 0x1.2fefa2p-17f;
    private static final float PER_LN_2 = 0x1.715476p0f;
    private static final float[] EXPM1 = {
        -0x1.111112p-5f, 0x1.a01a02p-10f, -0x1.4ce19ap-14f, 0x1.0cfca8p-18f, -0x1.afdb76p-23f
    };

    private Libm() {}

    /** The sine of an angle in radians, 0 or larger. */
    static float sin(float angle) {
        return angle < 0x1p-12f ? angle : wave(angle, 0);
    }

    /** The cosine of an angle in radians, 0 or larger. */
    static float cos(float angle) {
        return angle < 0x1p-12f ? 1 : wave(angle, 1);
    }

    /** @param ahead quarter turns that are added */
    private static float wave(double angle, int ahead) {
        long quarters = angle < Math.PI / 4 ? 0 : Math.round(angle / HALF_PI);
        double rest = Math.fma(-quarters, HALF_PI, angle) - quarters * HALF_PI_REST;
        long quadrant = quarters + ahead & 3;
        double magnitude = (quadrant & 1) == 0 ? sine(rest) : cosine(rest);
        return (float) (quadrant < 2 ? magnitude : -magnitude);
    }

    private static double sine(double x) {
        double square = x * x;
        double cube = x * square;
        double high = Math.fma(square, SINE[2], SINE[1]);
        return Math.fma(cube * square, high, Math.fma(cube, SINE[0], x));
    }

    private static double cosine(double x) {
        double square = x * x;
        double fourth = square * square;
        double high = Math.fma(square, COSINE[4], COSINE[3]);
        double low = Math.fma(fourth, COSINE[2], Math.fma(square, COSINE[1], COSINE[0]));
        return Math.fma(fourth * square, high, low);
    }

    /** e to the x: a power of two, a 32nd root of one, and a polynomial. */
    static float exp(float x) {
        double perLn2 = PARTS * 0x1.71547652b82fep0;
        long whole = Math.round(perLn2 * x);
        double r = Math.fma(perLn2, x, -whole);
        double root = StrictMath.pow(2, (double) whole / PARTS);
        double low = Math.fma(POWER[2], r, 1);
        return (float) (Math.fma(Math.fma(POWER[0], r, POWER[1]), r * r, low) * root);
    }

    /** The hyperbolic tangent. */
    static float tanh(float x) {
        float magnitude = Math.abs(x);
        float result;
        if (magnitude >= 22) {
            result = 1;
        } else if (magnitude >= 1) {
            result = 1 - 2 / (expm1(2 * magnitude) + 2);
        } else {
            float e = expm1(-2 * magnitude);
            result = -e / (e + 2);
        }
        return Float.isNaN(x) ? x : Math.copySign(result, x);
    }

    /** e to the x, minus 1, for −2 &lt; x &lt; 44. */
    static float expm1(float x) {
        float magnitude = Math.abs(x);
        if (magnitude < 0x1p-25f) {
            return x;
        }
        int k = power(x, magnitude);
        float high = x - k * LN_2;
        float low = k * LN_2_REST;
        float r = high - low;
        float lost = (high - r) - low;
        float half = 0.5f * r;
        float square = r * half;
        float p = 0;
        for (int i = EXPM1.length - 1; i >= 0; i--) {
            p = (p + EXPM1[i]) * square;
        }
        p++;
        float t = 3 - p * half;
        float e = square * ((p - t) / (6 - r * t));
        return k == 0 ? r - (r * e - square) : shifted(r, (r * (e - lost) - lost) - square, k);
    }

    /** The multiple of ln 2 that is taken off. */
    private static int power(float x, float magnitude) {
        if (magnitude <= 0x1.62e43p-2f) {
            return 0;
        }
        if (magnitude < 0x1.0a2b24p0f) {
            return x < 0 ? -1 : 1;
        }
        return (int) (PER_LN_2 * x + Math.copySign(0.5f, x));
    }

    /** 2ᵏ·(1 + r − e) − 1, for k other than 0. */
    private static float shifted(float r, float e, int k) {
        if (k == -1) {
            return 0.5f * (r - e) - 0.5f;
        }
        if (k == 1) {
            return r < -0.25f ? -2 * (e - (r + 0.5f)) : 1 + 2 * (r - e);
        }
        if (k <= -2 || k > 56) {
            return Math.scalb(1 - (e - r), k) - 1;
        }
        float unit = Math.scalb(1f, -k);
        return Math.scalb(k < 23 ? (1 - unit) - (e - r) : (r - (e + unit)) + 1, k);
    }
}
