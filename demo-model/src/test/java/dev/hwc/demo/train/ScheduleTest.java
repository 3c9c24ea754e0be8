package dev.hwc.demo.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final Schedule SCHEDULE = new Schedule(1000, 0.5, 100, 400);

    @Test
    void rateRisesStaysAndFallsToZero() {
        assertEquals(0.005, SCHEDULE.rate(1, 0), 1e-12);
        assertEquals(0.495, SCHEDULE.rate(99, 0), 1e-12);
        assertEquals(0.5, SCHEDULE.rate(100, 0), 0);
        assertEquals(0.5, SCHEDULE.rate(601, 0), 0);
        assertEquals(0.5 * 399 / 400, SCHEDULE.rate(602, 0), 1e-12);
        assertEquals(0.5 / 400, SCHEDULE.rate(1000, 0), 1e-12);
    }

    @Test
    void continuedRunRisesAgain() {
        assertEquals(0.005, SCHEDULE.rate(251, 250), 1e-12);
        assertEquals(0.5, SCHEDULE.rate(350, 250), 0);
    }

    @Test
    void everyFourthStepTakesTheWholeContext() {
        assertEquals(256, SCHEDULE.length(3, 512));
        assertEquals(512, SCHEDULE.length(4, 512));
        assertEquals(256, SCHEDULE.length(5, 512));
        assertEquals(128, SCHEDULE.length(5, 128));
    }
}
