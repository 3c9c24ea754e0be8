package dev.hwc.rtl.harness;

import java.nio.ByteBuffer;

/** The JNI functions of {@code bridge.cpp} for a bus around an accelerator ({@code bus.h}). */
final class NativeBus {
    private NativeBus() {}

    /**
     * A bus.
     *
     * @param model handle of {@link NativeModel}
     * @param ports numbers of the ports in the order of {@code PortName} in bus.h
     * @param timing has methods reset, submit, nextEvent and advance, as {@code Callback}
     * @param buffer direct; advance leaves answers there
     */
    static native long open(long model, int[] ports, int beatBytes, Object timing, ByteBuffer buffer);

    static native void close(long bus);

    static native void attach(long bus, long base, long data, long bytes);

    static native void disturb(long bus, int kind, boolean write, long ticket, long delay);

    static native void stall(long bus, long seed, int percent);

    /** Writes a register; with {@code restart} the bus's cycles and tickets start over in the cycle of the write. */
    static native void writeRegister(long bus, int offset, int value, boolean restart);

    static native int readRegister(long bus, int offset);

    /** Clocks until the interrupt is high, at most this many cycles; how many it took. */
    static native long run(long bus, long cycles);
}
