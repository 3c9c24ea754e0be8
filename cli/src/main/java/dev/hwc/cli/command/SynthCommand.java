package dev.hwc.cli.command;

import dev.hwc.cli.UsageException;
import dev.hwc.cli.output.JsonOption;
import dev.hwc.cli.output.Numbers;
import dev.hwc.cli.output.Streams;
import dev.hwc.cli.output.TextTable;
import dev.hwc.cli.run.HardwareSource;
import dev.hwc.ir.format.model.Nearest;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.rtl.Blocks;
import dev.hwc.rtl.harness.AcceleratorModel;
import dev.hwc.rtl.synth.Area;
import dev.hwc.rtl.synth.Block;
import dev.hwc.rtl.synth.Placement;
import dev.hwc.rtl.synth.Synthesis;
import dev.hwc.rtl.synth.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code hwc synth}: what the accelerator costs on an FPGA, by open tools. */
@Command(
        name = "synth",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Synthesize with yosys; on ice40 place and route with nextpnr for the HX8K, too. Prints the area and"
                        + " the modules that take most of it. A preset's whole accelerator takes minutes.")
final class SynthCommand implements Callable<Integer> {
    private static final List<String> TARGETS =
            Stream.of(Target.values()).map(Target::text).toList();

    /** Modules in the table; JSON has all. */
    private static final int LISTED = 20;

    private final Streams streams;

    @Option(names = "--hw", paramLabel = "HW", required = true, description = "hardware: a preset or a .yaml file")
    private String hardware = "";

    @Option(names = "--target", paramLabel = "FPGA", description = "ecp5 (default), ice40 or xilinx")
    private String target = "ecp5";

    @Option(names = "--block", paramLabel = "NAME", description = "a part instead of the whole accelerator")
    private String block = AcceleratorModel.BLOCK;

    @Option(
            names = "-o",
            paramLabel = "DIR",
            description = "keep SystemVerilog, yosys script and netlist in this folder; may exist if empty")
    private @Nullable Path output;

    @Mixin
    private JsonOption json = new JsonOption();

    SynthCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        json.check();
        HardwareSpec spec = HardwareSource.find(hardware);
        Target family = Stream.of(Target.values())
                .filter(t -> t.text().equals(target))
                .findFirst()
                .orElseThrow(() -> new UsageException("target '" + target + "' is unknown; allowed are "
                        + String.join(", ", TARGETS) + Nearest.suggestion(target, TARGETS)));
        if (!Blocks.names().contains(block)) {
            throw new UsageException("block '" + block + "' is unknown; blocks are " + String.join(", ", Blocks.names())
                    + Nearest.suggestion(block, Blocks.names()));
        }
        Synthesis synthesis = synthesize(spec, family);
        print(spec, synthesis);
        write(spec, synthesis);
        return 0;
    }

    private Synthesis synthesize(HardwareSpec spec, Target family) {
        streams.err().println("synthesizing " + block + " of " + spec.name() + " for " + family.text() + "…");
        if (output != null) {
            List<Synthesis> made = new ArrayList<>();
            OutputFolder.of(output).fill(folder -> made.add(Synthesis.run(block, spec, family, folder)));
            return made.getFirst();
        }
        try {
            Path folder = Files.createTempDirectory("hwc-synth");
            try {
                return Synthesis.run(block, spec, family, folder);
            } finally {
                OutputFolder.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void print(HardwareSpec spec, Synthesis synthesis) {
        Area area = synthesis.area();
        TextTable table = TextTable.of("hardware", "block", "target", "LUTs>", "FFs>", "BRAMs>", "DSPs>", "Fmax MHz>");
        table.row(
                spec.name(),
                block,
                target,
                Numbers.grouped(area.luts()),
                Numbers.grouped(area.flipFlops()),
                Numbers.grouped(area.blockRams()),
                Numbers.grouped(area.dsps()),
                synthesis.placement().fmaxMhz().isPresent()
                        ? Numbers.decimals(synthesis.placement().fmaxMhz().getAsDouble(), 1)
                        : "–");
        Streams people = json.forPeople(streams);
        people.out().print(table.markdown());
        people.out().println();
        people.out().print(modules(synthesis).markdown());
        synthesis
                .placement()
                .logicCells()
                .ifPresent(cells -> people.out()
                        .println("\niCE40 HX8K: " + Numbers.grouped(cells)
                                + " of 7,680 logic cells, with a frame of registers in place of pins"));
        if (!synthesis.placement().note().isEmpty()) {
            people.err().println("no clock rate: " + synthesis.placement().note());
        }
    }

    /** Modules without those within them, so that the columns add up. */
    private static TextTable modules(Synthesis synthesis) {
        TextTable table =
                TextTable.of("module", "instances>", "LUTs of one>", "LUTs>", "% of LUTs>", "FFs>", "BRAMs>", "DSPs>");
        long luts = Math.max(1, synthesis.area().luts());
        synthesis.blocks().stream().limit(LISTED).forEach(part -> {
            Area all = part.all();
            table.row(
                    part.module(),
                    Numbers.grouped(part.instances()),
                    Numbers.grouped(part.own().luts()),
                    Numbers.grouped(all.luts()),
                    Numbers.decimals(100.0 * all.luts() / luts, 1),
                    Numbers.grouped(all.flipFlops()),
                    Numbers.grouped(all.blockRams()),
                    Numbers.grouped(all.dsps()));
        });
        return table;
    }

    private void write(HardwareSpec spec, Synthesis synthesis) {
        ObjectNode result = JsonOption.result(Optional.of(spec));
        result.put("target", target);
        result.put("block", block);
        put(result, synthesis.area());
        Placement placement = synthesis.placement();
        if (placement.fmaxMhz().isPresent()) {
            result.put("fmaxMhz", placement.fmaxMhz().getAsDouble());
        } else {
            result.putNull("fmaxMhz");
        }
        placement.logicCells().ifPresent(cells -> result.put("logicCells", cells));
        result.put("note", placement.note());
        ArrayNode modules = result.putArray("modules");
        for (Block part : synthesis.blocks()) {
            ObjectNode module = modules.addObject();
            module.put("name", part.module());
            module.put("instances", part.instances());
            put(module.putObject("own"), part.own());
            put(module.putObject("whole"), part.whole());
        }
        ObjectNode cells = result.putObject("cells");
        synthesis.cells().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(cell -> cells.put(cell.getKey(), cell.getValue()));
        json.write(result, streams);
    }

    private static void put(ObjectNode node, Area area) {
        node.put("luts", area.luts());
        node.put("ffs", area.flipFlops());
        node.put("brams", area.blockRams());
        node.put("dsps", area.dsps());
    }
}
