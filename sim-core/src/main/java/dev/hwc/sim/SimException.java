package dev.hwc.sim;

/**
 * A simulation that cannot start or go on: wrong input, or a fault of the simulated device. The
 * message is one line that says what, where, what was found, what is allowed and what to do.
 */
public class SimException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SimException(String message) {
        super(message);
    }
}
