package dev.hwc.cli.command;

import dev.hwc.cli.output.JsonOption;
import dev.hwc.cli.output.Numbers;
import dev.hwc.cli.output.Streams;
import dev.hwc.cli.output.TextTable;
import dev.hwc.ir.format.model.ModelConfig;
import dev.hwc.ir.format.model.ShapeRegistry;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code hwc presets}: the shipped hardware descriptions and model shapes. */
@Command(name = "presets", mixinStandardHelpOptions = true, description = "List the shipped hardware and shapes.")
final class PresetsCommand implements Callable<Integer> {
    private final Streams streams;

    @Mixin
    private JsonOption json = new JsonOption();

    PresetsCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        json.check();
        List<HardwareSpec> presets =
                HardwareSpecs.NAMES.stream().map(HardwareSpecs::preset).toList();
        Streams people = json.forPeople(streams);
        people.out().print(hardware(presets));
        people.out().println();
        people.out().print(shapes());
        json.write(result(presets), streams);
        return 0;
    }

    private static String hardware(List<HardwareSpec> presets) {
        TextTable table = TextTable.of(
                "hardware",
                "array>",
                "clock MHz>",
                "vector lanes>",
                "scratchpads KiB>",
                "port B>",
                "memory",
                "B/cycle>");
        for (HardwareSpec spec : presets) {
            table.row(
                    spec.name(),
                    spec.array().rows() + "x" + spec.array().columns(),
                    String.valueOf(spec.clockMhz()),
                    String.valueOf(spec.vectorLanes()),
                    String.valueOf(scratchpadKib(spec)),
                    String.valueOf(spec.port().beatBytes()),
                    spec.memory().kind()
                            + (spec.pim() == null ? "" : " + " + spec.pim().description()),
                    Numbers.decimals(spec.memoryBytesPerCycle(), 0));
        }
        return table.markdown();
    }

    private static int scratchpadKib(HardwareSpec spec) {
        HardwareSpec.Buffers b = spec.buffers();
        return b.weightKib() + b.activationKib() + b.outputKib() + b.vectorKib() + b.loadKib() + b.storeKib();
    }

    private static String shapes() {
        TextTable table = TextTable.of("shape", "architecture", "layers>", "width>", "heads>", "context>");
        for (String name : ShapeRegistry.names()) {
            ModelConfig config = ShapeRegistry.find(name);
            table.row(
                    "shape:" + name,
                    config.architecture().id(),
                    String.valueOf(config.blockCount()),
                    String.valueOf(config.embeddingLength()),
                    config.headCount() + "/" + config.kvHeadCount(),
                    Numbers.grouped(config.contextLength()));
        }
        return table.markdown();
    }

    private static ObjectNode result(List<HardwareSpec> presets) {
        ObjectNode result = JsonOption.result(Optional.empty());
        ArrayNode list = result.putArray("presets");
        for (HardwareSpec spec : presets) {
            ObjectNode preset = list.addObject();
            preset.put("name", spec.name());
            preset.put("hash", spec.hash());
            preset.put("arrayRows", spec.array().rows());
            preset.put("arrayColumns", spec.array().columns());
            preset.put("clockMhz", spec.clockMhz());
            preset.put("scratchpadKib", scratchpadKib(spec));
            preset.put("memoryBytesPerCycle", spec.memoryBytesPerCycle());
            if (spec.pim() != null) {
                preset.put("pim", spec.pim().description());
            }
        }
        ArrayNode shapes = result.putArray("shapes");
        ShapeRegistry.names().forEach(shapes::add);
        return result;
    }
}
