package dev.hwc.cli.run;

import dev.hwc.ir.hw.HardwareSpec;
import java.util.Locale;

/**
 * The least cycles that work can take on a hardware: all multiply-accumulates at the array's full
 * rate, or all bytes at the memory's full bandwidth, whichever is more.
 */
public record Roofline(double computeCycles, double memoryCycles) {
    /** What the larger of the two is. */
    public enum Bound {
        COMPUTE,
        MEMORY;

        /** The word in tables and JSON. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Bounds of some work. */
    public static Roofline of(HardwareSpec spec, long macs, long bytes) {
        return new Roofline((double) macs / spec.array().macsPerCycle(), bytes / spec.memoryBytesPerCycle());
    }

    public Bound bound() {
        return computeCycles >= memoryCycles ? Bound.COMPUTE : Bound.MEMORY;
    }

    /** The larger of the two. */
    public double cycles() {
        return Math.max(computeCycles, memoryCycles);
    }

    /** How much of the reachable speed a run of this many cycles has, in percent. */
    public double percent(long measuredCycles) {
        return 100 * cycles() / measuredCycles;
    }
}
