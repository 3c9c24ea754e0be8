package dev.hwc.tests;

/**
 * How much a random test tries. The normal run is short; {@code -Dhwc.campaign=true} runs the counts
 * of docs/exactness.md, and {@code -Dhwc.seed=N} starts them elsewhere.
 */
final class Campaign {
    private Campaign() {}

    /** Whether the long counts are asked for. */
    static boolean isLong() {
        return Boolean.getBoolean("hwc.campaign");
    }

    /** The number of cases to try. */
    static int cases(int normal, int campaign) {
        return isLong() ? campaign : normal;
    }

    /** Seed of the first case; the next cases follow by counting. */
    static long seed() {
        return Long.getLong("hwc.seed", 20261123);
    }

    /** Prints what a test did, for docs/exactness.md. */
    static void report(String text) {
        System.out.println("[exactness] " + text);
    }
}
