package dev.hwc.compiler.image;

import dev.hwc.compiler.lower.ModelLayout;
import java.util.ArrayList;
import java.util.List;

/** Sizes of the memory windows of a model, whole pages. */
public final class Windows {
    private static final long PAGE = 4096;

    private Windows() {}

    /** Bytes of windows 0 (weights, then room for the programs), 1 constants, 2 KV cache and 3 tokens and logits. */
    public static List<Long> bytes(ModelLayout layout) {
        int instructions = layout.spec().buffers().instructions();
        return List.of(
                page(programOffset(layout) + 4L * 16 * instructions),
                page(layout.constantBytes()),
                page(layout.kvBytes()),
                page(layout.ioBytes(255)));
    }

    /** Where the programs stand in window 0. */
    public static long programOffset(ModelLayout layout) {
        return page(layout.weightBytes());
    }

    /** Bytes of window 4: operands and results of products that memory computes; 0 without such memory. */
    public static long pimBytes(ModelLayout layout) {
        return page(layout.pimBytes());
    }

    /** Bytes of all windows: 0 to 3, and 4 where there is memory that computes. */
    public static List<Long> all(ModelLayout layout) {
        List<Long> bytes = new ArrayList<>(bytes(layout));
        if (layout.pimBytes() > 0) {
            bytes.add(pimBytes(layout));
        }
        return List.copyOf(bytes);
    }

    private static long page(long bytes) {
        return (bytes + PAGE - 1) / PAGE * PAGE;
    }
}
