package dev.hwc.ir.numerics;

import java.util.List;

/**
 * The hyperbolic tangent of soft caps from what the lanes have, rule N36 of docs/spec/numerics.md: the
 * argument is limited to ±{@link #BOUND} by two steep {@code silu}, and an odd polynomial of degree 15
 * follows.
 */
public final class SoftCaps {
    /** What arguments are multiplied with, so that silu is a ramp with a short corner. */
    public static final float STEEPNESS = 1024;
    /** Arguments are limited to plus and minus this. */
    public static final float BOUND = 3;

    private static final List<Float> COEFFICIENTS = List.of(
            0.99962104f,
            -0.32929563f,
            0.12079071f,
            -0.036233310f,
            0.0075808939f,
            -0.00098329037f,
            6.9641221e-5f,
            -2.0408940e-6f);

    private SoftCaps() {}

    /** Coefficients of z, z³, z⁵, …: fitted to tanh on [0, 3] with an error that grows with z. */
    public static List<Float> coefficients() {
        return COEFFICIENTS;
    }

    /**
     * The factor that makes a number the argument of {@link #tanh}.
     *
     * @param factor what it is multiplied with before the cap
     */
    public static float argument(float factor, float cap) {
        return (float) ((double) STEEPNESS * factor / cap);
    }

    /** tanh(a / {@link #STEEPNESS}). */
    public static float tanh(float a) {
        float low = Fp32.mul(Functions.silu(Fp32.add(a, STEEPNESS * BOUND)), 1 / STEEPNESS);
        float high = Fp32.mul(Functions.silu(Fp32.add(a, -STEEPNESS * BOUND)), -1 / STEEPNESS);
        float z = Fp32.add(Fp32.add(low, high), -BOUND);
        float square = Fp32.mul(z, z);
        float sum = Fp32.mul(square, COEFFICIENTS.getLast());
        for (int i = COEFFICIENTS.size() - 2; i > 0; i--) {
            sum = Fp32.mul(Fp32.add(sum, COEFFICIENTS.get(i)), square);
        }
        return Fp32.mul(Fp32.add(sum, COEFFICIENTS.getFirst()), z);
    }
}
