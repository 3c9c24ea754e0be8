package dev.hwc.sim.pim;

import dev.hwc.sim.SimException;

/** A request that a device cannot serve. The message is one line that says what is allowed. */
public final class PimException extends SimException {
    private static final long serialVersionUID = 1L;

    public PimException(String message) {
        super(message);
    }
}
