package dev.hwc.ir.format.model;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.gguf.GgufFile;
import dev.hwc.ir.format.gguf.GgufTensor;
import dev.hwc.ir.format.gguf.OneLine;
import dev.hwc.ir.format.safetensors.TensorFolder;
import dev.hwc.ir.format.tokenizer.Tokenizer;
import dev.hwc.ir.format.tokenizer.Tokenizers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A model: its configuration and exactly the weights its architecture needs. It comes from a GGUF
 * file, or is a shape without weights for timing, energy and traffic. It owns the file: close it
 * when its weights are no longer used.
 */
public final class Model implements AutoCloseable {
    /** Prefix that marks a shape where a model is named: {@code shape:qwen2-0.5b@q4_0}. */
    public static final String SHAPE_PREFIX = "shape:";

    private static final int SHOWN_PROBLEMS = 3;

    private final String source;
    private final ModelConfig config;
    private final Map<String, WeightTensor> weights;
    private final Optional<GgufFile> file;
    private final Optional<Path> folder;
    private final int positions;
    private final Runnable release;

    private Model(
            String source,
            ModelConfig config,
            List<WeightTensor> weights,
            Optional<GgufFile> file,
            Optional<Path> folder,
            Runnable release) {
        this(source, config, byName(weights), file, folder, config.contextLength(), release);
    }

    private Model(
            String source,
            ModelConfig config,
            Map<String, WeightTensor> weights,
            Optional<GgufFile> file,
            Optional<Path> folder,
            int positions,
            Runnable release) {
        this.source = source;
        this.config = config;
        this.weights = weights;
        this.file = file;
        this.folder = folder;
        this.positions = positions;
        this.release = release;
    }

    private static Map<String, WeightTensor> byName(List<WeightTensor> weights) {
        Map<String, WeightTensor> byName = new LinkedHashMap<>();
        weights.forEach(weight -> byName.put(weight.name(), weight));
        return byName;
    }

    /**
     * The same model for sequences of at most {@code positions} tokens: that decides between short and
     * long factors of the rotation, and whether a sliding window matters. It shares the file; close one
     * of the two.
     */
    public Model forContext(int positions) {
        return new Model(source, config, weights, file, folder, positions, release);
    }

    /** The longest sequence it is to run, in tokens; as opened, the longest it was trained for. */
    public int positions() {
        return positions;
    }

    /**
     * The name of the weight, if there is one, that divides the rotation's frequencies. Where there are
     * short and long factors, the long ones serve contexts longer than the original one, as in llama.cpp.
     */
    public String rotationFactors() {
        if (weights.containsKey(Weights.ROPE_FREQUENCIES)) {
            return Weights.ROPE_FREQUENCIES;
        }
        return positions > config.features().originalContext() ? Weights.ROPE_LONG : Weights.ROPE_SHORT;
    }

    /**
     * Opens {@code shape:NAME[@TYPE]}, a GGUF file, or a folder with safetensors files.
     *
     * @throws IrException when it is neither, or the file is not a supported model
     */
    public static Model open(String model) {
        return model.startsWith(SHAPE_PREFIX)
                ? ofShape(model.substring(SHAPE_PREFIX.length()))
                : ofPath(Path.of(model));
    }

    /** Opens a GGUF file, or a folder with safetensors files. */
    public static Model ofPath(Path path) {
        return Files.isDirectory(path) ? ofFolder(path) : ofGguf(path);
    }

