package dev.hwc.sim.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Answers against the formula of timing.md T20. */
class FixedMemoryTest {
    @Test
    void idleMemoryAnswersAfterLatencyAndTransfer() {
        FixedMemory memory = new FixedMemory(20, 4);
        assertEquals(100 + 20 + 16 - 1, memory.submit(100, false, 0, 64, 0));
    }

    @Test
    void burstsQueueBehindEachOtherInBothDirections() {
        FixedMemory memory = new FixedMemory(20, 4);
        long first = memory.submit(100, false, 0, 64, 0);
        long second = memory.submit(101, true, 0, 64, 0);
        assertEquals(first + 16, second);
        assertEquals(second + 1, memory.submit(102, false, 0, 4, 1));
    }

    @Test
    void partOfATransferCycleCountsWhole() {
        assertEquals(1 + 3 - 1, new FixedMemory(1, 3).submit(0, false, 0, 8, 0));
    }

    @Test
    void gapsAreNotMadeUp() {
        FixedMemory memory = new FixedMemory(5, 8);
        memory.submit(0, false, 0, 8, 0);
        assertEquals(1000 + 5, memory.submit(1000, false, 0, 8, 1));
    }

    @Test
    void resetForgets() {
        FixedMemory memory = new FixedMemory(1, 1);
        memory.submit(0, false, 0, 1000, 0);
        memory.reset();
        assertEquals(1, memory.submit(0, false, 0, 1, 0));
    }
}
