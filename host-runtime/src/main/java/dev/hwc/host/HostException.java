package dev.hwc.host;

/**
 * A request that the host runtime cannot serve. The message is one line that says what, where, what
 * was found, what is allowed and what to do.
 */
public class HostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public HostException(String message) {
        super(message);
    }

    public HostException(String message, Throwable cause) {
        super(message, cause);
    }
}
