package dev.hwc.reports.analysis;

import dev.hwc.reports.model.EngineActivity;
import dev.hwc.reports.model.HardwareInfo;
import dev.hwc.reports.model.OperatorCost;
import dev.hwc.reports.model.Phase;
import dev.hwc.reports.model.RunReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Checks that the numbers of a report agree with each other. A report with contradictions is still
 * shown, with the contradictions on top: the reader must not find them by dividing.
 */
public final class Consistency {
    /** Producers round; a share may differ from its recomputation by this much. */
    private static final double SHARE_TOLERANCE = 0.005;

    private final List<String> problems = new ArrayList<>();

    private Consistency() {}

    /** One sentence per contradiction; empty when all numbers agree. */
    public static List<String> problems(RunReport report) {
        Consistency checks = new Consistency();
        report.phases().forEach(phase -> checks.check(phase, report.hardware()));
        return List.copyOf(checks.problems);
    }

    private void check(Phase phase, HardwareInfo hw) {
        double peakMacs = (double) hw.peakMacsPerCycle() * phase.cycles();
        double peakBytes = hw.peakBytesPerCycle() * phase.cycles();
        share(phase, "macUtilization", phase.macUtilization(), phase.macs() / peakMacs);
        share(phase, "bandwidthUtilization", phase.bandwidthUtilization(), phase.memoryBytes() / peakBytes);
        if (phase.rooflinePercent() > 100 + 100 * SHARE_TOLERANCE) {
            problem(phase, "rooflinePercent is %.1f, above 100: a peak is understated", phase.rooflinePercent());
        }
        sums(phase);
        underTheRoof(phase, hw);
        phase.engines().forEach(engine -> engine(phase, engine));
    }

    private void share(Phase phase, String field, double stated, double computed) {
        if (Math.abs(stated - computed) > SHARE_TOLERANCE) {
            problem(phase, "%s is %.3f, but its counts give %.3f", field, stated, computed);
        }
        if (stated > 1 + SHARE_TOLERANCE) {
            problem(phase, "%s is %.3f, above 1: faster than the hardware allows", field, stated);
        }
    }

    private void sums(Phase phase) {
        if (!phase.operators().isEmpty()) {
            OperatorGroup all = OperatorGroup.sum("all", phase.operators());
            equal(phase, "macs of its operators", all.macs(), "macs", phase.macs());
            equal(phase, "memoryBytes of its operators", all.memoryBytes(), "memory bytes", phase.memoryBytes());
            if (all.cycles() > phase.cycles()) {
                problem(phase, "operators took %,d cycles, the phase only %,d", all.cycles(), phase.cycles());
            }
        }
        if (!phase.perTokenCycles().isEmpty()) {
            long sum =
                    phase.perTokenCycles().stream().mapToLong(Long::longValue).sum();
            equal(phase, "perTokenCycles", sum, "cycles", phase.cycles());
        }
        if (!phase.memoryBytesByContent().isEmpty()) {
            long sum = phase.memoryBytesByContent().values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            equal(phase, "memoryBytesByContent", sum, "memory bytes", phase.memoryBytes());
        }
    }

    /** Only operators with MACs: these are drawn under the roof. */
    private void underTheRoof(Phase phase, HardwareInfo hw) {
        List<OperatorCost> tooFast = phase.operators().stream()
                .filter(o -> o.macs() > 0)
                .filter(o -> o.macs() > hw.peakMacsPerCycle() * (double) o.activeCycles()
                        || o.memoryBytes() > hw.peakBytesPerCycle() * o.activeCycles())
                .toList();
        if (!tooFast.isEmpty()) {
            OperatorCost first = tooFast.getFirst();
            problem(
                    phase,
                    "%,d operators are faster than the hardware allows, first %s: %,d MACs and %,d bytes in %,d cycles",
                    tooFast.size(),
                    first.name(),
                    first.macs(),
                    first.memoryBytes(),
                    first.activeCycles());
        }
    }

    private void engine(Phase phase, EngineActivity engine) {
        long accounted = engine.busyCycles() + engine.totalStallCycles();
        if (accounted > phase.cycles()) {
            problem(
                    phase,
                    "engine %s accounts for %,d cycles, the phase has %,d",
                    engine.name(),
                    accounted,
                    phase.cycles());
        }
    }

    private void equal(Phase phase, String part, long sum, String field, long total) {
        if (sum != total) {
            problem(phase, "%s add up to %,d, but %s is %,d", part, sum, field, total);
        }
    }

    private void problem(Phase phase, String format, Object... values) {
        problems.add(phase.name() + ": " + String.format(Locale.ROOT, format, values));
    }
}
