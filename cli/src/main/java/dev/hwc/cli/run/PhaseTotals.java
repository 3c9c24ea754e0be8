package dev.hwc.cli.run;

import dev.hwc.host.generation.StepCost;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.Queue;
import dev.hwc.reports.model.Bound;
import dev.hwc.reports.model.BufferTraffic;
import dev.hwc.reports.model.EngineActivity;
import dev.hwc.reports.model.OperatorCost;
import dev.hwc.reports.model.Phase;
import dev.hwc.reports.model.PhaseKind;
import dev.hwc.sim.activity.Activity;
import dev.hwc.sim.activity.OperatorActivity;
import dev.hwc.sim.activity.Scratchpad;
import dev.hwc.sim.activity.Stall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** The counters of some steps added up, as a phase of a report. */
final class PhaseTotals {
    /** An engine busy less than this share of the time does not bind the phase. */
    private static final double BINDING_SHARE = 0.5;

    private final HardwareSpec spec;
    private final List<StepCost> steps;
    private final long cycles;

    PhaseTotals(HardwareSpec spec, List<StepCost> steps) {
        this.spec = spec;
        this.steps = List.copyOf(steps);
        this.cycles = steps.stream().mapToLong(StepCost::cycles).sum();
    }

    /** As a phase; {@code perToken} when every step had one token. */
    Phase phase(String name, PhaseKind kind, boolean perToken) {
        long macs = sum(Activity::macs);
        long read = sum(Activity::bytesRead);
        long written = sum(Activity::bytesWritten);
        Roofline roofline = Roofline.of(spec, macs, read + written);
        return new Phase(
                name,
                kind,
                steps.stream().mapToLong(StepCost::tokens).sum(),
                cycles,
                macs,
                read,
                written,
                Map.of(),
                bound(roofline.computeCycles(), roofline.memoryCycles(), sum(a -> a.busy(Queue.VECTOR)), cycles),
                roofline.computeCycles() / cycles,
                roofline.memoryCycles() / cycles,
                roofline.percent(cycles),
                operators(read + written),
                engines(),
                buffers(),
                perToken ? steps.stream().map(StepCost::cycles).toList() : List.of(),
                null);
    }

    private long sum(ToLongFunction<Activity> counter) {
        return steps.stream().map(StepCost::activity).mapToLong(counter).sum();
    }

    private static Bound bound(double compute, double memory, double vector, double total) {
        double most = Math.max(compute, Math.max(memory, vector));
        if (most < BINDING_SHARE * total) {
            return Bound.LATENCY;
        }
        return most == memory ? Bound.MEMORY : most == compute ? Bound.COMPUTE : Bound.VECTOR;
    }

    private List<EngineActivity> engines() {
        List<EngineActivity> engines = new ArrayList<>();
        for (Queue queue : Queue.values()) {
            Map<String, Long> stalls = new LinkedHashMap<>();
            for (Stall cause : Stall.values()) {
                long stalled = sum(a -> a.stalled(queue, cause));
                if (stalled > 0) {
                    stalls.put(cause.text(), stalled);
                }
            }
            engines.add(new EngineActivity(queue.text(), sum(a -> a.busy(queue)), stalls));
        }
        return engines;
    }

    private List<BufferTraffic> buffers() {
        List<BufferTraffic> buffers = new ArrayList<>();
        for (Scratchpad pad : Scratchpad.values()) {
            buffers.add(new BufferTraffic(pad.text(), sum(a -> a.read(pad)), sum(a -> a.written(pad))));
        }
        return buffers;
    }

    /**
     * One row per operator. Elapsed cycles are those of the engine that was busiest over the phase:
     * its busy and stalled cycles divide its time among the operators without overlap.
     */
    private List<OperatorCost> operators(long phaseBytes) {
        Queue busiest = busiest();
        Map<String, Sum> sums = new LinkedHashMap<>();
        for (StepCost step : steps) {
            for (OperatorActivity operator : step.activity().operators()) {
                sums.computeIfAbsent(operator.label(), label -> new Sum()).add(operator, busiest);
            }
        }
        List<OperatorCost> costs = new ArrayList<>();
        sums.forEach((label, sum) -> costs.add(sum.cost(label.isEmpty() ? "unnamed" : label)));
        long named = costs.stream().mapToLong(OperatorCost::memoryBytes).sum();
        if (named < phaseBytes) {
            costs.add(new OperatorCost("job", "job", null, 0, 0, 0, 0, 0, 0, phaseBytes - named, Bound.LATENCY, null));
        }
        return costs;
    }

    private Queue busiest() {
        Queue busiest = Queue.LOAD;
        for (Queue queue : Queue.values()) {
            if (sum(a -> a.busy(queue)) > sum(busiestOf(busiest))) {
                busiest = queue;
            }
        }
        return busiest;
    }

    private static ToLongFunction<Activity> busiestOf(Queue queue) {
        return activity -> activity.busy(queue);
    }

    /** An operator's counters over all steps. */
    private final class Sum {
        private final long[] busy = new long[Queue.values().length];
        private long elapsed;
        private long macs;
        private long bytes;

        void add(OperatorActivity operator, Queue engine) {
            for (Queue queue : Queue.values()) {
                busy[queue.ordinal()] += operator.busy().get(queue.ordinal());
            }
            elapsed += operator.cycles(engine);
            macs += operator.macs();
            bytes += operator.bytesRead() + operator.bytesWritten();
        }

        OperatorCost cost(String label) {
            Roofline roofline = Roofline.of(spec, macs, bytes);
            return new OperatorCost(
                    label,
                    label.substring(label.lastIndexOf('.') + 1),
                    null,
                    elapsed,
                    busy[Queue.MATRIX.ordinal()],
                    busy[Queue.VECTOR.ordinal()],
                    busy[Queue.LOAD.ordinal()],
                    busy[Queue.STORE.ordinal()],
                    macs,
                    bytes,
                    bound(roofline.computeCycles(), roofline.memoryCycles(), busy[Queue.VECTOR.ordinal()], elapsed),
                    null);
        }
    }
}
