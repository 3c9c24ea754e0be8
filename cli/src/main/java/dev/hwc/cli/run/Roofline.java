package dev.hwc.cli.run;

import dev.hwc.ir.hw.HardwareSpec;
import java.util.Locale;

/**
 * The least cycles that work can take on a hardware: all multiply-accumulates at the array's full
 * rate, all bytes at the memory's full bandwidth, or all columns that units of memory that computes read
 * at their full rate, whichever is most.
 */
public record Roofline(double computeCycles, double memoryCycles, double unitCycles) {
    /** What the largest of the three is. */
    public enum Bound {
        COMPUTE,
        MEMORY,
        PIM;

        /** The word in tables and JSON. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Bounds of some work without memory that computes. */
    public static Roofline of(HardwareSpec spec, long macs, long bytes) {
        return of(spec, macs, bytes, 0);
    }

    /**
     * Bounds of some work.
     *
     * @param macs of the array
     * @param bytes over the port
     * @param unitCycles what the units need at least
     */
    public static Roofline of(HardwareSpec spec, long macs, long bytes, double unitCycles) {
        return new Roofline(
                (double) macs / spec.array().macsPerCycle(), bytes / spec.memoryBytesPerCycle(), unitCycles);
    }

    public Bound bound() {
        if (unitCycles > Math.max(computeCycles, memoryCycles)) {
            return Bound.PIM;
        }
        return computeCycles >= memoryCycles ? Bound.COMPUTE : Bound.MEMORY;
    }

    /**
     * Whether the array's feed limits a run: it takes more cycles than any bound, and more than twice those
     * of its multiply-accumulates at the full rate, as where steps have one token and the array many rows.
     *
     * @param feedCycles in which weights entered the array
     */
    public boolean isExceededBy(long feedCycles) {
        return feedCycles > cycles() && feedCycles > 2 * computeCycles;
    }

    /** The largest of the three. */
    public double cycles() {
        return Math.max(unitCycles, Math.max(computeCycles, memoryCycles));
    }

    /** How much of the reachable speed a run of this many cycles has, in percent. */
    public double percent(long measuredCycles) {
        return 100 * cycles() / measuredCycles;
    }
}
