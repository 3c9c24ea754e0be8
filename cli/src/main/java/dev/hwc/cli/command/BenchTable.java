package dev.hwc.cli.command;

import dev.hwc.cli.output.JsonOption;
import dev.hwc.cli.output.Numbers;
import dev.hwc.cli.output.TextTable;
import dev.hwc.cli.run.BenchRow;
import dev.hwc.cli.run.WeightFormats;
import dev.hwc.compiler.image.Placement;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.reports.model.RunReport;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The rows of {@code hwc bench} as Markdown, CSV or JSON. */
record BenchTable(
        String modelName,
        Model model,
        HardwareSpec spec,
        WeightFormats weights,
        List<BenchRow> rows,
        List<Placement> placements,
        RunReport run) {
    private static final String NOMINAL_NOTE =
            "% nominal is the bandwidth used when weights count without their scales.\n";
    private static final String ENERGY_NOTE =
            "Energy is that of the memory, where its commands are modelled; that of the array is not modelled yet.\n";

    /** The table in one of the formats {@code md}, {@code csv}, {@code json}. */
    String in(String format) {
        return switch (format) {
            case "csv" -> csv();
            case "json" -> JsonOption.text(json());
            default -> markdown();
        };
    }

    private String markdown() {
        TextTable table = TextTable.of(
                "model",
                "size>",
                "params>",
                "backend",
                "test>",
                "t/s>",
                "cycles>",
                "DRAM bytes>",
                "memory mJ/token>",
                "bound",
                "% roofline>",
                "% MAC>",
                "% bandwidth>",
                "% nominal>");
        for (BenchRow row : rows) {
            table.row(
                    modelName,
                    Numbers.bytes(model.bytes()),
                    Numbers.parameters(model.parameters()),
                    spec.name(),
                    row.test(),
                    Numbers.decimals(row.tokensPerSecond(), 2),
                    Numbers.grouped(row.cycles()),
                    Numbers.bytes(row.dramBytes()),
                    energy(row, "–"),
                    row.bound(),
                    Numbers.decimals(row.roofline().percent(row.cycles()), 1),
                    Numbers.decimals(100 * row.macUtilization(), 1),
                    Numbers.decimals(100 * row.bandwidthUtilization(), 1),
                    Numbers.decimals(100 * row.nominalBandwidthUtilization(), 1));
        }
        return table.markdown() + "\n" + "Weights: " + weights.text() + ".\n" + NOMINAL_NOTE + ENERGY_NOTE
                + ProductOptions.text(placements);
    }

    private static String energy(BenchRow row, String unknown) {
        OptionalDouble energy = row.memoryMillijoulesPerToken();
        return energy.isPresent() ? Numbers.decimals(energy.getAsDouble(), 3) : unknown;
    }

    private String csv() {
        StringBuilder csv = new StringBuilder("model,backend,test,tokens,cycles,tokensPerSecond,"
                + "energyMillijoulesPerToken,memoryMillijoulesPerToken,dramBytes,bound,rooflinePercent,macUtilization,bandwidthUtilization,nominalBandwidthUtilization,"
                + "simulatorSeconds\n");
        for (BenchRow row : rows) {
            csv.append(String.join(
                            ",",
                            quoted(modelName),
                            quoted(spec.name()),
                            row.test(),
                            String.valueOf(row.tokens()),
                            String.valueOf(row.cycles()),
                            String.valueOf(row.tokensPerSecond()),
                            "",
                            energy(row, ""),
                            String.valueOf(row.dramBytes()),
                            row.bound(),
                            String.valueOf(row.roofline().percent(row.cycles())),
                            String.valueOf(row.macUtilization()),
                            String.valueOf(row.bandwidthUtilization()),
                            String.valueOf(row.nominalBandwidthUtilization()),
                            String.valueOf(row.simulatorSeconds())))
                    .append('\n');
        }
        return csv.toString();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\"", "\"\"") + '"';
    }

    /** The JSON result. */
    ObjectNode json() {
        ObjectNode result = JsonOption.result(Optional.of(spec));
        result.put("model", modelName);
        result.put("modelBytes", model.bytes());
        result.put("modelParameters", model.parameters());
        result.put("clockMhz", spec.clockMhz());
        weights.fill(result.putArray("weightFormats"));
        ArrayNode list = result.putArray("rows");
        for (BenchRow row : rows) {
            ObjectNode node = list.addObject();
            node.put("test", row.test());
            node.put("tokens", row.tokens());
            node.put("cycles", row.cycles());
            node.put("tokensPerSecond", row.tokensPerSecond());
            node.putNull("energyMillijoulesPerToken");
            JsonOption.put(node, "memoryMillijoulesPerToken", row.memoryMillijoulesPerToken());
            node.put("dramBytes", row.dramBytes());
            node.put("weightCodeBytes", row.weightCodeBytes());
            node.put("weightScaleBytes", row.weightScaleBytes());
            node.put("bound", row.bound());
            node.put("rooflinePercent", row.roofline().percent(row.cycles()));
            node.put("macUtilization", row.macUtilization());
            node.put("bandwidthUtilization", row.bandwidthUtilization());
            node.put("nominalBandwidthUtilization", row.nominalBandwidthUtilization());
            node.put("simulatorSeconds", row.simulatorSeconds());
        }
        ProductOptions.fill(result, placements);
        result.set("run", JsonMapper.shared().valueToTree(run));
        return result;
    }
}
