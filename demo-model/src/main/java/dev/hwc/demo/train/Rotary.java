package dev.hwc.demo.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Rotary position embedding on neighbouring pairs: {@code (x0, x1) → (x0·cos − x1·sin, x0·sin + x1·cos)}, written as
 * {@code x · cos + (x · swap) · sin}, where {@code swap} takes {@code (x0, x1)} to {@code (−x1, x0)}. Source: Su et al.,
 * "RoFormer", equation 34.
 *
 * @param cos [time, 1, headWidth]
 * @param sin [time, 1, headWidth]
 * @param swap [headWidth, headWidth]
 */
record Rotary(NDArray cos, NDArray sin, NDArray swap) {
    static Rotary of(NDManager manager, int time, int headWidth, double base) {
        float[] cos = new float[time * headWidth];
        float[] sin = new float[time * headWidth];
        for (int i = 0; i < cos.length; i++) {
            int pair = i % headWidth / 2;
            double angle = i / headWidth * Math.pow(base, -2.0 * pair / headWidth);
            cos[i] = (float) Math.cos(angle);
            sin[i] = (float) Math.sin(angle);
        }
        float[] swap = new float[headWidth * headWidth];
        for (int i = 0; i < headWidth; i += 2) {
            swap[(i + 1) * headWidth + i] = -1;
            swap[i * headWidth + i + 1] = 1;
        }
        Shape table = new Shape(time, 1, headWidth);
        return new Rotary(
                manager.create(cos, table),
                manager.create(sin, table),
                manager.create(swap, new Shape(headWidth, headWidth)));
    }

    /** Turns the heads of every position: [rows, time, heads, headWidth] to the same shape. */
    NDArray turn(NDArray x) {
        return x.mul(cos).add(x.matMul(swap).mul(sin));
    }
}
