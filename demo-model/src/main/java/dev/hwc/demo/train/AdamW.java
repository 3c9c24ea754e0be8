package dev.hwc.demo.train;

/**
 * AdamW after clipping the gradient to norm 1. Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization",
 * algorithm 2.
 */
final class AdamW {
    private static final float BETA1 = 0.9f;
    private static final float BETA2 = 0.98f;
    private static final float EPSILON = 1e-8f;
    private static final float DECAY = 0.05f;
    private static final double MAX_NORM = 1;

    private final float[] weights;
    private final float[] decayed;
    private final float[] mean;
    private final float[] square;
    private int step;

    /**
     * @param weights changed in place
     * @param decayed 1 where weight decay applies and 0 elsewhere
     */
    AdamW(float[] weights, float[] decayed) {
        this.weights = weights;
        this.decayed = decayed;
        this.mean = new float[weights.length];
        this.square = new float[weights.length];
    }

    /**
     * Takes one step.
     *
     * @return the norm of the gradient before clipping
     */
    double update(float[] gradient, double rate) {
        step++;
        double norm = norm(gradient);
        float clip = (float) Math.min(1, MAX_NORM / norm);
        float meanScale = (float) (1 / (1 - Math.pow(BETA1, step)));
        float squareScale = (float) (1 / (1 - Math.pow(BETA2, step)));
        float pace = (float) rate;
        for (int i = 0; i < weights.length; i++) {
            float g = gradient[i] * clip;
            mean[i] = BETA1 * mean[i] + (1 - BETA1) * g;
            square[i] = BETA2 * square[i] + (1 - BETA2) * g * g;
            float direction = mean[i] * meanScale / ((float) Math.sqrt(square[i] * squareScale) + EPSILON);
            weights[i] -= pace * (direction + DECAY * decayed[i] * weights[i]);
        }
        return norm;
    }

    private static double norm(float[] gradient) {
        double sum = 0;
        for (float g : gradient) {
            sum += (double) g * g;
        }
        return Math.sqrt(sum);
    }
}
