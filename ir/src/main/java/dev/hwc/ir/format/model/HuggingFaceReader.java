package dev.hwc.ir.format.model;

import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.gguf.OneLine;
import dev.hwc.ir.format.safetensors.PackedMatrix;
import dev.hwc.ir.format.safetensors.StoredTensor;
import dev.hwc.ir.format.safetensors.TensorFolder;
import dev.hwc.ir.format.safetensors.TernaryMatrix;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a model from a folder as Hugging Face stores it. Weights get GGUF's names; queries and keys
 * rotate half-split pairs, whatever GGUF does for the architecture. GPTQ, AWQ and BitNet weights get the
 * types that {@link PackedMatrix} and {@link TernaryMatrix} say.
 */
final class HuggingFaceReader {
    private static final List<String> PACKED = List.of(".qweight", ".qzeros", ".scales", ".g_idx");

    private final TensorFolder folder;
    private final HuggingFaceConfig file;
    private final HuggingFaceNames names;
    private final ModelConfig config;
    private final Set<String> used = new HashSet<>();

    HuggingFaceReader(TensorFolder folder) {
        this.folder = folder;
        this.file = HuggingFaceConfig.of(folder.name(), folder.name() + "/config.json", folder.config());
        this.names = new HuggingFaceNames(file.architecture(), this::isStored);
        this.config = file.config(RopeStyle.HALF_SPLIT, file.qkvBias() || stores("blk.0.attn_q.bias"), tied());
    }

    private boolean stores(String weight) {
        return isStored(names.of(weight));
    }

    private boolean isStored(String name) {
        return folder.tensor(name).isPresent() || isPacked(name);
    }

    /** Whether a matrix is stored as GPTQ and AWQ pack it. */
    private boolean isPacked(String name) {
        return name.endsWith(".weight")
                && folder.tensor(name.replaceFirst("weight$", "qweight")).isPresent();
    }

    /** Tied by the file, or because there is no other matrix; an output matrix of a tied model is a copy. */
    private boolean tied() {
        boolean tied = !stores(Weights.OUTPUT)
                || file.tied() && folder.config().path("tie_word_embeddings").asBoolean(false);
        if (tied) {
            use(names.of(Weights.OUTPUT));
        }
        return tied;
    }

    ModelConfig config() {
        return config;
    }

    /** The weights of the model; adds to {@code problems} what is missing, misshapen or left over. */
    List<WeightTensor> weights(List<String> problems) {
        List<WeightTensor> weights = new ArrayList<>();
        for (WeightSpec needed : Weights.of(config, GgmlType.F32)) {
            weight(needed, problems).ifPresent(weights::add);
        }
        folder.names().stream()
                .filter(name -> !used.contains(name) && !HuggingFaceNames.isConstant(name) && !isZeroBias(name))
                .forEach(name -> problems.add(OneLine.of(name) + " is not supported"));
        if (problems.isEmpty()) {
            weights.addAll(file.rotationFactors(config));
        }
        return weights;
    }

    /** Takes a weight's tensors from those that nothing needs. */
    private void use(String name) {
        used.add(name);
        String stem = name.substring(0, name.lastIndexOf('.'));
        PACKED.forEach(suffix -> used.add(stem + suffix));
    }

    /** Biases of zeros, which tools that pack weights write for every matrix. */
    private boolean isZeroBias(String name) {
        return name.endsWith(".bias")
                && isPacked(name.replaceFirst("bias$", "weight"))
                && folder.tensor(name).filter(StoredTensor::isZero).isPresent();
    }

    private Optional<WeightTensor> weight(WeightSpec needed, List<String> problems) {
        Optional<FusedTensor> fused = names.fused(needed.name(), config);
        String name = names.of(fused.map(FusedTensor::name).orElse(needed.name()));
        String stem = name.substring(0, name.lastIndexOf('.'));
        if (isPacked(name)) {
            use(name);
            return Optional.of(packed(needed, fused, stem));
        }
        boolean bytes = folder.tensor(name)
                .filter(tensor -> tensor.dtype().equals("U8"))
                .isPresent();
        if (bytes && fused.isEmpty() && name.endsWith(".weight")) {
            used.add(name);
            used.add(stem + ".weight_scale");
            return Optional.of(ternary(needed, stem));
        }
        return plain(needed, fused, name, problems);
    }

