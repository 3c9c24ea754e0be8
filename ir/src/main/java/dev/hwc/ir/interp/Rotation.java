package dev.hwc.ir.interp;

import dev.hwc.ir.format.model.RopeStyle;
import dev.hwc.ir.tensor.Rope;

/** The cosines and sines of the pairs of one head at one position. */
final class Rotation {
    private final float[] cosines;
    private final float[] sines;
    private final boolean fused;

    private Rotation(float[] cosines, float[] sines, boolean fused) {
        this.cosines = cosines;
        this.sines = sines;
        this.fused = fused;
    }

    /** Angles of 0 or more in radians, one per pair, with the functions of the C library; the first product of each element is fused with the sum. */
    static Rotation ofLibm(float[] angles) {
        float[] cosines = new float[angles.length];
        float[] sines = new float[angles.length];
        for (int i = 0; i < angles.length; i++) {
            cosines[i] = Libm.cos(angles[i]);
            sines[i] = Libm.sin(angles[i]);
        }
        return new Rotation(cosines, sines, true);
    }

    /** Angles in radians, one per pair. */
    static Rotation of(float[] angles) {
        double[] doubles = new double[angles.length];
        for (int i = 0; i < angles.length; i++) {
            doubles[i] = angles[i];
        }
        return of(doubles);
    }

    /** As above. */
    static Rotation of(double[] angles) {
        float[] cosines = new float[angles.length];
        float[] sines = new float[angles.length];
        for (int i = 0; i < angles.length; i++) {
            cosines[i] = (float) StrictMath.cos(angles[i]);
            sines[i] = (float) StrictMath.sin(angles[i]);
        }
        return new Rotation(cosines, sines, false);
    }

    float cosine(int pair) {
        return cosines[pair];
    }

    float sine(int pair) {
        return sines[pair];
    }

    /** Rotates each head of x; elements after the rotary ones are copied. */
    void rotate(float[] x, Rope rope, float[] y) {
        System.arraycopy(x, 0, y, 0, x.length);
        int pairs = cosines.length;
        boolean interleaved = rope.style() == RopeStyle.INTERLEAVED;
        for (int start = 0; start < x.length; start += rope.headDim()) {
            for (int i = 0; i < pairs; i++) {
                int first = start + (interleaved ? 2 * i : i);
                int second = interleaved ? first + 1 : first + pairs;
                y[first] = sum(x[first], cosines[i], -(x[second] * sines[i]));
                y[second] = sum(x[first], sines[i], x[second] * cosines[i]);
            }
        }
    }

    private float sum(float a, float b, float c) {
        return fused ? Math.fma(a, b, c) : a * b + c;
    }
}
