package dev.hwc.sim.systolic.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.sim.activity.Activity;
import org.junit.jupiter.api.Test;

class ActiveCyclesTest {
    private final long[] operators = new long[2 * Activity.OPERATOR_SLOTS];
    private final ActiveCycles active = new ActiveCycles(2, operators);

    @Test
    void overlappingCommandsCountOnce() {
        command(0, 10, 20);
        command(0, 15, 30);
        command(0, 16, 18);
        assertActive(20, 0);
    }

    @Test
    void touchingCommandsHaveNoGapAndOthersHave() {
        command(0, 10, 20);
        command(0, 20, 30);
        command(0, 31, 35);
        assertActive(24, 0);
    }

    @Test
    void operatorsOverlapEachOther() {
        command(0, 10, 20);
        command(1, 12, 22);
        command(0, 30, 31);
        assertActive(11, 10);
    }

    @Test
    void aCommandWhoseCompletionIsToldLateFillsTheGap() {
        active.start(0, 10);
        command(0, 12, 14);
        command(0, 50, 52);
        active.complete(0, 57);
        command(0, 60, 61);
        assertActive(48, 0);
    }

    private void command(int label, long start, long completion) {
        active.start(label, start);
        active.complete(label, completion);
    }

    private void assertActive(long first, long second) {
        active.finish();
        assertEquals(first, operators[Activity.OPERATOR_ACTIVE]);
        assertEquals(second, operators[Activity.OPERATOR_SLOTS + Activity.OPERATOR_ACTIVE]);
    }
}
