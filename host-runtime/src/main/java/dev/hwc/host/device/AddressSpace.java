package dev.hwc.host.device;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** Places regions one after the other in a device's memory, from the first page behind the job descriptor on. */
final class AddressSpace {
    /** Physical address of the job descriptor. */
    static final long DESCRIPTOR = 0;

    private static final long PAGE = 4096;
    private long next = DESCRIPTOR + PAGE;

    /** A region with data. */
    Region attach(MemorySegment data, long bytes, Region.Access access) {
        if (bytes < data.byteSize()) {
            throw new DeviceException(
                    "a region of " + bytes + " bytes cannot hold data of " + data.byteSize() + "; make it larger");
        }
        return new Region(place(bytes), bytes, access, Optional.of(data));
    }

    /** A region that only takes time. */
    Region reserve(long bytes, Region.Access access) {
        return new Region(place(bytes), bytes, access, Optional.empty());
    }

    private long place(long bytes) {
        long base = next;
        next = Math.addExact(base, (bytes + PAGE - 1) / PAGE * PAGE);
        return base;
    }
}
