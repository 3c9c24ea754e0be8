package dev.hwc.sim.systolic;

import dev.hwc.sim.SimException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The data behind a job's windows: one segment per window, heap, off-heap or mapped; two windows may
 * share one. The segments belong to the caller.
 */
public final class DeviceMemory {
    /** Windows of a job. */
    public static final int WINDOWS = 8;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final @Nullable MemorySegment[] segments;

    private DeviceMemory(@Nullable MemorySegment[] segments) {
        this.segments = segments;
    }

    /** No window has data. */
    public static DeviceMemory empty() {
        return new DeviceMemory(new @Nullable MemorySegment[WINDOWS]);
    }

    /** This memory with data behind one window. */
    public DeviceMemory with(int window, MemorySegment segment) {
        @Nullable MemorySegment[] copy = Arrays.copyOf(segments, WINDOWS);
        copy[window] = segment;
        return new DeviceMemory(copy);
    }

    /** Copies bytes of a window to an array. */
    public void read(int window, long address, byte[] target, int at, int bytes) {
        MemorySegment.copy(segment(window), ValueLayout.JAVA_BYTE, address, target, at, bytes);
    }

    /** A little-endian 32-bit word, as an unsigned number. */
    public long readWord(int window, long address) {
        return segment(window).get(INT, address) & 0xFFFF_FFFFL;
    }

    /** Copies bytes of an array to a window. */
    public void write(int window, long address, byte[] source, int at, int bytes) {
        MemorySegment.copy(source, at, segment(window), ValueLayout.JAVA_BYTE, address, bytes);
    }

    private MemorySegment segment(int window) {
        MemorySegment segment = segments[window];
        if (segment == null) {
            throw new SimException("window " + window + " is accessed and has no data; give the device memory a "
                    + "segment for it, or run without memory for timing only");
        }
        return segment;
    }
}
