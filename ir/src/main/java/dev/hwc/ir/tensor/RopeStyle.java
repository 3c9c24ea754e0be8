package dev.hwc.ir.tensor;

import java.util.Locale;

/** Which two elements of a head a rotary position embedding rotates together. */
public enum RopeStyle {
    /** Elements 2i and 2i+1: llama files in GGUF order. */
    INTERLEAVED,
    /** Elements i and i + rotaryDims/2: qwen2, phi3, gemma; all Hugging Face files. */
    HALF_SPLIT;

    /** The name used in the text form: lower case. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
