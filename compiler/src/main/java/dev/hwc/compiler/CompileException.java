package dev.hwc.compiler;

import java.util.Optional;

/**
 * A model that cannot be lowered, or a pass that broke a rule. The message is one line; where a
 * program was at hand, {@link #programText()} holds it.
 */
public final class CompileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String programText;

    public CompileException(String message) {
        super(message);
        this.programText = "";
    }

    /** @param programText the program at the time of the failure, in text form */
    public CompileException(String message, String programText) {
        super(message);
        this.programText = programText;
    }

    /** @param programText the program at the time of the failure, in text form */
    public CompileException(String message, String programText, Throwable cause) {
        super(message, cause);
        this.programText = programText;
    }

    /** The program at the time of the failure, in text form. */
    public Optional<String> programText() {
        return programText.isEmpty() ? Optional.empty() : Optional.of(programText);
    }
}
