package dev.hwc.ir.device;

import dev.hwc.ir.isa.Queue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Order of the hardware's counters: index i is read at {@link Register#COUNTERS} + 8·i. Names are
 * those of the simulator's activity counters (timing.md §9) where both count the same.
 */
public final class Counter {
    /** Places for counters in hardware. */
    public static final int SLOTS = 64;

    private static final int CAUSES = Stall.values().length;

    /** First busy counter, one per queue. */
    public static final int BUSY = 0;
    /** First stall counter: queue by queue, then by cause. */
    public static final int STALL = BUSY + 4;
    /** Beats of read bursts. */
    public static final int BEATS_READ = STALL + 4 * CAUSES;

    public static final int BURSTS_READ = BEATS_READ + 1;
    /** Beats of write bursts. */
    public static final int BEATS_WRITTEN = BURSTS_READ + 1;

    public static final int BURSTS_WRITTEN = BEATS_WRITTEN + 1;
    public static final int SATURATED_TERMS = BURSTS_WRITTEN + 1;
    public static final int NUMERIC_EXCEPTIONS = SATURATED_TERMS + 1;
    /** First counter of executed instructions, one per queue. */
    public static final int RETIRED = NUMERIC_EXCEPTIONS + 1;
    /** Scratchpad words corrected as they were read; stays 0 without check bits (isa.md §7). */
    public static final int ECC_CORRECTED = RETIRED + 4;
    /** Multiply-accumulates whose weight is 0; this and the next stay 0 without gated elements. */
    public static final int ZERO_MACS = ECC_CORRECTED + 1;
    /** Those whose weight is 1 or −1. */
    public static final int UNIT_MACS = ZERO_MACS + 1;
    /** Counters in use. */
    public static final int COUNT = UNIT_MACS + 1;

    private static final List<String> NAMES = names();

    private Counter() {}

    /** Index of the cycles a queue's engine lost by a cause. */
    public static int stall(int queue, Stall cause) {
        return STALL + queue * CAUSES + cause.ordinal();
    }

    /** Names in order of the index. */
    public static List<String> all() {
        return NAMES;
    }

    private static List<String> names() {
        List<String> names = new ArrayList<>();
        for (Queue queue : Queue.values()) {
            names.add("busy." + queue.text());
        }
        for (Queue queue : Queue.values()) {
            for (Stall cause : Stall.values()) {
                names.add("stall." + queue.text() + "." + cause.text());
            }
        }
        names.addAll(List.of(
                "beatsRead", "burstsRead", "beatsWritten", "burstsWritten", "saturatedTerms", "numericExceptions"));
        for (Queue queue : Queue.values()) {
            names.add("retired." + queue.text());
        }
        names.addAll(List.of("eccCorrected", "zeroMacs", "unitMacs"));
        return Collections.unmodifiableList(names);
    }
}
