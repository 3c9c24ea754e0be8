package dev.hwc.cli.command;

import dev.hwc.cli.output.JsonOption;
import dev.hwc.cli.output.Numbers;
import dev.hwc.reports.model.TableUse;
import dev.hwc.sim.dram.energy.EnergyTable;
import dev.hwc.sim.pim.CxlRun;
import dev.hwc.sim.pim.PimResult;
import dev.hwc.sim.pim.energy.PimEnergy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code hwc pim} says about a run.
 *
 * @param rows of a device
 * @param cxl several of them behind a link
 */
record PimReport(PimResult result, long rows, long columns, Optional<CxlRun> cxl) {
    private static final double NANO = 1e-3;

    /** What the reader must know about the figures. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (!result.energy().estimated().isEmpty()) {
            warnings.add("energy of " + result.spec().name() + ": "
                    + String.join(
                            ", ", result.energy().estimated().stream().sorted().toList())
                    + " are scaled from something else (docs/pim.md)");
        }
        return warnings;
    }

    private double hostOverPim() {
        return result.hostPicojoules() / result.energy().picojoules();
    }

    String text() {
        StringBuilder text = new StringBuilder();
        text.append(result.spec().dram().title())
                .append("; ")
                .append(result.channels())
                .append(" channels\n");
        text.append(result.kernel()).append(' ').append(Numbers.grouped(rows));
        if (columns > 1) {
            text.append('x').append(Numbers.grouped(columns));
        }
        text.append(' ')
                .append(result.format().text())
                .append(": ")
                .append(result.mapping())
                .append('\n');
        text.append(Numbers.grouped(result.pimCycles())).append(" clocks of ");
        text.append(Numbers.decimals(result.spec().dram().clockKhz() / 1e3, 0)).append(" MHz, ");
        text.append(Numbers.grouped(result.hostCycles())).append(" without units: ");
        text.append(Numbers.decimals(result.speedup(), 2)).append(" x; units read ");
        text.append(Numbers.decimals(result.spec().ceiling(), 2)).append(" x what the data bus carries\n");
        text.append("units have a column in ").append(Numbers.decimals(result.macSlotPercent(), 1));
        text.append(" % of the clocks; ").append(Numbers.decimals(result.rooflinePercent(), 1));
        text.append(" % of the roofline with row switches and the refreshes done\n");
        text.append("energy ").append(Numbers.decimals(result.energy().picojoules() * NANO, 0));
        text.append(" nJ (table ").append(EnergyTable.UNITS).append("), ");
        text.append(Numbers.decimals(hostOverPim(), 2)).append(" times less than without units\n");
        text.append(Numbers.grouped(result.results())).append(" results, ");
        text.append(Numbers.grouped(result.mismatches())).append(" differ from the specification; ");
        text.append(Numbers.grouped(result.violations())).append(" violations of timing\n");
        cxl.ifPresent(run -> text.append(text(run)));
        return text.toString();
    }

    private static String text(CxlRun run) {
        return "behind CXL with " + run.link().cxl().devices() + " of these: "
                + Numbers.decimals(run.nanoseconds(), 0) + " ns, of them "
                + Numbers.decimals(run.operandNanoseconds(), 0) + " for operands, "
                + Numbers.decimals(run.kernelNanoseconds(), 0) + " for the kernel, "
                + Numbers.decimals(run.resultNanoseconds(), 0) + " for results; energy "
                + Numbers.decimals(run.picojoules() * NANO, 0) + " nJ, of it "
                + Numbers.decimals(run.linkPicojoules() * NANO, 0) + " of the link\n";
    }

    private static void cxl(ObjectNode node, CxlRun run) {
        ObjectNode link = node.putObject("cxl");
        link.put("devices", run.link().cxl().devices());
        link.put("nanoseconds", run.nanoseconds());
        link.put("operandNanoseconds", run.operandNanoseconds());
        link.put("kernelNanoseconds", run.kernelNanoseconds());
        link.put("resultNanoseconds", run.resultNanoseconds());
        link.put("energyNanojoules", run.picojoules() * NANO);
        link.put("linkEnergyNanojoules", run.linkPicojoules() * NANO);
    }

    ObjectNode json() {
        ObjectNode node = JsonOption.result(
                Optional.empty(),
                List.of(
                        new TableUse(result.spec().name(), "timing", "a source per value, docs/pim.md", null),
                        new TableUse(EnergyTable.UNITS, "energy", "a source per value, docs/pim.md", null)));
        node.put("kernel", result.kernel());
        node.put("device", result.spec().name());
        node.put("rows", rows);
        node.put("cols", columns);
        node.put("type", result.format().text());
        node.put("channels", result.channels());
        node.put("mapping", result.mapping());
        node.put("pimCycles", result.pimCycles());
        node.put("hostCycles", result.hostCycles());
        node.put("clockMhz", result.spec().dram().clockKhz() / 1e3);
        node.put("speedup", result.speedup());
        node.put("ceiling", result.spec().ceiling());
        node.put("macSlotPercent", result.macSlotPercent());
        node.put("rooflineCycles", result.rooflineCycles());
        node.put("rooflinePercent", result.rooflinePercent());
        energy(node);
        node.put("results", result.results());
        node.put("mismatches", result.mismatches());
        node.put("timingViolations", result.violations());
        ArrayNode violations = node.putArray("violations");
        result.firstViolations().forEach(violations::add);
        node.put("simulatorSeconds", result.simulatorSeconds());
        cxl.ifPresent(run -> cxl(node, run));
        return node;
    }

    private void energy(ObjectNode node) {
        PimEnergy energy = result.energy();
        node.put("energyNanojoules", energy.picojoules() * NANO);
        node.put("hostEnergyNanojoules", result.hostPicojoules() * NANO);
        node.put("hostEnergyOverPimEnergy", hostOverPim());
        ObjectNode split = node.putObject("energySplitNanojoules");
        split.put("activate", energy.activate() * NANO);
        split.put("column", energy.column() * NANO);
        split.put("io", energy.io() * NANO);
        split.put("refresh", energy.refresh() * NANO);
        split.put("background", energy.background() * NANO);
        split.put("operation", energy.operation() * NANO);
        split.put("buffer", energy.buffer() * NANO);
        ArrayNode estimated = node.putArray("energyEstimates");
        energy.estimated().stream().sorted().forEach(estimated::add);
    }
}
