package dev.hwc.ir.numerics;

/**
 * GELU as a sum of two products that the lanes have: Σ silu(x·(b + d·x²))·a, rule N33 of
 * docs/spec/numerics.md. Σ a·b = 1 and Σ a·d = 0, so that it tends to x and to 0 as GELU does; b and d
 * are fitted to x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³))) by least squares.
 *
 * @param a factor of the term
 * @param b linear coefficient
 * @param d cubic coefficient
 */
public record GeluTerm(float a, float b, float d) {
    /** The first term. */
    public static final GeluTerm FIRST = new GeluTerm(0.88022714f, 1.92242479f, 0.06380516f);
    /** The second term. */
    public static final GeluTerm SECOND = new GeluTerm(-0.28881415f, 2.39659476f, 0.19446081f);

    /** The sum for one element. */
    public static float gelu(float x) {
        float square = Fp32.mul(x, x);
        return Fp32.add(FIRST.at(x, square), SECOND.at(x, square));
    }

    private float at(float x, float square) {
        float inner = Fp32.mul(Fp32.add(Fp32.mul(square, d), b), x);
        return Fp32.mul(Functions.silu(inner), a);
    }
}