    private WeightTensor packed(WeightSpec needed, Optional<FusedTensor> fused, String stem) {
        int all = Math.toIntExact(fused.map(FusedTensor::rows).orElse(needed.rows()));
        int first = Math.toIntExact(fused.map(FusedTensor::firstRow).orElse(0L));
        PackedMatrix matrix = new PackedMatrix(folder, stem, all, columns(needed));
        WeightSpec spec = new WeightSpec(needed.name(), needed.rows(), needed.columns(), matrix.type());
        return new WeightTensor(spec, Optional.of(matrix.rows(first, rows(needed))));
    }

    private WeightTensor ternary(WeightSpec needed, String stem) {
        WeightSpec spec =
                new WeightSpec(needed.name(), needed.rows(), needed.columns(), TernaryMatrix.type(columns(needed)));
        return new WeightTensor(spec, Optional.of(TernaryMatrix.decode(folder, stem, rows(needed), columns(needed))));
    }

    private static int rows(WeightSpec spec) {
        return Math.toIntExact(spec.rows());
    }

    private static int columns(WeightSpec spec) {
        return Math.toIntExact(spec.columns());
    }

    private Optional<WeightTensor> plain(
            WeightSpec needed, Optional<FusedTensor> fused, String name, List<String> problems) {
        used.add(name);
        Optional<StoredTensor> found = folder.tensor(name);
        if (found.isEmpty()) {
            problems.add(name + " " + needed.shape() + " is missing");
            return Optional.empty();
        }
        StoredTensor tensor = found.get();
        boolean vector = needed.rows() == 1;
        boolean transposed = !vector && names.transposed(needed.name());
        long skipped = names.positionOffset(needed.name());
        long rows = fused.map(FusedTensor::rows).orElse(vector ? needed.columns() : needed.rows() + skipped);
        List<Long> shape =
                vector ? List.of(rows) : transposed ? List.of(needed.columns(), rows) : List.of(rows, needed.columns());
        if (!tensor.shape().equals(shape) || !tensor.isFloat()) {
            problems.add(name + " is " + tensor.dtype() + " " + tensor.shape() + " instead of " + shape);
            return Optional.empty();
        }
        long first = fused.map(FusedTensor::firstRow).orElse(skipped);
        return Optional.of(transposed ? transposed(needed, tensor, first, rows) : slice(needed, tensor, vector, first));
    }

    private WeightTensor slice(WeightSpec needed, StoredTensor tensor, boolean vector, long first) {
        WeightSpec spec =
                new WeightSpec(needed.name(), needed.rows(), needed.columns(), GgmlType.named(tensor.dtype()));
        long offset = first * spec.type().rowBytes(vector ? 1 : spec.columns());
        WeightTensor weight = new WeightTensor(spec, Optional.of(tensor.data().asSlice(offset, spec.bytes())));
        return names.withoutOne(needed.name()) ? plusOne(needed, weight) : weight;
    }

    private static WeightTensor plusOne(WeightSpec needed, WeightTensor weight) {
        float[] values = weight.row(0);
        for (int i = 0; i < values.length; i++) {
            values[i] += 1;
        }
        return new WeightTensor(needed, Optional.of(MemorySegment.ofArray(values)));
    }

    /** Rows from {@code first} on of a matrix that is stored with a row per input. */
    private static WeightTensor transposed(WeightSpec needed, StoredTensor tensor, long first, long rows) {
        WeightTensor stored = new WeightTensor(
                new WeightSpec(needed.name(), needed.columns(), rows, GgmlType.named(tensor.dtype())),
                Optional.of(tensor.data()));
        int columns = columns(needed);
        float[] values = new float[Math.multiplyExact(rows(needed), columns)];
        for (int column = 0; column < columns; column++) {
            float[] outputs = stored.row(column);
            for (int row = 0; row < rows(needed); row++) {
                values[row * columns + column] = outputs[Math.toIntExact(first) + row];
            }
        }
        return new WeightTensor(needed, Optional.of(MemorySegment.ofArray(values)));
    }
}
