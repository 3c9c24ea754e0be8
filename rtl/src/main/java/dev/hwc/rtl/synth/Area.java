package dev.hwc.rtl.synth;

/**
 * What a netlist takes of an FPGA.
 *
 * @param luts look-up tables, those that carry chains and RAM in LUTs occupy among them
 * @param blockRams in the target's own unit, see {@link Target}
 * @param dsps multiplier blocks
 */
public record Area(long luts, long flipFlops, long blockRams, long dsps) {
    /** Nothing. */
    public static final Area NONE = new Area(0, 0, 0, 0);

    /** Both together. */
    public Area plus(Area other) {
        return new Area(luts + other.luts, flipFlops + other.flipFlops, blockRams + other.blockRams, dsps + other.dsps);
    }

    /** So many of it. */
    public Area times(long count) {
        return new Area(luts * count, flipFlops * count, blockRams * count, dsps * count);
    }
}
