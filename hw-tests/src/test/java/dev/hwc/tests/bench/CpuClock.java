package dev.hwc.tests.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** Time that the processor spent on this thread, which other work on the machine makes no longer. */
final class CpuClock {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private CpuClock() {}

    /** Nanoseconds of the calling thread so far. */
    static long nanos() {
        return THREADS.getCurrentThreadCpuTime();
    }
}
