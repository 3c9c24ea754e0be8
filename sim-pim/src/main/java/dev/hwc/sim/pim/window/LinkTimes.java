package dev.hwc.sim.pim.window;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.sim.pim.CxlLink;
import org.jspecify.annotations.Nullable;

/**
 * When bursts cross the link to the channels, each direction one burst behind the other (W18); at once where the channels
 * are the accelerator's own. Cycles are those of the port.
 */
final class LinkTimes {
    private static final int NANOSECONDS = 1000;

    private final long rate;
    private final long clockMhz;
    private final long latency;
    // departure of the last byte, in parts of a cycle
    private long down;
    private long up;

    LinkTimes(HardwareSpec.@Nullable Cxl cxl, int clockMhz) {
        if (cxl == null) {
            this.clockMhz = clockMhz;
            this.rate = 0;
            this.latency = 0;
            return;
        }
        CxlLink link = new CxlLink(cxl);
        this.clockMhz = clockMhz;
        this.rate = link.bytesPerMicrosecond();
        long parts = link.latencyNanoseconds() * rate + (long) NANOSECONDS * cxl.flitBytes();
        this.latency = Math.ceilDiv(parts * clockMhz, NANOSECONDS * rate);
    }

    void reset() {
        down = 0;
        up = 0;
    }

    /** When a burst that is at the host's port at a cycle has left it. */
    long leaves(long cycle, int bytes) {
        if (rate == 0) {
            return cycle;
        }
        down = Math.max(down, cycle * rate) + bytes * clockMhz;
        return Math.ceilDiv(down, rate);
    }

    /** Cycles from there to the device, and back: ports, switch and a flit. */
    long latency() {
        return latency;
    }

    /** When a burst that a device has at a cycle is at the host's port. */
    long comesBack(long cycle, int bytes) {
        if (rate == 0) {
            return cycle;
        }
        up = Math.max(up, cycle * rate) + bytes * clockMhz;
        return Math.ceilDiv(up, rate) + latency;
    }

    /** Bits that bytes are on the link. */
    long bits(long bytes) {
        return rate == 0 ? 0 : bytes * Byte.SIZE;
    }
}
