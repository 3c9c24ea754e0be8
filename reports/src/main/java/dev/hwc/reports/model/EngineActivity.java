package dev.hwc.reports.model;

import java.util.Map;

/**
 * What one engine did during a phase. Busy plus all stalls is at most the cycles of the phase; the
 * rest is idle (nothing to do).
 *
 * @param name {@code load}, {@code matrix}, {@code vector} or {@code store}
 * @param busyCycles cycles in which it worked
 * @param stallCycles cause to cycles in which it had work and could not do it
 */
public record EngineActivity(String name, long busyCycles, Map<String, Long> stallCycles) {
    public EngineActivity {
        Check.present(name, "name");
        Check.atLeast(0, busyCycles, "busyCycles");
        stallCycles = Check.counts(stallCycles, "stallCycles");
    }

    /** Cycles stalled for any cause. */
    public long totalStallCycles() {
        return stallCycles.values().stream().mapToLong(Long::longValue).sum();
    }
}
