package dev.hwc.ir.format.tokenizer;

import java.util.Optional;

/** The kinds of GGUF's {@code tokenizer.ggml.token_type}, ids 1 to 6 in this order. */
enum TokenType {
    NORMAL,
    UNKNOWN,
    CONTROL,
    USER_DEFINED,
    UNUSED,
    BYTE;

    private static final TokenType[] VALUES = values();

    static Optional<TokenType> byId(int id) {
        return id >= 1 && id <= VALUES.length ? Optional.of(VALUES[id - 1]) : Optional.empty();
    }
}
