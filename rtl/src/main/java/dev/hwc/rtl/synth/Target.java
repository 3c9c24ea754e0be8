package dev.hwc.rtl.synth;

import java.util.List;

/** FPGA families that the open tools know, and how their netlists are counted. */
public enum Target {
    /** Lattice ECP5. */
    ECP5(
            "ecp5",
            "synth_ecp5",
            List.of("LUT4"),
            List.of("TRELLIS_FF"),
            List.of("DP16KD", "PDPW16KD"),
            List.of("MULT18X18D")),
    /** Lattice iCE40 (HX: without DSP blocks). */
    ICE40("ice40", "synth_ice40", List.of("SB_LUT4"), List.of("SB_DFF"), List.of("SB_RAM40"), List.of("SB_MAC16")),
    /** Xilinx 7 series. */
    XILINX(
            "xilinx",
            "synth_xilinx -family xc7",
            List.of("LUT1", "LUT2", "LUT3", "LUT4", "LUT5", "LUT6"),
            List.of("FDRE", "FDSE", "FDCE", "FDPE"),
            List.of("RAMB18E1", "RAMB36E1"),
            List.of("DSP48E1"));

    private final String text;
    private final String command;
    private final List<String> luts;
    private final List<String> flipFlops;
    private final List<String> blockRams;
    private final List<String> dsps;

    Target(
            String text,
            String command,
            List<String> luts,
            List<String> flipFlops,
            List<String> blockRams,
            List<String> dsps) {
        this.text = text;
        this.command = command;
        this.luts = luts;
        this.flipFlops = flipFlops;
        this.blockRams = blockRams;
        this.dsps = dsps;
    }

    /** Name on the command line. */
    public String text() {
        return text;
    }

    /** The synthesis pass of yosys. */
    String command() {
        return command;
    }

    /** Cell types that count as LUTs; a type counts when its name begins with one of these. */
    List<String> luts() {
        return luts;
    }

    List<String> flipFlops() {
        return flipFlops;
    }

    List<String> blockRams() {
        return blockRams;
    }

    List<String> dsps() {
        return dsps;
    }
}
