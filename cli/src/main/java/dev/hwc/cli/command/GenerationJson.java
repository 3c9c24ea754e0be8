package dev.hwc.cli.command;

import dev.hwc.cli.output.JsonOption;
import dev.hwc.cli.run.BackEnd;
import dev.hwc.cli.run.MemoryEnergy;
import dev.hwc.host.generation.Generation;
import dev.hwc.host.generation.GenerationRequest;
import dev.hwc.host.generation.StepCost;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.interp.Logits.Candidate;
import dev.hwc.reports.model.RunReport;
import dev.hwc.sim.activity.Activity;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The JSON result of {@code hwc generate}. */
final class GenerationJson {
    private GenerationJson() {}

    static ObjectNode of(
            BackEnd backEnd,
            GenerationRequest request,
            Generation generation,
            Optional<String> text,
            List<List<Candidate>> steps,
            boolean withSteps,
            Optional<RunReport> run) {
        ObjectNode result = JsonOption.result(backEnd.hardware());
        result.put("backend", backEnd.describe());
        ArrayNode prompt = result.putArray("promptTokens");
        for (int id : request.prompt()) {
            prompt.add(id);
        }
        ArrayNode tokens = result.putArray("tokens");
        generation.tokens().forEach(tokens::add);
        text.ifPresentOrElse(t -> result.put("text", t), () -> result.putNull("text"));
        result.put("stopped", generation.stopped() ? "eos" : "length");
        if (withSteps) {
            addSteps(result.putArray("steps"), steps);
        }
        addCost(result, backEnd, generation);
        result.put("wallSeconds", generation.wallSeconds());
        run.ifPresent(r -> result.set("run", JsonMapper.shared().valueToTree(r)));
        return result;
    }

    private static void addSteps(ArrayNode array, List<List<Candidate>> steps) {
        for (List<Candidate> step : steps) {
            ArrayNode top = array.addObject().putArray("top");
            for (Candidate candidate : step) {
                ObjectNode node = top.addObject();
                node.put("id", candidate.id());
                node.put("logit", candidate.logit());
            }
        }
    }

    /** Cycles and what follows from them; null on back ends without cycles. */
    private static void addCost(ObjectNode result, BackEnd backEnd, Generation generation) {
        Optional<HardwareSpec> spec = timed(backEnd);
        spec.ifPresentOrElse(
                s -> result.put("prefillCycles", generation.prefillCycles()), () -> result.putNull("prefillCycles"));
        ArrayNode decode = result.putArray("decodeCycles");
        for (StepCost step : generation.decode()) {
            decode.add(step.cycles());
        }
        spec.ifPresentOrElse(s -> result.put("clockMhz", s.clockMhz()), () -> result.putNull("clockMhz"));
        tokensPerSecond(backEnd, generation)
                .ifPresentOrElse(
                        speed -> result.put("modelledTokensPerSecond", speed),
                        () -> result.putNull("modelledTokensPerSecond"));
        result.putNull("energyMillijoulesPerToken");
        elements(backEnd, generation).put(result);
        JsonOption.put(result, "memoryMillijoulesPerToken", MemoryEnergy.millijoulesPerToken(generation.decode()));
    }

    /** What the array found in the weights of all steps; the generated hardware does not count all of its work. */
    static ElementMacs elements(BackEnd backEnd, Generation generation) {
        List<Activity> steps = Stream.concat(generation.prefill().stream(), generation.decode().stream())
                .map(StepCost::activity)
                .toList();
        OptionalLong all = backEnd instanceof BackEnd.Simulator
                ? OptionalLong.of(ElementMacs.sum(steps, Activity::macs))
                : OptionalLong.empty();
        return ElementMacs.of(timed(backEnd), all, steps);
    }

    private static Optional<HardwareSpec> timed(BackEnd backEnd) {
        return backEnd instanceof BackEnd.Reference ? Optional.empty() : backEnd.hardware();
    }

    /** Decode steps per second at the hardware's clock; absent without cycles or decode steps. */
    static Optional<Double> tokensPerSecond(BackEnd backEnd, Generation generation) {
        return timed(backEnd)
                .filter(spec -> !generation.decode().isEmpty())
                .map(spec -> generation.decode().size() * spec.clockMhz() * 1e6 / generation.decodeCycles());
    }
}
