package dev.hwc.cli.run;

import dev.hwc.cli.output.Numbers;
import dev.hwc.cli.output.TextTable;
import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.GgufFile;
import dev.hwc.ir.format.gguf.GgufValue;
import dev.hwc.ir.format.gguf.OneLine;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.format.safetensors.TensorFolder;
import dev.hwc.ir.format.tokenizer.Tokenizers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a model consists of.
 *
 * @param architecture as the file calls it, supported or not
 * @param parameters values of all weights
 * @param facts metadata for people, in order
 * @param tensors in file order
 * @param problems why it cannot run, one line each; empty when it can
 */
public record Inspection(
        String model,
        String architecture,
        long parameters,
        Map<String, String> facts,
        List<Tensor> tensors,
        List<String> problems) {
    private static final String ARCHITECTURE_KEY = "general.architecture";
    private static final int SHOWN_CHARACTERS = 60;
    /** Types of folders whose elements hold several weights. */
    private static final Set<String> PACKED = Set.of("i32", "u8");

    /**
     * A tensor.
     *
     * @param type as the file calls it, in lower case
     * @param shape in GGUF's order: the row length first
     */
    public record Tensor(String name, String type, List<Long> shape, long bytes) {
        long elements() {
            return shape.stream().reduce(1L, Math::multiplyExact);
        }
    }

    /** Opens a model and looks at it. */
    public static Inspection of(String name) {
        if (ModelSource.isShape(name)) {
            try (Model model = ModelSource.open(name)) {
                return ofShape(name, model);
            }
        }
        Optional<Path> folder = ModelSource.folder(name);
        if (folder.isPresent()) {
            try (TensorFolder open = TensorFolder.open(folder.get())) {
                return ofFolder(name, folder.get(), open);
            }
        }
        try (GgufFile file = ModelSource.openFile(name)) {
            return ofFile(name, file);
        }
    }

    private static Inspection ofShape(String name, Model model) {
        List<Tensor> tensors = model.weights().stream()
                .map(w -> new Tensor(
                        w.name(),
                        w.type().lowerName(),
                        List.of(w.columns(), w.rows()),
                        w.spec().bytes()))
                .toList();
        return new Inspection(
                name, model.config().architecture().id(), model.parameters(), Map.of(), tensors, List.of());
    }

    private static Inspection ofFolder(String name, Path path, TensorFolder folder) {
        Map<String, String> facts = new LinkedHashMap<>();
        folder.config()
                .propertyStream()
                .forEach(entry -> facts.put(
                        OneLine.of(entry.getKey()), shown(entry.getValue().toString())));
        List<Tensor> tensors = folder.names().stream()
                .flatMap(tensor -> folder.tensor(tensor).stream())
                .map(t -> new Tensor(
                        t.name(),
                        t.dtype().toLowerCase(Locale.ROOT),
                        t.shape().reversed(),
                        t.data().byteSize()))
                .toList();
        List<String> problems = new ArrayList<>();
        long parameters = elements(tensors);
        try (Model model = Model.ofFolder(path)) {
            boolean packed = tensors.stream().anyMatch(t -> PACKED.contains(t.type()));
            parameters = packed ? model.parameters() : parameters;
        } catch (IrException e) {
            problems.add(OneLine.of(String.valueOf(e.getMessage())));
        }
        String architecture = OneLine.of(folder.config().path("model_type").asString(""));
        return new Inspection(name, architecture, parameters, facts, tensors, problems);
    }

    private static long elements(List<Tensor> tensors) {
        return tensors.stream().mapToLong(Tensor::elements).sum();
    }

    private static Inspection ofFile(String name, GgufFile file) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("format", "GGUF version " + file.version() + ", " + Numbers.bytes(file.bytes()));
        file.metadata().values().forEach((key, value) -> facts.put(key, shown(text(value))));
        List<Tensor> tensors = file.tensors().stream()
                .map(t -> new Tensor(t.name(), t.type().lowerName(), t.shape(), t.bytes()))
                .toList();
        String architecture = file.metadata().values().containsKey(ARCHITECTURE_KEY)
                ? file.metadata().text(ARCHITECTURE_KEY)
                : "";
        return new Inspection(name, architecture, elements(tensors), facts, tensors, problems(name, file));
    }

    private static String text(GgufValue value) {
        return switch (value) {
            case GgufValue.Whole whole -> String.valueOf(whole.value());
            case GgufValue.Real real -> String.valueOf(real.value());
            case GgufValue.Bool bool -> String.valueOf(bool.value());
            case GgufValue.Text text -> text.value();
            case GgufValue.NumberArray array -> array.toString();
            case GgufValue.TextArray array -> array.toString();
        };
    }

    private static String shown(String value) {
        String line = OneLine.of(value);
        return line.length() <= SHOWN_CHARACTERS ? line : line.substring(0, SHOWN_CHARACTERS) + "…";
    }

    private static List<String> problems(String name, GgufFile file) {
        List<String> problems = new ArrayList<>();
        try {
            ModelSource.open(name).close();
        } catch (IrException e) {
            problems.add(OneLine.of(String.valueOf(e.getMessage())));
        }
        try {
            Tokenizers.of(file);
        } catch (IrException e) {
            problems.add("tokenizer: " + OneLine.of(String.valueOf(e.getMessage())));
        }
        return problems;
    }

    /** Bytes of all tensors. */
    public long bytes() {
        return tensors.stream().mapToLong(Tensor::bytes).sum();
    }

    /** For people. */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append("model        ").append(model).append('\n');
        text.append("architecture ").append(architecture).append('\n');
        text.append("parameters   ").append(Numbers.grouped(parameters())).append('\n');
        text.append("weights      ")
                .append(Numbers.bytes(bytes()))
                .append(" in ")
                .append(types())
                .append('\n');
        text.append("supported    ")
                .append(problems.isEmpty() ? "yes" : "no: " + String.join("; ", problems))
                .append("\n\n");
        facts.forEach(
                (key, value) -> text.append(key).append(" = ").append(value).append('\n'));
        TextTable table = TextTable.of("tensor", "type", "shape", "bytes>");
        tensors.forEach(t -> table.row(t.name(), t.type(), t.shape().toString(), Numbers.grouped(t.bytes())));
        return text.append(facts.isEmpty() ? "" : "\n").append(table.markdown()).toString();
    }

    private String types() {
        return bytesByType().entrySet().stream()
                .map(e -> e.getKey() + " " + Numbers.bytes(e.getValue()))
                .collect(Collectors.joining(", "));
    }

    /** Bytes of the tensors of each type, by the type's name. */
    public Map<String, Long> bytesByType() {
        return tensors.stream()
                .collect(Collectors.groupingBy(Tensor::type, TreeMap::new, Collectors.summingLong(Tensor::bytes)));
    }

    /** Adds the fields of the JSON result. */
    public void fill(ObjectNode result) {
        result.put("model", model);
        result.put("architecture", architecture);
        result.put("parameters", parameters());
        result.put("bytes", bytes());
        result.put("supported", problems.isEmpty());
        ArrayNode reasons = result.putArray("problems");
        problems.forEach(reasons::add);
        ArrayNode list = result.putArray("tensors");
        for (Tensor tensor : tensors) {
            ObjectNode node = list.addObject();
            node.put("name", tensor.name());
            node.put("type", tensor.type());
            ArrayNode shape = node.putArray("shape");
            tensor.shape().forEach(shape::add);
            node.put("bytes", tensor.bytes());
        }
    }
}
