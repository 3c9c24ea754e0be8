package dev.hwc.host.device;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Memory that a device was given; the windows of a job are regions.
 *
 * @param base address by which the device knows it, a multiple of 4096
 * @param bytes size for the device
 * @param data absent for a region that only takes time
 */
public record Region(long base, long bytes, Access access, Optional<MemorySegment> data) {
    /** What jobs may do with a region. */
    public enum Access {
        READ,
        READ_WRITE
    }
}
