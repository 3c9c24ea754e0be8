package dev.hwc.tests;

/**
 * How much a random test tries. The normal run is short; {@code -Dhwc.campaign=true} runs the counts
 * of docs/exactness.md, and {@code -Dhwc.seed=N} starts them elsewhere.
 */
public final class Campaign {
    private Campaign() {}

    /** Whether the long counts are asked for. */
    public static boolean isLong() {
        return Boolean.getBoolean("hwc.campaign");
    }

    /** The number of cases to try. */
    public static int cases(int normal, int campaign) {
        return isLong() ? campaign : normal;
    }

    /** Seed of the first case; the next cases follow by counting. */
    public static long seed() {
        return Long.getLong("hwc.seed", 20261123);
    }

    /** Prints what a test did, for docs/exactness.md. */
    public static void report(String text) {
        System.out.println("[exactness] " + text);
    }
}
