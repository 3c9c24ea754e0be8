package dev.hwc.sim.dram;

import dev.hwc.sim.SimException;

/** A timing set, an energy table or a command trace that is not one. The message is one line. */
public final class DramFormatException extends SimException {
    private static final long serialVersionUID = 1L;

    public DramFormatException(String message) {
        super(message);
    }
}
