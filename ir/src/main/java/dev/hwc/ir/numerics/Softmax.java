package dev.hwc.ir.numerics;

/** Softmax of the scores of one query, rule N26. */
public final class Softmax {
    private Softmax() {}

    /**
     * Probabilities of scores.
     *
     * @param scores −∞ where a token does not count
     * @param factor what they are multiplied with first
     */
    public static float[] of(float[] scores, float factor, NumericCounters counters) {
        float max = Float.NEGATIVE_INFINITY;
        float[] u = new float[scores.length];
        for (int t = 0; t < u.length; t++) {
            u[t] = Fp32.mul(scores[t], factor);
            max = Fp32.max(max, u[t]);
        }
        long sum = 0;
        for (int t = 0; t < u.length; t++) {
            u[t] = exponential(Fp32.add(u[t], -max), counters);
            sum += Fp32.toFixedFloor(u[t], 30);
        }
        float reciprocal = Functions.recip(Fp32.pack(sum, -30));
        for (int t = 0; t < u.length; t++) {
            u[t] = Fp32.mul(u[t], reciprocal);
        }
        return u;
    }

    private static float exponential(float x, NumericCounters counters) {
        float e = Functions.exp(x);
        if (Float.isNaN(e)) {
            counters.numericException();
            return 0;
        }
        return e;
    }
}
