package dev.hwc.compiler;

/** A model that cannot be compiled for this hardware; the message is one line saying why and what to do. */
public final class CompileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CompileException(String message) {
        super(message);
    }

    public CompileException(String message, Throwable cause) {
        super(message, cause);
    }
}
