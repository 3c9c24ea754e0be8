package dev.hwc.ir;

/**
 * Wrong input to the intermediate representations: a malformed file, a broken rule, an impossible
 * hardware description. The message is one line that says what, where, what was found, what is
 * allowed and what to do.
 */
public final class IrException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public IrException(String message) {
        super(message);
    }

    public IrException(String message, Throwable cause) {
        super(message, cause);
    }
}
