package dev.hwc.rtl.synth;

import dev.hwc.rtl.RtlException;
import dev.hwc.rtl.harness.Tools;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Place and route for the iCE40 HX8K, the largest iCE40.
 *
 * @param fmaxMhz of the block's clock after routing; absent when it does not fit or has no clock
 * @param logicCells of the chip's 7,680 that the block takes with its frame; absent when nextpnr did not say
 * @param note why there is no clock rate, else empty
 */
public record Placement(OptionalDouble fmaxMhz, OptionalLong logicCells, String note) {
    private static final Pattern FMAX = Pattern.compile("Max frequency for clock '[^']*': ([0-9.]+) MHz");
    private static final Pattern CELLS = Pattern.compile("ICESTORM_LC: *([0-9]+)/");
    private static final int LOGIC_CELLS = 7680;
    private static final int BLOCK_RAMS = 32;

    /** There is none, for this reason. */
    static Placement absent(String note) {
        return new Placement(OptionalDouble.empty(), OptionalLong.empty(), note);
    }

    /** Places and routes the netlist in a folder, if it can fit at all. */
    static Placement hx8k(Path folder, Area area) {
        if (area.luts() > LOGIC_CELLS || area.flipFlops() > LOGIC_CELLS || area.blockRams() > BLOCK_RAMS) {
            return absent("does not fit the iCE40 HX8K (7,680 logic cells of a LUT and a flip-flop, 32 block RAMs):"
                    + " it takes %,d LUTs, %,d flip-flops and %,d block RAMs"
                            .formatted(area.luts(), area.flipFlops(), area.blockRams()));
        }
        if (!Tools.isInstalled("nextpnr-ice40")) {
            return absent("nextpnr-ice40 is not on the PATH; install it (Debian: apt install nextpnr-ice40)");
        }
        List<String> command = List.of(
                "nextpnr-ice40",
                "--hx8k",
                "--package",
                "ct256",
                "--json",
                Script.NETLIST,
                "--pcf-allow-unconstrained",
                "--freq",
                "25",
                "--timing-allow-fail",
                "--seed",
                "1",
                "--asc",
                "placed.asc");
        try {
            return read(Tools.run(folder, command));
        } catch (RtlException e) {
            String reason = String.valueOf(e.getMessage())
                    .lines()
                    .filter(line -> line.startsWith("ERROR"))
                    .findFirst()
                    .orElse("place and route failed");
            return absent("does not fit the iCE40 HX8K, nextpnr says: " + reason);
        }
    }

    private static Placement read(String log) {
        OptionalDouble fmax = OptionalDouble.empty();
        Matcher clock = FMAX.matcher(log);
        while (clock.find()) {
            fmax = OptionalDouble.of(Double.parseDouble(clock.group(1)));
        }
        Matcher cells = CELLS.matcher(log);
        OptionalLong count = cells.find() ? OptionalLong.of(Long.parseLong(cells.group(1))) : OptionalLong.empty();
        return new Placement(fmax, count, fmax.isPresent() ? "" : "the block has no clock");
    }
}
