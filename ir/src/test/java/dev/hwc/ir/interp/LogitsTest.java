package dev.hwc.ir.interp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class LogitsTest {
    @Test
    void tiesGoToTheLowerId() {
        assertEquals(1, Logits.argmax(new float[] {-1, 5, 5, 4}));
        assertEquals(2, Logits.argmax(new float[] {Float.NaN, -3, -2}));
        assertEquals(
                List.of(new Logits.Candidate(1, 5), new Logits.Candidate(2, 5), new Logits.Candidate(3, 4)),
                Logits.top(new float[] {-1, 5, 5, 4}, 3));
    }

    @Test
    void equalLogitsAreEquallyLikely() {
        assertEquals(-Math.log(4), Logits.logProbability(new float[] {700, 700, 700, 700}, 2), 1e-12);
    }

    @Test
    void logProbabilityIsTheLogitMinusTheLogOfTheSum() {
        double expected = 1 - Math.log(Math.exp(1) + Math.exp(2) + Math.exp(-3));
        assertEquals(expected, Logits.logProbability(new float[] {1, 2, -3}, 0), 1e-12);
    }
}
