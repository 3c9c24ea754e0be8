package dev.hwc.sim.systolic.array;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.ir.numerics.BlockMatrix.Format;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Counts in whole words against a look at every code. */
class WeightCountsTest {
    @ParameterizedTest
    @EnumSource
    void everyStoredCodeIsCountedByItsValue(Format format) {
        byte[] codes = new byte[8];
        for (int stored = 0; stored < 256; stored++) {
            Arrays.fill(codes, (byte) stored);
            compare(format, codes, 0, 8);
        }
    }

    @ParameterizedTest
    @EnumSource
    void randomCodesAtOddPlacesAreCountedOneByOne(Format format) {
        Random random = new Random(format.ordinal());
        for (int round = 0; round < 200; round++) {
            byte[] codes = new byte[200];
            random.nextBytes(codes);
            for (int i = 0; i < codes.length; i++) {
                codes[i] = random.nextInt(4) == 0 ? (byte) (random.nextInt(4) - 2) : codes[i];
            }
            compare(format, codes, random.nextInt(32), 8 * random.nextInt(20));
        }
    }

    private static void compare(Format format, byte[] codes, int from, int bytes) {
        long zeros = 0;
        long units = 0;
        for (int at = from; at < from + bytes; at++) {
            for (int shift = 0; shift < 8; shift += format.bits()) {
                int value = format.code(codes[at] >> shift);
                zeros += value == 0 ? 1 : 0;
                units += Math.abs(value) == 1 ? 1 : 0;
            }
        }
        String place = format + " " + Arrays.toString(codes);
        assertEquals(zeros, WeightCounts.of(format).zeros(codes, from, bytes), place);
        assertEquals(units, WeightCounts.of(format).units(codes, from, bytes), place);
    }
}
