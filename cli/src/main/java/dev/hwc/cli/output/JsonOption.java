package dev.hwc.cli.output;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.reports.model.TableUse;
import dev.hwc.sim.dram.energy.EnergyTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The option {@code --json FILE}: the machine-readable result; {@code -} is standard output. */
public final class JsonOption {
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final String STANDARD_OUTPUT = "-";

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "write the result as JSON; - is standard output, with nothing else there")
    private @Nullable String target;

    private @Nullable OutputFile file;

    /** Checks the target; call before the run. */
    public void check() {
        if (target != null && !target.equals(STANDARD_OUTPUT)) {
            file = OutputFile.of(Path.of(target));
        }
    }

    /** The streams for people: without results when JSON takes standard output. */
    public Streams forPeople(Streams streams) {
        return STANDARD_OUTPUT.equals(target) ? streams.withoutResults() : streams;
    }

    /** Whether a result is wanted. */
    public boolean wanted() {
        return target != null;
    }

    /** A result with the fields that every one has. */
    public static ObjectNode result(Optional<HardwareSpec> hardware) {
        return result(hardware, tables(hardware));
    }

    /** The same of a run that uses other tables. */
    public static ObjectNode result(Optional<HardwareSpec> hardware, List<TableUse> uses) {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("hwc", Version.text());
        if (hardware.isPresent()) {
            ObjectNode named = node.putObject("hardware");
            named.put("name", hardware.get().name());
            named.put("hash", hardware.get().hash());
        } else {
            node.putNull("hardware");
        }
        ArrayNode tables = node.putArray("tables");
        for (TableUse table : uses) {
            tables.add(MAPPER.<ObjectNode>valueToTree(table));
        }
        return node;
    }

    /** A number that may be unknown: null then. */
    public static void put(ObjectNode node, String name, OptionalDouble value) {
        if (value.isPresent()) {
            node.put(name, value.getAsDouble());
        } else {
            node.putNull(name);
        }
    }

    /** A count that may be unknown: null then. */
    public static void put(ObjectNode node, String name, OptionalLong value) {
        if (value.isPresent()) {
            node.put(name, value.getAsLong());
        } else {
            node.putNull(name);
        }
    }

    /** The tables of constants that a run on this hardware uses. */
    public static List<TableUse> tables(Optional<HardwareSpec> hardware) {
        List<TableUse> tables = new ArrayList<>();
        hardware.ifPresent(spec -> {
            tables.add(timing(spec));
            if (spec.memory().isDram()) {
                tables.add(energy(EnergyTable.DEFAULT));
            }
            if (spec.pim() != null) {
                String device = spec.pim().device();
                tables.add(new TableUse(
                        "pim-" + device,
                        "timing",
                        "timing set " + device + " with sources per value (docs/pim.md), "
                                + spec.pim().description(),
                        null));
                tables.add(energy(EnergyTable.UNITS));
            }
        });
        return tables;
    }

    private static TableUse energy(String table) {
        return new TableUse(table, "energy", "coefficients with sources per value (docs/memory.md, docs/pim.md)", null);
    }

    private static TableUse timing(HardwareSpec spec) {
        return new TableUse(
                "memory-" + spec.memory().kind(),
                "timing",
                spec.memory().isDram()
                        ? "timing set " + spec.memory().kind() + " with sources per value (docs/memory.md)"
                        : "latency " + spec.memory().latencyCycles() + " cycles and "
                                + spec.memory().bytesPerCycle()
                                + " bytes per cycle, from the hardware description",
                null);
    }

    /** Writes a result to where it is wanted. */
    public void write(ObjectNode result, Streams streams) {
        if (target == null) {
            return;
        }
        String text = text(result);
        if (file != null) {
            file.write(text);
        } else {
            streams.out().print(text);
            streams.out().flush();
        }
    }

    /** The text of a result: objects indented, arrays on one line, with a line end. */
    public static String text(ObjectNode result) {
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));
        return MAPPER.writer().with(printer).writeValueAsString(result) + "\n";
    }
}
