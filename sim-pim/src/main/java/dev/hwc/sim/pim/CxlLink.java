package dev.hwc.sim.pim;

/**
 * A CXL link in front of a device: the host sends operands and receives results in flits; the kernel begins when the
 * operands are there.
 *
 * @param portNanoseconds of each of the two ports
 * @param switchNanoseconds of the switch between them
 * @param flitBytes sent at once
 * @param lanes of the link
 * @param gigatransfers per second and lane
 */
public record CxlLink(
        double portNanoseconds, double switchNanoseconds, int flitBytes, int lanes, double gigatransfers) {
    /** As CENT describes it: 25 ns ports, 20 ns switch, flits of 256 bytes, 8 lanes of PCIe 6 at 64 GT/s. */
    public static final CxlLink CENT = new CxlLink(25, 20, 256, 8, 64);

    /** Energy of a bit on the link. Source: CENT 0f28a07 power model, PCIe. */
    public static final double PICOJOULES_PER_BIT = 4.4;

    private static final double BITS = 8;

    public CxlLink {
        if (portNanoseconds < 0 || switchNanoseconds < 0 || flitBytes < 1 || lanes < 1 || gigatransfers <= 0) {
            throw new PimException("CXL link with ports of " + portNanoseconds + " ns, switch of " + switchNanoseconds
                    + " ns, flits of " + flitBytes + " bytes, " + lanes + " lanes at " + gigatransfers
                    + " GT/s; allowed are times from 0 and sizes from 1");
        }
    }

    /** Nanoseconds from the first byte sent to the last received, in whole flits. */
    public double nanoseconds(long bytes) {
        return 2 * portNanoseconds + switchNanoseconds + flits(bytes) * flitBytes * BITS / (lanes * gigatransfers);
    }

    private long flits(long bytes) {
        return (bytes + flitBytes - 1) / flitBytes;
    }

    /**
     * A kernel behind the link.
     *
     * @param cost without it
     * @param clockKhz of the device
     */
    public double nanoseconds(PimEngine.Cost cost, int clockKhz, long operandBytes, long resultBytes) {
        return nanoseconds(operandBytes) + cost.cycles() * 1e6 / clockKhz + nanoseconds(resultBytes);
    }

    /** Energy of a kernel behind the link. */
    public double picojoules(PimEngine.Cost cost, long operandBytes, long resultBytes) {
        long bytes = (flits(operandBytes) + flits(resultBytes)) * flitBytes;
        return cost.picojoules() + bytes * BITS * PICOJOULES_PER_BIT;
    }
}
