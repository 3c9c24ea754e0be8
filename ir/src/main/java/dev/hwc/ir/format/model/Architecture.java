package dev.hwc.ir.format.model;

import dev.hwc.ir.IrException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Supported architectures, by GGUF's {@code general.architecture}. */
public enum Architecture {
    LLAMA("llama", RopeStyle.INTERLEAVED),
    QWEN2("qwen2", RopeStyle.HALF_SPLIT);

    private final String id;
    private final RopeStyle ropeStyle;

    Architecture(String id, RopeStyle ropeStyle) {
        this.id = id;
        this.ropeStyle = ropeStyle;
    }

    /** The name in files, for example {@code qwen2}. */
    public String id() {
        return id;
    }

    public RopeStyle ropeStyle() {
        return ropeStyle;
    }

    /**
     * The architecture with this name.
     *
     * @throws IrException naming the supported ones
     */
    public static Architecture named(String id) {
        for (Architecture architecture : values()) {
            if (architecture.id.equals(id)) {
                return architecture;
            }
        }
        throw new IrException("architecture '" + id + "' is not supported; supported are "
                + Arrays.stream(values()).map(Architecture::id).collect(Collectors.joining(", ")));
    }
}
