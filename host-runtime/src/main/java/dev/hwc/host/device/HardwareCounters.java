package dev.hwc.host.device;

import dev.hwc.ir.device.Counter;
import dev.hwc.ir.device.Stall;
import dev.hwc.ir.isa.Queue;
import dev.hwc.sim.activity.Activity;
import java.util.ArrayList;
import java.util.List;

/** Which counter of the hardware counts what the simulator counts in which place. */
public final class HardwareCounters {
    /**
     * One that both have.
     *
     * @param counter index in the order of {@link Counter}
     * @param slot place in {@link Activity#slots}
     * @param beats whether the hardware counts beats where the simulator counts bytes
     */
    public record Pair(int counter, int slot, boolean beats) {
        /** The hardware's count in the simulator's unit. */
        public long value(long[] counters, int beatBytes) {
            return beats ? counters[counter] * beatBytes : counters[counter];
        }
    }

    /** All that both have. */
    public static final List<Pair> PAIRS = pairs();

    private HardwareCounters() {}

    /** The hardware's counters in the simulator's places; what only the simulator counts is 0. */
    public static Activity activity(long[] counters, int beatBytes, List<String> labels) {
        Activity activity = new Activity(labels);
        for (Pair pair : PAIRS) {
            activity.slots()[pair.slot()] = pair.value(counters, beatBytes);
        }
        return activity;
    }

    private static List<Pair> pairs() {
        List<Pair> pairs = new ArrayList<>();
        for (int q = 0; q < Queue.values().length; q++) {
            pairs.add(new Pair(Counter.BUSY + q, Activity.BUSY + q, false));
            for (Stall stall : Stall.values()) {
                pairs.add(new Pair(Counter.stall(q, stall), Activity.stallSlot(q, stall), false));
            }
        }
        pairs.add(new Pair(Counter.BEATS_READ, Activity.BYTES_READ, true));
        pairs.add(new Pair(Counter.BURSTS_READ, Activity.BURSTS_READ, false));
        pairs.add(new Pair(Counter.BEATS_WRITTEN, Activity.BYTES_WRITTEN, true));
        pairs.add(new Pair(Counter.BURSTS_WRITTEN, Activity.BURSTS_WRITTEN, false));
        pairs.add(new Pair(Counter.SATURATED_TERMS, Activity.SATURATED_TERMS, false));
        pairs.add(new Pair(Counter.NUMERIC_EXCEPTIONS, Activity.NUMERIC_EXCEPTIONS, false));
        pairs.add(new Pair(Counter.ZERO_MACS, Activity.ZERO_MACS, false));
        pairs.add(new Pair(Counter.UNIT_MACS, Activity.UNIT_MACS, false));
        return List.copyOf(pairs);
    }
}
