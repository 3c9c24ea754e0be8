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
import dev.hwc.rtl.synth.Synthesis;
import dev.hwc.rtl.synth.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code hwc synth}: what the accelerator costs on an FPGA, by open tools. */
@Command(
        name = "synth",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Synthesize with yosys; on ice40 place and route with nextpnr for the HX8K, too.")
final class SynthCommand implements Callable<Integer> {
    private static final List<String> TARGETS =
            Stream.of(Target.values()).map(Target::text).toList();

    private final Streams streams;

    @Option(names = "--hw", paramLabel = "HW", required = true, description = "hardware: a preset or a .yaml file")
    private String hardware = "";

    @Option(names = "--target", paramLabel = "FPGA", description = "ecp5 (default), ice40 or xilinx")
    private String target = "ecp5";

    @Option(names = "--block", paramLabel = "NAME", description = "a part instead of the whole accelerator")
    private String block = AcceleratorModel.BLOCK;

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
        try {
            Path folder = Files.createTempDirectory("hwc-synth");
            try {
                streams.err().println("synthesizing " + block + " of " + spec.name() + " for " + family.text() + "…");
                return Synthesis.run(block, spec, family, folder);
            } finally {
                OutputFolder.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void print(HardwareSpec spec, Synthesis synthesis) {
        TextTable table = TextTable.of("hardware", "block", "target", "LUTs>", "FFs>", "BRAMs>", "DSPs>", "Fmax MHz>");
        table.row(
                spec.name(),
                block,
                target,
                Numbers.grouped(synthesis.luts()),
                Numbers.grouped(synthesis.flipFlops()),
                Numbers.grouped(synthesis.blockRams()),
                Numbers.grouped(synthesis.dsps()),
                synthesis.fmaxMhz().isPresent()
                        ? Numbers.decimals(synthesis.fmaxMhz().getAsDouble(), 1)
                        : "–");
        Streams people = json.forPeople(streams);
        people.out().print(table.markdown());
        if (!synthesis.note().isEmpty()) {
            people.err().println("no clock rate: " + synthesis.note());
        }
    }

    private void write(HardwareSpec spec, Synthesis synthesis) {
        ObjectNode result = JsonOption.result(Optional.of(spec));
        result.put("target", target);
        result.put("block", block);
        result.put("luts", synthesis.luts());
        result.put("ffs", synthesis.flipFlops());
        result.put("brams", synthesis.blockRams());
        result.put("dsps", synthesis.dsps());
        if (synthesis.fmaxMhz().isPresent()) {
            result.put("fmaxMhz", synthesis.fmaxMhz().getAsDouble());
        } else {
            result.putNull("fmaxMhz");
        }
        result.put("note", synthesis.note());
        ObjectNode cells = result.putObject("cells");
        synthesis.cells().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(cell -> cells.put(cell.getKey(), cell.getValue()));
        json.write(result, streams);
    }
}
