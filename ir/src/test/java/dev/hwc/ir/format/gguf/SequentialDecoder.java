package dev.hwc.ir.format.gguf;

/**
 * Blocks decoded value after value in the order in which they lie, with running pointers and masks,
 * as ggml's dequantize_row routines do: a second way to read the layouts, in plain floats.
 */
final class SequentialDecoder {
    private static final int[] IQ4 = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

    private final byte[] b;
    private final float[] y;
    private int out;

    private SequentialDecoder(byte[] block, int values) {
        this.b = block;
        this.y = new float[values];
    }

    static float[] decode(GgmlType type, byte[] block) {
        SequentialDecoder decoder = new SequentialDecoder(block, type.blockSize());
        switch (type) {
            case Q4_0 -> decoder.nibbles(2, decoder.half(0), -0f, -8, -1);
            case Q4_1 -> decoder.nibbles(4, decoder.half(0), decoder.half(2), 0, -1);
            case Q5_0 -> decoder.nibbles(6, decoder.half(0), -0f, -16, 2);
            case Q5_1 -> decoder.nibbles(8, decoder.half(0), decoder.half(2), 0, 4);
            case Q8_0 -> decoder.bytes();
            case Q2_K -> decoder.q2K();
            case Q3_K -> decoder.q3K();
            case Q4_K -> decoder.q45K(false);
            case Q5_K -> decoder.q45K(true);
            case Q6_K -> decoder.q6K();
            case IQ4_NL -> decoder.table(2, decoder.half(0));
            case IQ4_XS -> decoder.iq4Xs();
            case Q4_ZP -> decoder.nibbles(3, decoder.half(0), 0f, -(decoder.u(2) & 15), -1);
            case TQ1_0 -> decoder.tq1();
            case TQ2_0 -> decoder.tq2();
            default -> throw new IllegalArgumentException(type.name());
        }
        return decoder.y;
    }

    private float half(int at) {
        return Float.float16ToFloat((short) (u(at) | u(at + 1) << 8));
    }

    private int u(int at) {
        return b[at] & 255;
    }

    private void nibbles(int at, float d, float m, int zero, int fifthAt) {
        for (int high = 0; high < 2; high++) {
            for (int j = 0; j < 16; j++) {
                int q = high == 0 ? u(at + j) & 15 : u(at + j) >> 4;
                int bit = j + 16 * high;
                q += fifthAt < 0 ? 0 : (u(fifthAt + bit / 8) >> bit % 8 & 1) * 16;
                y[out++] = d * (q + zero) + m;
            }
        }
    }

    private void bytes() {
        for (int j = 0; j < 32; j++) {
            y[out++] = half(0) * b[2 + j];
        }
    }

    private void q2K() {
        int group = 0;
        for (int q = 16; q < 80; q += 32) {
            for (int shift = 0; shift < 8; shift += 2) {
                for (int l = 0; l < 32; l++) {
                    float dl = half(80) * (u(group + l / 16) & 15);
                    float ml = half(82) * (u(group + l / 16) >> 4);
                    y[out++] = dl * (u(q + l) >> shift & 3) - ml;
                }
                group += 2;
            }
        }
    }

    private void q3K() {
        int[] scales = new int[16];
        for (int j = 0; j < 4; j++) {
            scales[j] = u(96 + j) & 15 | (u(104 + j) & 3) << 4;
            scales[j + 4] = u(100 + j) & 15 | (u(104 + j) & 12) << 2;
            scales[j + 8] = u(96 + j) >> 4 | u(104 + j) & 48;
            scales[j + 12] = u(100 + j) >> 4 | (u(104 + j) & 192) >> 2;
        }
        int group = 0;
        int mask = 1;
        for (int q = 32; q < 96; q += 32) {
            for (int shift = 0; shift < 8; shift += 2) {
                for (int l = 0; l < 32; l++) {
                    float dl = half(108) * (scales[group + l / 16] - 32);
                    y[out++] = dl * ((u(q + l) >> shift & 3) - ((u(l) & mask) != 0 ? 0 : 4));
                }
                group += 2;
                mask <<= 1;
            }
        }
    }

    private void q45K(boolean five) {
        int q = five ? 48 : 16;
        for (int group = 0; group < 8; group++) {
            int s = 4 + group;
            int scale = group < 4 ? u(s) & 63 : u(s + 4) & 15 | u(s - 4) >> 6 << 4;
            int minimum = group < 4 ? u(s + 4) & 63 : u(s + 4) >> 4 | u(s) >> 6 << 4;
            float d = half(0) * scale;
            float m = half(2) * minimum;
            for (int l = 0; l < 32; l++) {
                int code = group % 2 == 0 ? u(q + l) & 15 : u(q + l) >> 4;
                code += five && (u(16 + l) & 1 << group) != 0 ? 16 : 0;
                y[out++] = d * code - m;
            }
            q += group % 2 * 32;
        }
    }

    private void q6K() {
        for (int half = 0; half < 2; half++) {
            int ql = 64 * half;
            int qh = 128 + 32 * half;
            int sc = 192 + 8 * half;
            for (int l = 0; l < 32; l++) {
                int[] q = {
                    u(ql + l) & 15 | (u(qh + l) & 3) << 4,
                    u(ql + l + 32) & 15 | (u(qh + l) >> 2 & 3) << 4,
                    u(ql + l) >> 4 | (u(qh + l) >> 4 & 3) << 4,
                    u(ql + l + 32) >> 4 | u(qh + l) >> 6 << 4
                };
                for (int k = 0; k < 4; k++) {
                    y[128 * half + l + 32 * k] = half(208) * b[sc + l / 16 + 2 * k] * (q[k] - 32);
                }
            }
        }
    }

    private void table(int at, float d) {
        for (int j = 0; j < 16; j++) {
            y[out + j] = d * IQ4[u(at + j) & 15];
            y[out + j + 16] = d * IQ4[u(at + j) >> 4];
        }
        out += 32;
    }

    private void iq4Xs() {
        int high = u(2) | u(3) << 8;
        for (int group = 0; group < 8; group++) {
            int low = group % 2 == 0 ? u(4 + group / 2) & 15 : u(4 + group / 2) >> 4;
            table(8 + 16 * group, half(0) * ((low | (high & 3) << 4) - 32));
            high >>= 2;
        }
    }

    private void tq1() {
        int[][] runs = {{0, 32, 5}, {32, 16, 5}, {48, 4, 4}};
        for (int[] run : runs) {
            int power = 1;
            for (int k = 0; k < run[2]; k++) {
                for (int m = 0; m < run[1]; m++) {
                    int q = (byte) (u(run[0] + m) * power) & 255;
                    y[out++] = ((q * 3 >> 8) - 1) * half(52);
                }
                power *= 3;
            }
        }
    }

    private void tq2() {
        for (int j = 0; j < 64; j += 32) {
            for (int shift = 0; shift < 8; shift += 2) {
                for (int m = 0; m < 32; m++) {
                    y[out++] = ((u(j + m) >> shift & 3) - 1) * half(64);
                }
            }
        }
    }
}
