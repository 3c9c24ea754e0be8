package dev.hwc.ir.device;

import dev.hwc.ir.isa.Queue;
import java.util.Locale;

/** Why an engine did not take a command or issue a burst in a cycle (timing.md §9). */
public enum Stall {
    /** No visible command. */
    EMPTY,
    WAIT_LOAD,
    WAIT_MATRIX,
    WAIT_VECTOR,
    WAIT_STORE,
    /** A draining sync or halt waits for earlier commands. */
    DRAIN,
    /** The accumulator slot or a place for an emission is taken. */
    SLOT,
    /** A burst is ready and all places in flight are taken. */
    OUTSTANDING;

    private static final Stall[] ALL = values();

    /** The stall for a missing token of a queue. */
    public static Stall waiting(Queue queue) {
        return ALL[WAIT_LOAD.ordinal() + queue.ordinal()];
    }

    /** Name in reports, as in timing.md: {@code waitLoad}. */
    public String text() {
        String[] words = name().toLowerCase(Locale.ROOT).split("_", -1);
        return words.length == 1
                ? words[0]
                : words[0] + Character.toUpperCase(words[1].charAt(0)) + words[1].substring(1);
    }
}
