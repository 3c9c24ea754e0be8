package dev.hwc.sim.dram;

/**
 * Two clocks that begin together, of frequencies in the ratio of whole numbers. Exact in integers up to 2^62 / (the
 * larger reduced frequency) clocks.
 */
public final class ClockCrossing {
    private final long port;
    private final long memory;

    /**
     * A crossing.
     *
     * @param portKhz the port's clock
     * @param memoryKhz the memory's
     */
    public ClockCrossing(long portKhz, long memoryKhz) {
        long divisor = gcd(portKhz, memoryKhz);
        port = portKhz / divisor;
        memory = memoryKhz / divisor;
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    /** First clock of the memory that begins at or after a cycle of the port begins. */
    public long toMemory(long portCycle) {
        if (port == memory) {
            return portCycle;
        }
        return Math.ceilDiv(Math.multiplyExact(portCycle, memory), port);
    }

    /** First cycle of the port that begins at or after a clock of the memory begins. */
    public long toPort(long memoryCycle) {
        if (port == memory) {
            return memoryCycle;
        }
        return Math.ceilDiv(Math.multiplyExact(memoryCycle, port), memory);
    }

    /** The cycle of the port in which a clock of the memory begins. */
    public long portCycleOf(long memoryCycle) {
        if (port == memory) {
            return memoryCycle;
        }
        return Math.multiplyExact(memoryCycle, port) / memory;
    }
}
