package dev.hwc.ir.interp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LanesTest {
    private static final float BIG = 0x1p24f;

    @Test
    void exponentialIsWithinTwoUnitsInTheLastPlace() {
        Random random = new Random(4);
        for (int i = 0; i < 100_000; i++) {
            float x = random.nextFloat() * 170 - 86;
            float exact = (float) StrictMath.exp(x);
            assertEquals(exact, Lanes.exp(x), 2 * Math.ulp(exact), "exp(" + x + ")");
        }
        assertEquals(1, Lanes.exp(0));
        assertEquals(0, Lanes.exp(-1000));
        assertEquals(0, Lanes.exp(Float.NEGATIVE_INFINITY));
        assertEquals(Float.POSITIVE_INFINITY, Lanes.exp(1000));
    }

    /** A one beside 2²⁴ is lost, so the sum shows which lanes meet first. */
    @Test
    void eightLanesAddTheirHalvesThenEvenThenOdd() {
        assertEquals(BIG + 2, Lanes.sum8(new float[] {BIG, 1, 0, 0, 0, 1, 0, 0}));
        assertEquals(BIG, Lanes.sum8(new float[] {BIG, 0, 0, 0, 1, 0, 1, 0}));
        assertEquals(BIG + 2, Lanes.sum8(new float[] {BIG, 1, 0, 1, 0, 0, 0, 0}));
        assertEquals(BIG, Lanes.sum8(new float[] {BIG, 1, 1, 0, 0, 0, 0, 0}));
    }

    @Test
    void sixteenLanesAddTheirHalvesFirst() {
        float[] lanes = new float[17];
        lanes[1] = BIG;
        lanes[9] = 1;
        lanes[2] = 1;
        assertEquals(BIG, Lanes.sum16(lanes, 1));
        lanes[9] = 0;
        lanes[10] = 1;
        assertEquals(BIG + 2, Lanes.sum16(lanes, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8, 63, 64, 65, 172, 256})
    void dotIsTheSumToRounding(int count) {
        Random random = new Random(count);
        float[] a = new float[count + 3];
        float[] b = new float[count + 5];
        double exact = 0;
        double magnitude = 0;
        for (int i = 0; i < count; i++) {
            a[3 + i] = random.nextFloat() - 0.5f;
            b[5 + i] = random.nextFloat() - 0.5f;
            exact += (double) a[3 + i] * b[5 + i];
            magnitude += Math.abs((double) a[3 + i] * b[5 + i]);
        }
        float dot = Lanes.dot(a, 3, b, 5, count);
        assertTrue(Math.abs(exact - dot) <= magnitude * 0x1p-20, exact + " and " + dot);
    }

    /** Element 64 falls into the lane of element 0; element 1 has a lane of its own. */
    @Test
    void dotAddsEverySixtyFourthElementFirst() {
        float[] ones = new float[128];
        Arrays.fill(ones, 1);
        float[] a = new float[128];
        a[0] = BIG;
        a[64] = 1;
        a[1] = 1;
        assertEquals(BIG, Lanes.dot(a, 0, ones, 0, 128));
        a[64] = 0;
        a[65] = 1;
        assertEquals(BIG + 2, Lanes.dot(a, 0, ones, 0, 128));
    }
}
