package dev.hwc.cli.run;

import dev.hwc.cli.output.JsonOption;
import dev.hwc.cli.output.Version;
import dev.hwc.compiler.image.Placement;
import dev.hwc.host.generation.StepCost;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.format.model.WeightTensor;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.reports.model.HardwareInfo;
import dev.hwc.reports.model.ModelInfo;
import dev.hwc.reports.model.Phase;
import dev.hwc.reports.model.PhaseKind;
import dev.hwc.reports.model.RunReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Gathers a report of a run: what ran on what, and phase by phase what it cost. */
public final class RunReports {
    private final String command;
    private final ModelInfo model;
    private final HardwareSpec spec;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<Phase> phases = new ArrayList<>();

    /**
     * Begins a report.
     *
     * @param command as the user could type it
     * @param modelName as the user named it
     */
    public RunReports(String command, String modelName, Model model, HardwareSpec spec) {
        this.command = command;
        this.model = info(modelName, model);
        this.spec = spec;
    }

    private static ModelInfo info(String name, Model model) {
        Map<String, Long> types = model.weights().stream()
                .map(WeightTensor::spec)
                .collect(Collectors.groupingBy(
                        w -> w.type().lowerName(), TreeMap::new, Collectors.summingLong(w -> w.bytes())));
        return new ModelInfo(name, model.config().architecture().id(), model.parameters(), model.bytes(), types);
    }

    /** An assumption of the run. */
    public RunReports setting(String name, Object value) {
        settings.put(name, String.valueOf(value));
        return this;
    }

    /** Where products are computed, and why. */
    public RunReports placements(List<Placement> placements) {
        placements.forEach(p -> setting("decode, " + p.operator().text(), p.reason()));
        return this;
    }

    /** Steps over a prompt; none add nothing. */
    public RunReports prefill(String name, List<StepCost> steps) {
        return add(name, PhaseKind.PREFILL, steps, false);
    }

    /** Steps of one token each; none add nothing. */
    public RunReports decode(String name, List<StepCost> steps) {
        return add(name, PhaseKind.DECODE, steps, true);
    }

    private RunReports add(String name, PhaseKind kind, List<StepCost> steps, boolean perToken) {
        if (!steps.isEmpty()) {
            phases.add(new PhaseTotals(spec, steps).phase(name, kind, perToken));
        }
        return this;
    }

    /** The report so far. */
    public RunReport report() {
        return new RunReport(
                Version.text(),
                command,
                model,
                hardware(),
                "four queues with counting tokens; engines overlap as docs/spec/timing.md says",
                memory(),
                settings,
                JsonOption.tables(Optional.of(spec)),
                phases);
    }

    private String memory() {
        String plain = spec.memory().description();
        return spec.pim() == null ? plain : plain + "; beside it " + spec.pim().description() + ", which computes";
    }

    private HardwareInfo hardware() {
        HardwareSpec.Buffers b = spec.buffers();
        Map<String, Long> buffers = new LinkedHashMap<>();
        buffers.put("weight", 1024L * b.weightKib());
        buffers.put("activation", 1024L * b.activationKib());
        buffers.put("output", 1024L * b.outputKib());
        buffers.put("vector", 1024L * b.vectorKib());
        buffers.put("load", 1024L * b.loadKib());
        buffers.put("store", 1024L * b.storeKib());
        return new HardwareInfo(
                spec.name(),
                spec.hash(),
                spec.array().rows(),
                spec.array().columns(),
                spec.clockMhz(),
                spec.vectorLanes(),
                spec.memory().kind() + " memory"
                        + (spec.pim() == null ? "" : " + " + spec.pim().description()),
                spec.memoryBytesPerCycle(),
                buffers);
    }
}
