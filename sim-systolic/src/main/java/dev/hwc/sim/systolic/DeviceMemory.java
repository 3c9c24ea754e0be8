package dev.hwc.sim.systolic;

import dev.hwc.sim.SimException;
import dev.hwc.sim.memory.WindowData;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The data behind a job's windows: a segment, heap, off-heap or mapped, or something that answers like
 * one; two windows may share one. They belong to the caller.
 */
public final class DeviceMemory {
    /** Windows of a job. */
    public static final int WINDOWS = 8;

    private final @Nullable WindowData[] windows;

    private DeviceMemory(@Nullable WindowData[] windows) {
        this.windows = windows;
    }

    /** No window has data. */
    public static DeviceMemory empty() {
        return new DeviceMemory(new @Nullable WindowData[WINDOWS]);
    }

    /** This memory with data behind one window. */
    public DeviceMemory with(int window, MemorySegment segment) {
        return with(window, new Segment(segment));
    }

    /** This memory with something behind one window that is told what is read and written. */
    public DeviceMemory with(int window, WindowData data) {
        @Nullable WindowData[] copy = Arrays.copyOf(windows, WINDOWS);
        copy[window] = data;
        return new DeviceMemory(copy);
    }

    private record Segment(MemorySegment bytes) implements WindowData {
        @Override
        public void read(long address, byte[] target, int at, int count) {
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, address, target, at, count);
        }

        @Override
        public void write(long address, byte[] source, int at, int count) {
            MemorySegment.copy(source, at, bytes, ValueLayout.JAVA_BYTE, address, count);
        }
    }

    /** Copies bytes of a window to an array. */
    public void read(int window, long address, byte[] target, int at, int bytes) {
        data(window).read(address, target, at, bytes);
    }

    /** A little-endian 32-bit word, as an unsigned number. */
    public long readWord(int window, long address) {
        byte[] word = new byte[4];
        read(window, address, word, 0, word.length);
        long value = 0;
        for (int i = 0; i < word.length; i++) {
            value |= (word[i] & 0xFFL) << 8 * i;
        }
        return value;
    }

    /** Copies bytes of an array to a window. */
    public void write(int window, long address, byte[] source, int at, int bytes) {
        data(window).write(address, source, at, bytes);
    }

    private WindowData data(int window) {
        WindowData data = windows[window];
        if (data == null) {
            throw new SimException("window " + window + " is accessed and has no data; give the device memory a "
                    + "segment for it, or run without memory for timing only");
        }
        return data;
    }
}
