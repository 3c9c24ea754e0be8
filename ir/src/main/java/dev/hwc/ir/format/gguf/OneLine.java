package dev.hwc.ir.format.gguf;

/** Makes text that may quote a hostile file fit for a message: one line of bounded length. */
public final class OneLine {
    private static final int MAXIMUM_LENGTH = 600;

    private OneLine() {}

    /** {@code text} with control characters and line ends as {@code ?}, its middle cut when it is long. */
    public static String of(String text) {
        String cut = text.length() <= MAXIMUM_LENGTH
                ? text
                : text.substring(0, MAXIMUM_LENGTH / 2) + "..." + text.substring(text.length() - MAXIMUM_LENGTH / 2);
        return cut.replaceAll("[\\p{Cntrl}\\x{85}\\x{2028}\\x{2029}]", "?");
    }
}
