package dev.hwc.rtl.synth;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.rtl.Emit;
import dev.hwc.rtl.Emitted;
import dev.hwc.rtl.RtlException;
import dev.hwc.rtl.harness.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a block costs on an FPGA.
 *
 * @param cells all cells of the netlist by type
 * @param fmaxMhz from place and route; absent where the tools have none for the target, or the design
 *     does not fit
 * @param note why there is no clock rate, else empty
 */
public record Synthesis(Target target, String block, Map<String, Long> cells, OptionalDouble fmaxMhz, String note) {
    private static final Pattern FMAX = Pattern.compile("Max frequency for clock '[^']*': ([0-9.]+) MHz");
    /** The largest iCE40 that the open tools place and route. */
    private static final List<String> HX8K = List.of("--hx8k", "--package", "ct256");

    public Synthesis {
        cells = Map.copyOf(cells);
    }

    /**
     * Emits a block and synthesizes it; on iCE40 places and routes it for the HX8K, too.
     *
     * @param block a name in {@link dev.hwc.rtl.Blocks}
     * @param folder empty; netlist, logs and SystemVerilog stay there
     * @throws RtlException when yosys is absent or fails
     */
    public static Synthesis run(String block, HardwareSpec spec, Target target, Path folder) {
        Emitted emitted = Emit.emit(block, spec, folder.resolve("sv"));
        Path netlist = folder.resolve("netlist.json");
        Path statistics = folder.resolve("statistics.json");
        String script = "read_verilog -sv " + String.join(" ", sources(emitted)) + "; " + target.command() + " -top "
                + emitted.top() + " -json " + netlist + "; tee -q -o " + statistics + " stat -json";
        Tools.run(folder, List.of("yosys", "-q", "-p", script));
        Map<String, Long> cells = cells(statistics);
        if (target != Target.ICE40) {
            return new Synthesis(
                    target,
                    block,
                    cells,
                    OptionalDouble.empty(),
                    "there is no open place and route for this target in the packages used");
        }
        return placed(target, block, cells, folder, netlist);
    }

    private static List<String> sources(Emitted emitted) {
        try (Stream<Path> files = Files.list(emitted.directory())) {
            return files.map(Path::toString)
                    .filter(file -> file.endsWith(".sv"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new RtlException(emitted.directory() + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Map<String, Long> cells(Path statistics) {
        try {
            JsonNode types = JsonMapper.shared()
                    .readTree(Files.readString(statistics))
                    .path("design")
                    .path("num_cells_by_type");
            Map<String, Long> cells = new TreeMap<>();
            types.properties()
                    .forEach(type -> cells.put(type.getKey(), type.getValue().asLong()));
            return cells;
        } catch (IOException e) {
            throw new RtlException(statistics + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Synthesis placed(Target target, String block, Map<String, Long> cells, Path folder, Path netlist) {
        List<String> command = Stream.of(
                        List.of("nextpnr-ice40", "--json", netlist.toString(), "--freq", "25"),
                        HX8K,
                        List.of("--pcf-allow-unconstrained", "--timing-allow-fail", "--asc", "placed.asc"))
                .flatMap(List::stream)
                .toList();
        String log;
        try {
            log = Tools.run(folder, command);
        } catch (RtlException e) {
            String reason = String.valueOf(e.getMessage())
                    .lines()
                    .filter(line -> line.startsWith("ERROR"))
                    .findFirst()
                    .orElse("place and route failed");
            return new Synthesis(target, block, cells, OptionalDouble.empty(), "HX8K: " + reason);
        }
        Matcher matcher = FMAX.matcher(log);
        OptionalDouble last = OptionalDouble.empty();
        while (matcher.find()) {
            last = OptionalDouble.of(Double.parseDouble(matcher.group(1)));
        }
        return new Synthesis(target, block, cells, last, last.isPresent() ? "" : "nextpnr named no clock");
    }

    /** Look-up tables. */
    public long luts() {
        return count(target.luts());
    }

    /** Flip-flops. */
    public long flipFlops() {
        return count(target.flipFlops());
    }

    /** Block RAMs. */
    public long blockRams() {
        return count(target.blockRams());
    }

    /** Multiplier blocks. */
    public long dsps() {
        return count(target.dsps());
    }

    private long count(List<String> types) {
        return cells.entrySet().stream()
                .filter(cell -> types.stream().anyMatch(cell.getKey()::startsWith))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}
