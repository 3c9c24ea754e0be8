package dev.hwc.sim.systolic;

import dev.hwc.sim.SimException;

/**
 * One memory window of a job (isa.md §1).
 *
 * @param base physical address, a multiple of 4096
 * @param limit bytes
 */
public record Window(long base, long limit, boolean readable, boolean writable) {
    /** A window without a byte. */
    public static final Window NONE = new Window(0, 0, false, false);

    public Window {
        if (base < 0 || limit < 0 || base % 4096 != 0) {
            throw new SimException("window at " + base + " of " + limit
                    + " bytes: the base must be a multiple of 4096 and neither may be negative");
        }
    }

    public static Window readOnly(long base, long limit) {
        return new Window(base, limit, true, false);
    }

    public static Window readWrite(long base, long limit) {
        return new Window(base, limit, true, true);
    }
}