    /**
     * Opens a GGUF file and checks that it holds the weights of its architecture in the right shapes
     * and no others.
     *
     * @throws IrException naming the first mismatches
     */
    public static Model ofGguf(Path path) {
        GgufFile file = GgufFile.open(path);
        try {
            ModelConfig config = GgufModelReader.read(file);
            return new Model(
                    file.name(), config, weights(file, config), Optional.of(file), Optional.empty(), file::close);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /**
     * A shape without weights.
     *
     * @param nameAndType {@code NAME} or {@code NAME@TYPE}, for example {@code llama-2-7b@q4_0}; NAME may be
     *     a config.json file. A type as q4_0 is that of all matrices (q8_0 without one); q2_k, q3_k_m, q4_k_m
     *     and so on are llama.cpp's mixtures. Norms and biases stay F32
     * @throws IrException when the name or type is unknown, or rows are not whole blocks of the type
     */
    public static Model ofShape(String nameAndType) {
        int at = nameAndType.lastIndexOf('@');
        ModelShape shape = ModelShape.named(at < 0 ? nameAndType : nameAndType.substring(0, at));
        List<WeightTensor> weights =
                shape.weights(at < 0 ? Optional.empty() : Optional.of(nameAndType.substring(at + 1)));
        return new Model(
                SHAPE_PREFIX + nameAndType, shape.config(), weights, Optional.empty(), Optional.empty(), () -> {});
    }

    /**
     * Opens a folder with config.json and .safetensors files.
     *
     * @throws IrException naming the first mismatches
     */
    public static Model ofFolder(Path path) {
        TensorFolder folder = TensorFolder.open(path);
        try {
            HuggingFaceReader reader = new HuggingFaceReader(folder);
            List<String> problems = new ArrayList<>();
            List<WeightTensor> weights = reader.weights(problems);
            refuse(folder.name(), problems);
            return new Model(
                    folder.name(), reader.config(), weights, Optional.empty(), Optional.of(path), folder::close);
        } catch (RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    private static List<WeightTensor> weights(GgufFile file, ModelConfig config) {
        List<WeightTensor> weights = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        Set<String> unused = new TreeSet<>();
        file.tensors().forEach(tensor -> unused.add(tensor.name()));
        for (WeightSpec needed : Weights.of(config, GgmlType.F32)) {
            Optional<FusedTensor> fused = FusedTensor.holding(needed.name(), config)
                    .filter(whole -> file.tensor(whole.name()).isPresent());
            unused.remove(fused.map(FusedTensor::name).orElse(needed.name()));
            weight(file, needed, fused, problems).ifPresent(weights::add);
        }
        for (WeightSpec possible : Weights.optional(config)) {
            if (unused.remove(possible.name())) {
                weight(file, possible, Optional.empty(), problems).ifPresent(weights::add);
            }
        }
        GgufModelReader.linearFactors(file, config).ifPresent(weights::add);
        unused.forEach(name -> problems.add(name + " is not supported for architecture "
                + config.architecture().id()));
        refuse(file.name(), problems);
        return weights;
    }

    private static Optional<WeightTensor> weight(
            GgufFile file, WeightSpec needed, Optional<FusedTensor> fused, List<String> problems) {
        String name = fused.map(FusedTensor::name).orElse(needed.name());
        Optional<GgufTensor> found = file.tensor(name);
        if (found.isEmpty()) {
            problems.add(needed.name() + " " + needed.shape() + " is missing");
            return Optional.empty();
        }
        GgufTensor tensor = found.get();
        boolean vector = needed.rows() == 1;
        long whole = fused.map(FusedTensor::rows).orElse(vector ? needed.columns() : needed.rows());
        WeightSpec expected = new WeightSpec(name, vector ? 1 : whole, vector ? whole : needed.columns(), GgmlType.F32);
        WeightSpec actual = new WeightSpec(name, tensor.rows(), tensor.columns(), tensor.type());
        if (actual.rows() != expected.rows() || actual.columns() != expected.columns()) {
            problems.add(name + " is " + actual.shape() + " instead of " + expected.shape());
            return Optional.empty();
        }
        if (!tensor.type().isReadable()) {
            problems.add(name + " is " + tensor.type().lowerName() + ", which is not supported; supported are "
                    + GgmlType.readable());
            return Optional.empty();
        }
        WeightSpec spec = new WeightSpec(needed.name(), needed.rows(), needed.columns(), tensor.type());
        long first = fused.map(FusedTensor::firstRow).orElse(0L);
        long offset = tensor.type().rowBytes(vector ? first : needed.columns()) * (vector ? 1 : first);
        return Optional.of(new WeightTensor(spec, Optional.of(tensor.data().asSlice(offset, spec.bytes()))));
    }

    private static void refuse(String source, List<String> problems) {
        if (problems.isEmpty()) {
            return;
        }
        List<String> shown = problems.subList(0, Math.min(SHOWN_PROBLEMS, problems.size()));
        int more = problems.size() - shown.size();
        String list = String.join("; ", shown) + (more > 0 ? "; and " + more + " more" : "");
        throw new IrException(OneLine.of(source + ": weights do not fit the architecture: " + list));
    }

    /** File name or shape as given, for reports. */
    public String source() {
        return source;
    }

    public ModelConfig config() {
        return config;
    }

    /** In order of use. */
    public List<WeightTensor> weights() {
        return List.copyOf(weights.values());
    }

    public Optional<WeightTensor> find(String name) {
        return Optional.ofNullable(weights.get(name));
    }

    /**
     * The weight with GGUF's name.
     *
     * @throws IrException when the model has none of that name
     */
    public WeightTensor weight(String name) {
        return find(name)
                .orElseThrow(() -> new IrException(
                        source + " has no weight '" + name + "'" + Nearest.suggestion(name, weights.keySet())));
    }

    /** The output projection: its own matrix, or the embedding when they are tied. */
    public WeightTensor output() {
        return weight(config.tiedEmbeddings() ? Weights.EMBEDDING : Weights.OUTPUT);
    }

    /** False for a shape. */
    public boolean hasData() {
        return weights.values().stream().allMatch(WeightTensor::hasData);
    }

    /** The file behind the model; empty for a shape and a folder. */
    public Optional<GgufFile> file() {
        return file;
    }

    /** The folder behind the model; empty for a shape and a file. */
    public Optional<Path> folder() {
        return folder;
    }

    /** Number of weights' values. */
    public long parameters() {
        return weights.values().stream().mapToLong(w -> w.spec().elements()).sum();
    }

    /** Bytes of all weights. */
    public long bytes() {
        return weights.values().stream().mapToLong(w -> w.spec().bytes()).sum();
    }

    /**
     * The tokenizer of the vocabulary in the model's file.
     *
     * @throws IrException when the model is a shape or a folder, or the tokenizer is not supported
     */
    public Tokenizer tokenizer() {
        GgufFile present = file.orElseThrow(() -> new IrException(
                source + " has no tokenizer, as shapes and folders; give token ids, or use a GGUF file"));
        Tokenizer tokenizer = Tokenizers.of(present);
        if (tokenizer.vocabularySize() > config.vocabularySize()) {
            throw new IrException(source + ": the tokenizer has " + tokenizer.vocabularySize()
                    + " tokens but the embedding has " + config.vocabularySize() + " rows; the file is corrupt");
        }
        return tokenizer;
    }

    @Override
    public void close() {
        release.run();
    }
}
