package dev.hwc.cli.run;

import dev.hwc.host.generation.StepCost;
import dev.hwc.ir.device.Stall;
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
import java.util.ArrayList;
import java.util.EnumMap;
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
        double units = steps.stream().mapToDouble(s -> s.memory().unitCycles()).sum();
        Roofline roofline = Roofline.of(spec, macs, read + written, units);
        Bound bound = bound(roofline, sum(a -> a.busy(Queue.MATRIX)), sum(a -> a.busy(Queue.VECTOR)), cycles);
        return new Phase(
                name,
                kind,
                steps.stream().mapToLong(StepCost::tokens).sum(),
                cycles,
                macs,
                read,
                written,
                content(read + written),
                bound,
                roofline.computeCycles() / cycles,
                roofline.memoryCycles() / cycles,
                roofline.percent(cycles),
                operators(read + written, binding(bound, units > 0)),
                engines(),
                buffers(),
                perToken ? steps.stream().map(StepCost::cycles).toList() : List.of(),
                null);
    }

    /** What the bytes over the port were; empty where only the hardware counted. */
    private Map<String, Long> content(long bytes) {
        Map<String, Long> content = new LinkedHashMap<>();
        content.put("weights", sum(Activity::weightCodeBytes));
        content.put("scales", sum(Activity::weightScaleBytes));
        content.put("keys and values", sum(Activity::kvBytes));
        long known = content.values().stream().mapToLong(Long::longValue).sum();
        content.put("other", bytes - known);
        return known == 0 ? Map.of() : content;
    }

    private long sum(ToLongFunction<Activity> counter) {
        return steps.stream().map(StepCost::activity).mapToLong(counter).sum();
    }

    private static Bound bound(Roofline roofline, long feedCycles, long vectorCycles, long cycles) {
        double memory = roofline.memoryCycles();
        double compute = roofline.computeCycles();
        double most = Math.max(roofline.cycles(), (double) vectorCycles);
        if (Math.max(most, feedCycles) < BINDING_SHARE * cycles) {
            return Bound.LATENCY;
        }
        if (roofline.isExceededBy(feedCycles) && feedCycles > vectorCycles) {
            return Bound.FEED;
        }
        if (most == roofline.unitCycles()) {
            return Bound.PIM;
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
     * One row per operator. Elapsed cycles are those of the engine that binds the phase: its busy and
     * stalled cycles divide its time among the operators without overlap.
     */
    private List<OperatorCost> operators(long phaseBytes, Queue engine) {
        Map<String, Sum> sums = new LinkedHashMap<>();
        for (StepCost step : steps) {
            for (OperatorActivity operator : step.activity().operators()) {
                sums.computeIfAbsent(operator.label(), label -> new Sum()).add(operator, engine);
            }
        }
        List<OperatorCost> costs = new ArrayList<>();
        sums.forEach((label, sum) -> costs.add(sum.cost(label.isEmpty() ? "unnamed" : label)));
        long named = costs.stream().mapToLong(OperatorCost::memoryBytes).sum();
        if (named < phaseBytes) {
            costs.add(
                    new OperatorCost("job", "job", null, 0, 0, 0, 0, 0, 0, 0, phaseBytes - named, Bound.LATENCY, null));
        }
        return costs;
    }

    /**
     * The engine whose time is the phase's time. Where products are in memory, the array sleeps and the load
     * queue waits for them.
     */
    private static Queue binding(Bound bound, boolean inMemory) {
        return switch (bound) {
            case MEMORY, PIM -> Queue.LOAD;
            case VECTOR -> Queue.VECTOR;
            case COMPUTE, FEED -> Queue.MATRIX;
            case LATENCY -> inMemory ? Queue.LOAD : Queue.MATRIX;
        };
    }

    /** An operator's counters over all steps. */
    private final class Sum {
        private final Map<Queue, Long> busy = new EnumMap<>(Queue.class);
        private long elapsed;
        private long active;
        private long macs;
        private long bytes;

        void add(OperatorActivity operator, Queue engine) {
            int index = 0;
            for (Queue queue : Queue.values()) {
                busy.merge(queue, operator.busy().get(index++), Long::sum);
            }
            elapsed += operator.cycles(engine);
            active += operator.active();
            macs += operator.macs();
            bytes += operator.bytesRead() + operator.bytesWritten();
        }

        private long busy(Queue queue) {
            return busy.getOrDefault(queue, 0L);
        }

        OperatorCost cost(String label) {
            Roofline roofline = Roofline.of(spec, macs, bytes);
            return new OperatorCost(
                    label,
                    label.substring(label.lastIndexOf('.') + 1),
                    null,
                    elapsed,
                    active,
                    busy(Queue.MATRIX),
                    busy(Queue.VECTOR),
                    busy(Queue.LOAD),
                    busy(Queue.STORE),
                    macs,
                    bytes,
                    bound(roofline, busy(Queue.MATRIX), busy(Queue.VECTOR), elapsed),
                    null);
        }
    }
}
