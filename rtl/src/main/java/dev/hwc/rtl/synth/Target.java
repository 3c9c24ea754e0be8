package dev.hwc.rtl.synth;

import java.util.List;
import java.util.Map;

/**
 * FPGA families that the open tools know, and what the cells of their netlists take. Cell types that are not named
 * here take nothing of their own: wide multiplexers beside LUTs, carry chains of iCE40 and Xilinx, clock buffers.
 */
public enum Target {
    /**
     * Lattice ECP5; block RAMs of 18 Kbit. A carry cell takes two LUTs, a 16×4 RAM the four LUTs of its bits and two
     * for its write port, as nextpnr-ecp5 counts them.
     */
    ECP5(
            "ecp5",
            "synth_ecp5 -nowidelut",
            Map.of("LUT4", 1, "CCU2C", 2, "TRELLIS_DPR16X4", 6),
            "TRELLIS_FF",
            Map.of("DP16KD", 1, "PDPW16KD", 1),
            "MULT18X18D"),
    /** Lattice iCE40 (HX: without multiplier blocks); block RAMs of 4 Kbit. */
    ICE40("ice40", "synth_ice40", Map.of("SB_LUT4", 1), "SB_DFF", Map.of("SB_RAM40_4K", 1), ""),
    /** Xilinx 7 series; block RAMs of 18 Kbit, a RAMB36 being two. RAM and shift registers in LUTs count as LUTs. */
    XILINX(
            "xilinx",
            "synth_xilinx -family xc7 -noiopad -noclkbuf -nowidelut -flatten",
            Map.ofEntries(
                    Map.entry("LUT1", 1),
                    Map.entry("LUT2", 1),
                    Map.entry("LUT3", 1),
                    Map.entry("LUT4", 1),
                    Map.entry("LUT5", 1),
                    Map.entry("LUT6", 1),
                    Map.entry("INV", 1),
                    Map.entry("SRL16E", 1),
                    Map.entry("SRLC32E", 1),
                    Map.entry("RAM32X1D", 2),
                    Map.entry("RAM64X1D", 2),
                    Map.entry("RAM128X1D", 4),
                    Map.entry("RAM32M", 4),
                    Map.entry("RAM64M", 4)),
            "FD",
            Map.of("RAMB18E1", 1, "RAMB36E1", 2),
            "DSP48E1");

    private final String text;
    private final String command;
    private final Map<String, Integer> luts;
    private final String flipFlops;
    private final Map<String, Integer> blockRams;
    private final String dsp;

    Target(
            String text,
            String command,
            Map<String, Integer> luts,
            String flipFlops,
            Map<String, Integer> blockRams,
            String dsp) {
        this.text = text;
        this.command = command;
        this.luts = luts;
        this.flipFlops = flipFlops;
        this.blockRams = blockRams;
        this.dsp = dsp;
    }

    /** Name on the command line. */
    public String text() {
        return text;
    }

    /** All targets. */
    public static List<Target> all() {
        return List.of(values());
    }

    /** The synthesis pass of yosys. */
    String command() {
        return command;
    }

    /** Whether there are multiplier blocks. */
    boolean hasMultipliers() {
        return !dsp.isEmpty();
    }

    /** What one cell of a type takes. */
    Area area(String cell) {
        return new Area(
                luts.getOrDefault(cell, 0),
                cell.startsWith(flipFlops) ? 1 : 0,
                blockRams.getOrDefault(cell, 0),
                cell.equals(dsp) ? 1 : 0);
    }
}
