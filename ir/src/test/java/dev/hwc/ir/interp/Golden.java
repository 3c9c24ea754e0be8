package dev.hwc.ir.interp;

import dev.hwc.ir.format.SharedData;
import dev.hwc.ir.format.model.Model;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What another engine said about a model: greedy continuations, largest logits, likelihood of a text. */
record Golden(List<Run> runs, double meanNll) {
    private static final String TEXT = "ppl_text.txt";
    private static final int LONGEST_TEXT = 500;

    /** A prompt and its continuation. */
    record Run(String prompt, List<Integer> promptIds, List<Integer> ids, List<Top> tops) {}

    /** The largest logits of a generated step, in falling order. */
    record Top(int step, List<Integer> ids, List<Double> logits) {}

    /** A recorded file without {@code .json}; the mean is NaN where none was recorded. */
    static Golden read(String name) {
        JsonNode json = JsonMapper.shared().readTree(text(name + ".json"));
        List<Run> runs = json.get("runs").valueStream().map(Golden::run).toList();
        return new Golden(runs, json.at("/ppl/mean_nll").asDouble(Double.NaN));
    }

    /** A model file without {@code .gguf}. */
    static Model model(String name) {
        String folder = name.startsWith("rand-") ? "random/" : "stories260K/";
        return Model.ofGguf(SharedData.model(folder + name + ".gguf"));
    }

    /** The scored text as ids: BOS first, at most 500. */
    static int[] scoredText(Model model) {
        int[] ids = model.tokenizer().encode(text(TEXT), true);
        return Arrays.copyOf(ids, Math.min(ids.length, LONGEST_TEXT));
    }

    private static String text(String name) {
        try {
            return Files.readString(SharedData.golden(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Run run(JsonNode run) {
        return new Run(
                run.get("prompt").asString(),
                integers(run.get("prompt_ids")),
                integers(run.get("ids")),
                run.get("top5").valueStream().map(Golden::top).toList());
    }

    private static Top top(JsonNode top) {
        List<Double> logits =
                top.get("logits").valueStream().map(JsonNode::asDouble).toList();
        return new Top(top.get("step").asInt(), integers(top.get("ids")), logits);
    }

    static int[] array(List<Integer> ids) {
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }

    private static List<Integer> integers(JsonNode array) {
        return array.valueStream().map(JsonNode::asInt).toList();
    }
}
