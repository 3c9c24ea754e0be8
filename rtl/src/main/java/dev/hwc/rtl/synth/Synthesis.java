package dev.hwc.rtl.synth;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.rtl.Emit;
import dev.hwc.rtl.Emitted;
import dev.hwc.rtl.RtlException;
import dev.hwc.rtl.harness.Tools;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a block costs on an FPGA.
 *
 * @param area the whole block
 * @param blocks it and the modules below it, the one with most LUTs first
 * @param cells all cells of the netlist by type
 * @param placement place and route, or why there is none
 */
public record Synthesis(Target target, Area area, List<Block> blocks, Map<String, Long> cells, Placement placement) {
    public Synthesis {
        blocks = List.copyOf(blocks);
        cells = Map.copyOf(cells);
    }

    /**
     * Emits a block and synthesizes it; on iCE40 places and routes it for the HX8K, too.
     *
     * @param block a name in {@link dev.hwc.rtl.Blocks}
     * @param folder empty; SystemVerilog, script and netlist stay there
     * @throws RtlException when yosys is absent or fails
     */
    public static Synthesis run(String block, HardwareSpec spec, Target target, Path folder) {
        if (!Tools.isInstalled("yosys")) {
            throw new RtlException("yosys is not on the PATH; install it (Debian: apt install yosys)");
        }
        Emitted emitted = Emit.emit(block, spec, folder.resolve("sv"));
        boolean placed = target == Target.ICE40;
        Path frame = folder.resolve(Pins.MODULE + ".v");
        if (placed) {
            write(frame, Pins.verilog(emitted));
        }
        Script.copyMaps(folder);
        write(
                folder.resolve("synth.ys"),
                Script.text(
                        folder,
                        emitted,
                        target,
                        placed ? Pins.MODULE : emitted.top(),
                        placed ? List.of(frame) : List.of()));
        Tools.run(folder, List.of("yosys", "-q", "-s", "synth.ys"));
        Hierarchy hierarchy = read(target, folder.resolve(Script.NETLIST));
        List<Block> blocks = hierarchy.below(emitted.top());
        Area area = blocks.stream().map(Block::all).reduce(Area.NONE, Area::plus);
        Placement placement = placed
                ? Placement.hx8k(folder, area)
                : Placement.absent("there is no open place and route for this target among the tools used");
        return new Synthesis(target, area, blocks, hierarchy.cells(emitted.top()), placement);
    }

    private static Hierarchy read(Target target, Path netlist) {
        try (Reader reader = Files.newBufferedReader(netlist)) {
            return new Hierarchy(target, reader, netlist.toString());
        } catch (IOException e) {
            throw new RtlException(netlist + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new RtlException(file + " cannot be written: " + e.getMessage(), e);
        }
    }
}
