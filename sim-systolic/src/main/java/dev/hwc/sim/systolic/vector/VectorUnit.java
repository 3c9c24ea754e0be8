package dev.hwc.sim.systolic.vector;

import dev.hwc.ir.numerics.Fp32;
import dev.hwc.ir.numerics.Functions;
import dev.hwc.ir.numerics.NumericCounters;
import dev.hwc.ir.numerics.ScaleFormat;
import dev.hwc.sim.systolic.queues.AddressRules;
import dev.hwc.sim.systolic.queues.Command;
import dev.hwc.sim.systolic.scratchpad.Scratchpads;
import dev.hwc.sim.systolic.scratchpad.Stage;

/** The data of {@code vector} commands: operands, function, destination (isa.md §5). */
public final class VectorUnit {
    private final Scratchpads pads;
    private final NumericCounters counters;
    private final Destinations destinations;
    private float[] a = new float[64];
    private float[] b = new float[64];
    private float[] y = new float[64];

    public VectorUnit(Scratchpads pads, int activationFill, NumericCounters counters) {
        this.pads = pads;
        this.counters = counters;
        this.destinations = new Destinations(pads, activationFill, counters);
    }

    /** Reads the operands of all rows and computes what the destination will hold. */
    public void stage(Command c, Stage stage) {
        int longest = (int) c.longest();
        if (y.length < longest) {
            a = new float[2 * longest];
            b = new float[2 * longest];
            y = new float[2 * longest];
        }
        destinations.begin(c, stage);
        for (int i = 0; i < c.rows; i++) {
            int n = (int) c.length(i);
            compute(c, i, n);
            destinations.stage(c, i, y, n, stage);
        }
    }

    /** Writes what was staged. */
    public void commit(Command c, Stage stage) {
        destinations.commit(c, stage);
    }

    private void compute(Command c, int row, int n) {
        int wordA = (int) AddressRules.row(c.a, c.strideA, row);
        int wordB = (int) AddressRules.row(c.b, c.strideB, row);
        switch (c.function) {
            case COPY -> fp32(c.memoryA.ordinal(), wordA, y, n);
            case DEQUANT -> dequant(wordA, wordB, c.format.bits(), n);
            case SOFTMAX -> {
                fp32(c.memoryA.ordinal(), wordA, a, n);
                softmax(Float.intBitsToFloat((int) c.k0), wordB, n);
            }
            case ADD, MUL, ROPE, SILUMUL, NORM -> {
                fp32(c.memoryA.ordinal(), wordA, a, n);
                fp32(c.memoryB.ordinal(), wordB, b, n);
                binary(c, n);
            }
        }
    }

    private void binary(Command c, int n) {
        switch (c.function) {
            case ADD -> {
                for (int e = 0; e < n; e++) {
                    y[e] = Fp32.add(a[e], b[e]);
                }
            }
            case MUL -> {
                for (int e = 0; e < n; e++) {
                    y[e] = Fp32.mul(a[e], b[e]);
                }
            }
            case SILUMUL -> {
                for (int e = 0; e < n; e++) {
                    y[e] = Fp32.mul(Functions.silu(a[e]), b[e]);
                }
            }
            case ROPE -> rope(n);
            default -> norm(Float.intBitsToFloat((int) c.k0), Float.intBitsToFloat((int) c.k1), n);
        }
    }

    private void fp32(int memory, int word, float[] to, int n) {
        int at = word * pads.lanes;
        switch (memory) {
            case 0 -> System.arraycopy(pads.output, at, to, 0, n);
            case 1 -> System.arraycopy(pads.vector, at, to, 0, n);
            default -> {
                for (int e = 0; e < n; e++) {
                    to[e] = Scratchpads.getFloat(pads.load, 4 * (at + e));
                }
            }
        }
    }

    /** N22. */
    private void dequant(int wordA, int wordB, int bits, int n) {
        int codes = 4 * pads.lanes * wordA;
        int scales = 4 * pads.lanes * wordB;
        for (int e = 0; e < n; e++) {
            int code = bits == 8 ? pads.load[codes + e] : nibble(pads.load[codes + e / 2], e);
            float scale = ScaleFormat.FP16.value(Scratchpads.getShort(pads.load, scales + e / 32 * 2));
            y[e] = Fp32.mul(code, scale);
        }
    }

    private static int nibble(byte pair, int element) {
        return element % 2 == 0 ? (pair << 28) >> 28 : pair >> 4;
    }

    /** N25. */
    private void rope(int n) {
        for (int e = 0; e < n; e += 2) {
            float c = b[e];
            float s = b[e + 1];
            y[e] = Fp32.add(Fp32.mul(a[e], c), Fp32.negate(Fp32.mul(a[e + 1], s)));
            y[e + 1] = Fp32.add(Fp32.mul(a[e], s), Fp32.mul(a[e + 1], c));
        }
    }

    /** N24; a row with an infinity or NaN counts once. */
    private void norm(float inverseLength, float epsilon, int n) {
        int exponent = 0;
        for (int e = 0; e < n; e++) {
            exponent = Math.max(exponent, (Float.floatToRawIntBits(a[e]) >>> 23) & 0xFF);
        }
        if (exponent == 255) {
            counters.numericException();
            java.util.Arrays.fill(y, 0, n, Fp32.NAN);
            return;
        }
        long sum = 0;
        for (int e = 0; e < n; e++) {
            long x = Fp32.toFixed(a[e], 149 - exponent);
            sum += x * x;
        }
        float mean = Fp32.mul(Fp32.pack(sum, 0), inverseLength);
        float power = exponent < 23 ? 0f : Math.scalb(1f, exponent - 149);
        float square = Fp32.mul(Fp32.mul(mean, power), power);
        float r = Functions.rsqrt(Fp32.add(square, epsilon));
        for (int e = 0; e < n; e++) {
            y[e] = Fp32.mul(Fp32.mul(a[e], r), b[e]);
        }
    }

    /** N26, from the scores to the weighted probabilities. */
    private void softmax(float c, int wordB, int n) {
        float maximum = Float.NEGATIVE_INFINITY;
        for (int t = 0; t < n; t++) {
            a[t] = Fp32.mul(a[t], c);
            maximum = Fp32.max(maximum, a[t]);
        }
        long sum = 0;
        for (int t = 0; t < n; t++) {
            float e = Functions.exp(Fp32.add(a[t], Fp32.negate(maximum)));
            if (Float.isNaN(e)) {
                counters.numericException();
                e = 0f;
            }
            a[t] = e;
            sum += Fp32.toFixedFloor(e, 30);
        }
        float r = Functions.recip(Fp32.pack(sum, -30));
        int scales = 4 * pads.lanes * wordB;
        for (int t = 0; t < n; t++) {
            float dv = ScaleFormat.FP16.value(Scratchpads.getShort(pads.load, scales + 2 * t));
            y[t] = Fp32.mul(Fp32.mul(a[t], r), dv);
        }
    }
}
