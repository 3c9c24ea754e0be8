package dev.hwc.ir.hw;

import java.util.List;
import java.util.Map;

/** Kinds of memory that a hardware description can name. */
public final class MemoryNames {
    /** Every burst starts one cycle after its request at the port's full width. */
    public static final String IDEAL = "ideal";
    /** Latency and bandwidth as stated. */
    public static final String FIXED = "fixed";

    /** Memories at command level, by standard and data rate. */
    public static final List<String> DRAM = List.of(
            "ddr4-3200",
            "ddr5-4800",
            "ddr5-6400",
            "lpddr4-3200",
            "lpddr5-6400",
            "lpddr5x-8533",
            "gddr6-14",
            "gddr6-16",
            "hbm2-2.0",
            "hbm2-2.4",
            "hbm3-6.4");

    /** Memories that compute, by device. */
    public static final List<String> PIM = List.of("lpddr5-pim", "hbm2-pim", "gddr6-aim", "hbm3-bank-pim");

    /** Data bits of a channel times transfers per second and pin, in Mb/s, as the name says. */
    private static final Map<String, Long> MEGABITS = Map.ofEntries(
            Map.entry("ddr4-3200", 64 * 3200L),
            Map.entry("ddr5-4800", 32 * 4800L),
            Map.entry("ddr5-6400", 32 * 6400L),
            Map.entry("lpddr4-3200", 16 * 3200L),
            Map.entry("lpddr5-6400", 16 * 6400L),
            Map.entry("lpddr5x-8533", 16 * 8533L),
            Map.entry("gddr6-14", 16 * 14_000L),
            Map.entry("gddr6-16", 16 * 16_000L),
            Map.entry("hbm2-2.0", 128 * 2000L),
            Map.entry("hbm2-2.4", 128 * 2400L),
            Map.entry("hbm3-6.4", 64 * 6400L));

    private MemoryNames() {}

    /** What the data buses of one channel can carry; the timing sets of the simulator agree with it. */
    public static double peakBytesPerSecond(String dram) {
        Long megabits = MEGABITS.get(dram);
        if (megabits == null) {
            throw new IllegalArgumentException("'" + dram + "' is no memory at command level");
        }
        return megabits * 1e6 / 8;
    }

    /** Whether a name is that of a memory at command level. */
    public static boolean isDram(String name) {
        return DRAM.contains(name);
    }
}
