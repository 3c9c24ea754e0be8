package dev.hwc.reports.analysis;

import static dev.hwc.reports.analysis.Figures.bytes;
import static dev.hwc.reports.analysis.Figures.number;
import static dev.hwc.reports.analysis.Figures.percent;
import static dev.hwc.reports.analysis.Figures.share;

import dev.hwc.reports.model.EngineActivity;
import dev.hwc.reports.model.HardwareInfo;
import dev.hwc.reports.model.Phase;
import dev.hwc.reports.model.PhaseKind;
import dev.hwc.reports.model.RunReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Sentences that say what bounds a run and what would change it, computed from its numbers only. */
public final class Guidance {
    /** Kinds named as the largest; fewer when these take {@link #MOST} of the cycles already. */
    private static final int NAMED_KINDS = 3;

    private static final double MOST = 0.9;
    /** A stall below this share of the cycles is not worth a sentence. */
    private static final double NOTABLE_STALL = 0.05;

    private final RunReport report;
    private final HardwareInfo hw;

    private Guidance(RunReport report) {
        this.report = report;
        this.hw = report.hardware();
    }

    /** The sentences of all phases in one list; plain text. */
    public static List<String> sentences(RunReport report) {
        return byPhase(report).stream().flatMap(List::stream).toList();
    }

    /** A few sentences for each phase, the first of which names its bound; plain text. */
    public static List<List<String>> byPhase(RunReport report) {
        Guidance guidance = new Guidance(report);
        return report.phases().stream().map(guidance::phase).toList();
    }

    private List<String> phase(Phase phase) {
        List<String> sentences = new ArrayList<>();
        sentences.add(bound(phase));
        largestKinds(phase).ifPresent(sentences::add);
        largestStall(phase).ifPresent(sentences::add);
        withoutScales(phase).ifPresent(sentences::add);
        return sentences;
    }

    /** "Prefill" when there is one, its full name when there are several. */
    private String subject(Phase phase) {
        long same =
                report.phases().stream().filter(p -> p.kind() == phase.kind()).count();
        return same == 1 ? phase.kind().subject() : phase.name();
    }

    private String bound(Phase phase) {
        return subject(phase)
                + switch (phase.boundBy()) {
                    case MEMORY -> memory(phase);
                    case PIM -> units(phase);
                    case COMPUTE -> compute(phase);
                    case VECTOR -> vector(phase);
                    case FEED -> feed(phase);
                    case LATENCY -> latency(phase);
                };
    }

    private String memory(Phase phase) {
        double ceiling = phase.tokensPerSecond(hw.clockMhz()) / Math.max(phase.bandwidthUtilization(), 1e-12);
        return " is bound by memory: "
                + share(phase.bandwidthUtilization()) + " of the " + number(hw.peakBytesPerCycle())
                + " bytes per cycle of " + hw.memory() + " are used, the array does "
                + share(phase.macUtilization()) + " of its MACs. It moves "
                + bytes((double) phase.memoryBytes() / phase.tokens()) + " per token, which allows at most "
                + number(ceiling) + " tokens/s; fewer bytes per weight or more bandwidth make it faster, a larger"
                + " array does not.";
    }

    private String units(Phase phase) {
        return " is bound by memory that computes: its units read weights most of the time; at their full rate alone"
                + " they need " + share(phase.rooflinePercent() / 100) + " of it. More channels or fewer bits per"
                + " weight make it faster; a larger array or a wider port does not.";
    }

    private String compute(Phase phase) {
        String limit = phase.bandwidthUtilization() > 0 && phase.macUtilization() > phase.bandwidthUtilization()
                ? ", until memory becomes the limit at about "
                        + number(phase.macUtilization() / phase.bandwidthUtilization()) + " times today's rate"
                : "";
        return " is bound by compute: " + share(phase.macUtilization()) + " of the " + hw.peakMacsPerCycle()
                + " MACs per cycle are used, memory is at " + share(phase.bandwidthUtilization())
                + " of its peak. More MACs or a higher array clock make it faster" + limit
                + "; more bandwidth does not.";
    }

    private String vector(Phase phase) {
        return " is bound by the vector unit of " + hw.vectorLanes() + " lanes: the array does "
                + share(phase.macUtilization()) + " of its MACs and memory is at "
                + share(phase.bandwidthUtilization())
                + " of its peak. More lanes or fewer passes over the activations make it faster.";
    }

    private String feed(Phase phase) {
        return " is bound by the array's feed: a weight enters each of its " + hw.arrayCols()
                + " columns in nearly every cycle, whatever its bits, but most rows have no token. The array does "
                + share(phase.macUtilization()) + " of its MACs and memory is at "
                + share(phase.bandwidthUtilization())
                + " of its peak. More columns or more tokens at once make it faster; more bandwidth or fewer bits per"
                + " weight do not.";
    }

    private String latency(Phase phase) {
        return " is bound by latency: the array does " + share(phase.macUtilization())
                + " of its MACs and memory is at " + share(phase.bandwidthUtilization())
                + " of its peak, so neither is the limit. The time goes to fill, drain and waiting; larger tiles"
                + " and deeper prefetch make it faster.";
    }

    private Optional<String> largestKinds(Phase phase) {
        List<OperatorGroup> groups = OperatorGroup.byKind(phase, Integer.MAX_VALUE);
        List<String> named = new ArrayList<>();
        double covered = 0;
        for (OperatorGroup group : groups) {
            if (named.size() == NAMED_KINDS || covered > MOST || group.cycles() == 0) {
                break;
            }
            double share = (double) group.cycles() / phase.cycles();
            covered += share;
            named.add(group.name() + " (" + share(share) + ")");
        }
        return named.isEmpty()
                ? Optional.empty()
                : Optional.of("Most of its cycles go to " + join(named) + "; it reaches "
                        + percent(phase.rooflinePercent()) + " of its roofline.");
    }

    private static String join(List<String> words) {
        int last = words.size() - 1;
        return last == 0
                ? words.getFirst()
                : words.stream().limit(last).collect(Collectors.joining(", ")) + " and " + words.get(last);
    }

    /** What the array waits for; where there is no array at work, the engine that waits longest. */
    private Optional<String> largestStall(Phase phase) {
        Comparator<EngineActivity> order = Comparator.<EngineActivity>comparingInt(
                        e -> e.name().equals("matrix") && e.busyCycles() > 0 ? 1 : 0)
                .thenComparingLong(EngineActivity::totalStallCycles);
        return phase.engines().stream()
                .max(order)
                .filter(e -> e.totalStallCycles() > NOTABLE_STALL * phase.cycles())
                .map(e -> stall(phase, e));
    }

    private static String stall(Phase phase, EngineActivity engine) {
        Map.Entry<String, Long> cause = Collections.max(engine.stallCycles().entrySet(), Map.Entry.comparingByValue());
        return "The " + engine.name() + " engine is stalled for "
                + share((double) engine.totalStallCycles() / phase.cycles()) + " of the cycles; largest cause: "
                + cause.getKey() + " (" + share((double) cause.getValue() / phase.cycles()) + ").";
    }

    /** Publications often count weights without block scales; both figures make them comparable. */
    private Optional<String> withoutScales(Phase phase) {
        Long scales = phase.memoryBytesByContent().get("scales");
        if (scales == null || scales == 0 || phase.kind() != PhaseKind.DECODE) {
            return Optional.empty();
        }
        double nominal = (phase.memoryBytes() - scales) / (hw.peakBytesPerCycle() * phase.cycles());
        return Optional.of(
                "Counted without block scales, as some publications do, the bandwidth used is " + share(nominal) + ".");
    }
}
