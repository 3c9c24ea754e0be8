package dev.hwc.demo.gguf;

import java.nio.ByteBuffer;

/** How weights are stored: plain, or in blocks of 32 with one half-precision scale. Source: llama.cpp, ggml-quants.c. */
public enum Block32 {
    /** IEEE single precision. */
    F32(0, 4, 1),
    /** A scale and 32 four-bit numbers: w = d·(q − 8), 18 bytes. */
    Q4_0(2, 18, 32),
    /** A scale and 32 signed bytes: w = d·q, 34 bytes. */
    Q8_0(8, 34, 32);

    private final int id;
    private final int bytes;
    private final int elements;

    Block32(int id, int bytes, int elements) {
        this.id = id;
        this.bytes = bytes;
        this.elements = elements;
    }

    /** Number of this type in GGUF. */
    public int id() {
        return id;
    }

    /** The type with this number in GGUF. */
    public static Block32 of(int id) {
        for (Block32 type : values()) {
            if (type.id == id) {
                return type;
            }
        }
        throw new IllegalArgumentException("tensor type " + id + " is not one of 0 (F32), 2 (Q4_0), 8 (Q8_0)");
    }

    /** Bytes of {@code count} weights. */
    public long bytes(long count) {
        return count / elements * bytes;
    }

    /** Appends the weights to a little-endian buffer. */
    public void write(float[] weights, ByteBuffer out) {
        for (int at = 0; at < weights.length; at += elements) {
            switch (this) {
                case F32 -> out.putFloat(weights[at]);
                case Q8_0 -> writeEightBits(weights, at, out);
                case Q4_0 -> writeFourBits(weights, at, out);
            }
        }
    }

    /** Reads {@code count} weights from a little-endian buffer. */
    public float[] read(ByteBuffer in, int count) {
        float[] weights = new float[count];
        for (int at = 0; at < count; at += elements) {
            switch (this) {
                case F32 -> weights[at] = in.getFloat();
                case Q8_0 -> readEightBits(in, weights, at);
                case Q4_0 -> readFourBits(in, weights, at);
            }
        }
        return weights;
    }

    private static void writeEightBits(float[] weights, int at, ByteBuffer out) {
        float d = Math.abs(largest(weights, at)) / 127;
        float inverse = d == 0 ? 0 : 1 / d;
        out.putShort(Float.floatToFloat16(d));
        for (int i = 0; i < 32; i++) {
            float x = weights[at + i] * inverse;
            // Half away from zero, as C's roundf.
            out.put((byte) (Math.signum(x) * Math.floor(Math.abs(x) + 0.5)));
        }
    }

    private static void writeFourBits(float[] weights, int at, ByteBuffer out) {
        float d = largest(weights, at) / -8;
        float inverse = d == 0 ? 0 : 1 / d;
        out.putShort(Float.floatToFloat16(d));
        for (int i = 0; i < 16; i++) {
            int low = Math.min(15, (int) (weights[at + i] * inverse + 8.5f));
            int high = Math.min(15, (int) (weights[at + 16 + i] * inverse + 8.5f));
            out.put((byte) (low | high << 4));
        }
    }

    /** The value, with its sign, whose magnitude is largest; the first of equals. */
    private static float largest(float[] weights, int at) {
        float largest = 0;
        for (int i = 0; i < 32; i++) {
            if (Math.abs(weights[at + i]) > Math.abs(largest)) {
                largest = weights[at + i];
            }
        }
        return largest;
    }

    private static void readEightBits(ByteBuffer in, float[] weights, int at) {
        float d = Float.float16ToFloat(in.getShort());
        for (int i = 0; i < 32; i++) {
            weights[at + i] = d * in.get();
        }
    }

    private static void readFourBits(ByteBuffer in, float[] weights, int at) {
        float d = Float.float16ToFloat(in.getShort());
        for (int i = 0; i < 16; i++) {
            int pair = in.get() & 0xff;
            weights[at + i] = d * ((pair & 15) - 8);
            weights[at + 16 + i] = d * ((pair >> 4) - 8);
        }
    }
}
