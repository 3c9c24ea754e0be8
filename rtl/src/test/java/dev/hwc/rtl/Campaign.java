package dev.hwc.rtl;

/** How much a random test tries: the normal run is short, {@code -Dhwc.campaign=true} runs the counts of docs/exactness.md. */
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

    /** Prints what a test did, for docs/exactness.md. */
    public static void report(String text) {
        System.out.println("[exactness] " + text);
    }
}
