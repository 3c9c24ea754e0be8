package dev.hwc.ir.format.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.IrException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The quantization rules at their edges, on blocks worked out by hand. */
class QuantizerTest {
    @Test
    void q8_0RoundsHalvesAwayFromZero() {
        byte[] block = quantize(GgmlType.Q8_0, values(127, 2.5f, -2.5f, 0.49999997f, -0.5f));
        assertEquals(1f, half(block));
        assertArrayEquals(new byte[] {127, 3, -3, 0, -1, 0}, slice(block, 2, 6));
    }

    @Test
    void q4_0MapsTheLargestValueToZeroOrItsMirrorToFifteen() {
        byte[] block = quantize(GgmlType.Q4_0, values(-8, 8, 7, -7.5f, -7.4f));
        assertEquals(1f, half(block));
        byte zero = (byte) 0x80; // value 16+i is 0 → nibble 8
        assertArrayEquals(
                new byte[] {zero, (byte) (zero | 15), (byte) (zero | 15), (byte) (zero | 1), (byte) (zero | 1)},
                slice(block, 2, 5));
    }

    @Test
    void q4_0ScaleIsNegativeWhenTheLargestValueIsPositive() {
        float[] decoded = roundTrip(GgmlType.Q4_0, values(8, -7, 3));
        assertArrayEquals(new float[] {8, -7, 3}, Arrays.copyOf(decoded, 3));
    }

    @Test
    void zerosStayZero() {
        for (GgmlType type : new GgmlType[] {GgmlType.Q8_0, GgmlType.Q4_0}) {
            for (float value : roundTrip(type, values())) {
                assertEquals(0f, value == 0 ? 0f : value);
            }
        }
    }

    @Test
    void valuesTooSmallForAHalfBecomeZero() {
        for (float tiny : new float[] {Float.MIN_VALUE, 1e-40f, 1e-30f}) {
            assertEquals(0f, Math.abs(roundTrip(GgmlType.Q8_0, values(tiny))[0]));
            assertEquals(0f, Math.abs(roundTrip(GgmlType.Q4_0, values(tiny, -tiny))[1]));
        }
    }

    @Test
    void scalesBeyondAHalfAreRefused() {
        assertThrows(IrException.class, () -> quantize(GgmlType.Q8_0, values(1e7f)));
        assertThrows(IrException.class, () -> quantize(GgmlType.Q4_0, values(-1e6f)));
        assertThrows(IrException.class, () -> quantize(GgmlType.Q4_0, values(Float.POSITIVE_INFINITY)));
    }

    @Test
    void bf16RoundsToNearestEvenAndKeepsNaN() {
        float[] given = {
            Float.intBitsToFloat(0x3F80_8000),
            Float.intBitsToFloat(0x3F81_8000),
            Float.intBitsToFloat(0x3F80_8001),
            Float.intBitsToFloat(0x7F80_0001)
        };
        float[] decoded = roundTrip(GgmlType.BF16, given);
        assertEquals(0x3F80_0000, Float.floatToRawIntBits(decoded[0]));
        assertEquals(0x3F82_0000, Float.floatToRawIntBits(decoded[1]));
        assertEquals(0x3F81_0000, Float.floatToRawIntBits(decoded[2]));
        assertTrue(Float.isNaN(decoded[3]));
    }

    @Test
    void errorsStayWithinHalfAStep() {
        long seed = 1;
        Random random = new Random(seed);
        for (int round = 0; round < 1000; round++) {
            float[] values = new float[32];
            float peak = 0;
            for (int i = 0; i < 32; i++) {
                values[i] = (float) (random.nextGaussian() * Math.pow(2, random.nextInt(20) - 10));
                peak = Math.max(peak, Math.abs(values[i]));
            }
            assertArrayEquals(values, roundTrip(GgmlType.Q8_0, values), peak * 0.00455f, "seed " + seed);
            // A Q4_0 step is peak/8; the value opposite to the peak may lose a whole step.
            assertArrayEquals(values, roundTrip(GgmlType.Q4_0, values), peak * 0.126f, "seed " + seed);
        }
    }

    private static float[] values(float... first) {
        return Arrays.copyOf(first, 32);
    }

    private static byte[] quantize(GgmlType type, float[] values) {
        byte[] block = new byte[(int) type.rowBytes(values.length)];
        type.quantizer().quantize(values, 0, values.length, MemorySegment.ofArray(block), 0);
        return block;
    }

    private static float[] roundTrip(GgmlType type, float[] values) {
        float[] decoded = new float[values.length];
        type.codec().dequantize(MemorySegment.ofArray(quantize(type, values)), 0, decoded, 0, values.length);
        return decoded;
    }

    private static float half(byte[] block) {
        return Float16Blocks.get(MemorySegment.ofArray(block), 0);
    }

    private static byte[] slice(byte[] block, int from, int count) {
        return Arrays.copyOfRange(block, from, from + count);
    }
}
