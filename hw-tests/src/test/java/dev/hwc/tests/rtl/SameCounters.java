package dev.hwc.tests.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.host.device.HardwareCounters;
import dev.hwc.sim.activity.Activity;

/** Compares what the hardware counts of a job with what the simulator counts. */
final class SameCounters {
    private SameCounters() {}

    /** Busy and stalled cycles of every queue, bytes and bursts, numeric counters. */
    static void assertSame(Activity expected, Activity found, String place) {
        for (HardwareCounters.Pair pair : HardwareCounters.PAIRS) {
            assertEquals(
                    expected.slots()[pair.slot()],
                    found.slots()[pair.slot()],
                    () -> place + ": " + Activity.names().get(pair.slot()));
        }
    }
}
