package dev.hwc.reports;

/**
 * A report that cannot be read or must not be written: malformed JSON, an unknown or missing field,
 * a number out of range. The message is one line that says what, where (file, line, column), what
 * was found and what is allowed.
 */
public final class ReportException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ReportException(String message) {
        super(message);
    }

    public ReportException(String message, Throwable cause) {
        super(message, cause);
    }
}
