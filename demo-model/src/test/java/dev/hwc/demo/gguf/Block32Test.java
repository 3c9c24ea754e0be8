package dev.hwc.demo.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Block32Test {
    @Test
    void eightBitErrorIsAtMostHalfAStep() {
        float[] weights = random(11);
        float[] back = roundTrip(Block32.Q8_0, weights);
        for (int i = 0; i < 64; i++) {
            assertEquals(weights[i], back[i], 1.0 / 127 / 2 + 1e-3);
        }
    }

    /** The value with the largest magnitude becomes −8 steps, whatever its sign. */
    @Test
    void fourBitScaleHasTheSignOfTheLargestValue() {
        float[] weights = new float[32];
        weights[3] = 2;
        weights[20] = -1;
        ByteBuffer bytes = encoded(Block32.Q4_0, weights);
        assertEquals(-0.25f, Float.float16ToFloat(bytes.getShort(0)));
        assertEquals(0 | 8 << 4, bytes.get(2 + 3) & 0xff);
        assertEquals(8 | 12 << 4, bytes.get(2 + 4) & 0xff);
        assertArrayEquals(weights, roundTrip(Block32.Q4_0, weights), 1e-9f);
    }

    @Test
    void zeroStaysZero() {
        assertArrayEquals(new float[32], roundTrip(Block32.Q4_0, new float[32]), 1e-9f);
        assertArrayEquals(new float[32], roundTrip(Block32.Q8_0, new float[32]), 1e-9f);
    }

    private static ByteBuffer encoded(Block32 type, float[] weights) {
        ByteBuffer bytes = ByteBuffer.allocate((int) type.bytes(weights.length)).order(ByteOrder.LITTLE_ENDIAN);
        type.write(weights, bytes);
        return bytes.flip();
    }

    private static float[] roundTrip(Block32 type, float[] weights) {
        return type.read(encoded(type, weights), weights.length);
    }

    private static float[] random(long seed) {
        Random random = new Random(seed);
        float[] x = new float[64];
        for (int i = 0; i < x.length; i++) {
            x[i] = random.nextFloat() * 2 - 1;
        }
        return x;
    }
}
