package dev.hwc.tests.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.ir.isa.Queue;
import dev.hwc.sim.activity.Activity;
import dev.hwc.sim.activity.Stall;

/** Compares what the hardware counts of a job with what the simulator counts. */
final class SameCounters {
    private SameCounters() {}

    /** Busy and stalled cycles of every queue, bytes and bursts, numeric counters. */
    static void assertSame(Activity expected, Activity found, String place) {
        for (int q = 0; q < Queue.values().length; q++) {
            same(expected, found, Activity.BUSY + q, place);
            for (Stall stall : Stall.values()) {
                same(expected, found, Activity.stallSlot(q, stall), place);
            }
        }
        same(expected, found, Activity.BYTES_READ, place);
        same(expected, found, Activity.BURSTS_READ, place);
        same(expected, found, Activity.BYTES_WRITTEN, place);
        same(expected, found, Activity.BURSTS_WRITTEN, place);
        same(expected, found, Activity.SATURATED_TERMS, place);
        same(expected, found, Activity.NUMERIC_EXCEPTIONS, place);
    }

    private static void same(Activity expected, Activity found, int slot, String place) {
        assertEquals(
                expected.slots()[slot],
                found.slots()[slot],
                () -> place + ": " + Activity.names().get(slot));
    }
}
