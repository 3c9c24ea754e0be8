package dev.hwc.ir.tensor;

/**
 * One extent of a tensor: a number, or a size known only when a step runs. Spec: type D1.
 */
public sealed interface Dim {
    /** A size known when the program is built. */
    record Fixed(long size) implements Dim {
        public Fixed {
            Check.that(size >= 1, "type D1", "dimension is %d; allowed are 1 and above", size);
        }

        @Override
        public String toString() {
            return Long.toString(size);
        }
    }

    /** The number of new tokens of a step: 1 when decoding, the prompt length in prefill. */
    record Tokens() implements Dim {
        @Override
        public String toString() {
            return "M";
        }
    }

    /** The number of tokens that the KV cache holds before a step. */
    record Past() implements Dim {
        @Override
        public String toString() {
            return "P";
        }
    }

    /** The number of new tokens of a step, written {@code M}. */
    static Dim tokens() {
        return new Tokens();
    }

    /** The number of tokens in the KV cache before a step, written {@code P}. */
    static Dim past() {
        return new Past();
    }

    static Dim of(long size) {
        return new Fixed(size);
    }

    /** The extent in a step of {@code tokens} new tokens after {@code past} earlier ones. */
    default long size(long tokens, long past) {
        return switch (this) {
            case Fixed fixed -> fixed.size();
            case Tokens() -> tokens;
            case Past() -> past;
        };
    }
}
