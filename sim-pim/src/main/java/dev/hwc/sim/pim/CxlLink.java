package dev.hwc.sim.pim;

import dev.hwc.ir.hw.HardwareSpec;

/** What a CXL link takes, one direction. */
public record CxlLink(HardwareSpec.Cxl cxl) {
    private static final int BITS = 8;

    /** Bytes that a direction carries in a microsecond. */
    public long bytesPerMicrosecond() {
        return 1000L * cxl.lanes() * cxl.gigatransfers() / BITS;
    }

    /** Nanoseconds from a byte's departure to its arrival, besides its flit. */
    public int latencyNanoseconds() {
        return 2 * cxl.portNanoseconds() + cxl.switchNanoseconds();
    }

    /** Nanoseconds from the first byte sent to the last received, in whole flits; without any, those of a word of no size. */
    public double nanoseconds(long bytes) {
        return latencyNanoseconds() + 1e3 * bits(bytes) / BITS / bytesPerMicrosecond();
    }

    /** Bits of whole flits. */
    public long bits(long bytes) {
        return (bytes + cxl.flitBytes() - 1) / cxl.flitBytes() * cxl.flitBytes() * BITS;
    }
}
