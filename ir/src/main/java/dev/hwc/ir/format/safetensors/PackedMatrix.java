package dev.hwc.ir.format.safetensors;

import dev.hwc.ir.IrException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A matrix that GPTQ or AWQ packed: weight[out][in] = scales[g][out] · (q[in][out] − zeros[g][out]),
 * with the group g of the input.
 *
 * <p>GPTQ packs q along the inputs, lowest bits first, and names the group of each input in g_idx
 * (absent: inputs in order); version 1 stores zeros minus one, wrapped. AWQ ("gemm") packs q along the
 * outputs, eight nibbles in the order 0, 2, 4, 6, 1, 3, 5, 7.
 */
public final class PackedMatrix {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    /** Where AWQ's nibble of each output of eight stands. */
    private static final int[] AWQ_PLACE = {0, 4, 1, 5, 2, 6, 3, 7};

    private final boolean awq;
    private final int bits;
    private final int zeroOffset;
    private final int inputs;
    private final int outputs;
    private final StoredTensor codes;
    private final StoredTensor zeros;
    private final StoredTensor scales;
    private final int[] groups;

    private PackedMatrix(TensorFolder folder, String stem, int outputs, int inputs) {
        JsonNode settings = folder.config().path("quantization_config");
        awq = settings.path("quant_method").asString("").equals("awq");
        bits = settings.path("bits").asInt(0);
        checkSettings(settings);
        zeroOffset = awq || settings.path("checkpoint_format").asString("gptq").equals("gptq_v2") ? 0 : 1;
        this.inputs = inputs;
        this.outputs = outputs;
        int perWord = 32 / bits;
        if (inputs % perWord != 0 || outputs % perWord != 0) {
            throw new IrException(
                    stem + " is [" + outputs + "," + inputs + "]; packed sizes are multiples of " + perWord);
        }
        int configured = settings.path("group_size").asInt(-1);
        int groupSize = configured == -1 ? inputs : configured;
        if (groupSize < 1 || inputs % groupSize != 0) {
            throw new IrException("group_size " + groupSize + " does not divide the " + inputs + " inputs of " + stem);
        }
        long groupCount = inputs / groupSize;
        long in = inputs;
        long out = outputs;
        codes = find(folder, stem + ".qweight").checked("I32", awq ? in : in / perWord, awq ? out / perWord : out);
        zeros = find(folder, stem + ".qzeros").checked("I32", groupCount, out / perWord);
        scales = find(folder, stem + ".scales").checked("F16", groupCount, out);
        groups = groups(folder.tensor(stem + ".g_idx").filter(tensor -> !awq), groupSize);
    }

    private void checkSettings(JsonNode settings) {
        String method = settings.path("quant_method").asString("");
        boolean known = awq
                ? bits == 4 && settings.path("version").asString("gemm").equals("gemm")
                : method.equals("gptq") && (bits == 2 || bits == 4 || bits == 8);
        if (!known) {
            throw new IrException("quantization '" + method + "' with " + bits
                    + " bits is not supported; supported are gptq with 2, 4 or 8 bits and awq (gemm) with 4");
        }
    }

    /**
     * The matrix as F32, row by row.
     *
     * @param stem the tensors' name without {@code .qweight} and so on
     * @throws IrException when a tensor is missing or has another shape
     */
    public static MemorySegment decode(TensorFolder folder, String stem, int outputs, int inputs) {
        return new PackedMatrix(folder, stem, outputs, inputs).decode();
    }

    private static StoredTensor find(TensorFolder folder, String name) {
        return folder.tensor(name).orElseThrow(() -> new IrException(name + " is missing"));
    }

    private int[] groups(Optional<StoredTensor> indices, int groupSize) {
        int[] result = new int[inputs];
        indices.ifPresent(tensor -> tensor.checked("I32", (long) inputs));
        for (int in = 0; in < inputs; in++) {
            result[in] = indices.isPresent() ? indices.get().integer(in) : in / groupSize;
            if (result[in] < 0 || result[in] >= inputs / groupSize) {
                throw new IrException(indices.map(StoredTensor::name).orElse("group") + " is " + result[in]
                        + " for input " + in + "; allowed are 0 to " + (inputs / groupSize - 1));
            }
        }
        return result;
    }

    private MemorySegment decode() {
        MemorySegment decoded = MemorySegment.ofArray(new float[Math.multiplyExact(outputs, inputs)]);
        for (int out = 0; out < outputs; out++) {
            for (int in = 0; in < inputs; in++) {
                long at = ((long) out * inputs + in) * Float.BYTES;
                float scale = scales.half((long) groups[in] * outputs + out);
                decoded.set(FLOAT, at, scale * (code(in, out) - zero(groups[in], out)));
            }
        }
        return decoded;
    }

    private int code(int in, int out) {
        int perWord = 32 / bits;
        return awq
                ? field(codes.integer((long) in * (outputs / 8) + out / 8), AWQ_PLACE[out % 8])
                : field(codes.integer((long) (in / perWord) * outputs + out), in % perWord);
    }

    private int zero(int group, int out) {
        int perWord = 32 / bits;
        int word = zeros.integer((long) group * (outputs / perWord) + out / perWord);
        int stored = field(word, awq ? AWQ_PLACE[out % 8] : out % perWord);
        return (stored + zeroOffset) & ((1 << bits) - 1);
    }

    private int field(int word, int place) {
        return (word >>> (bits * place)) & ((1 << bits) - 1);
    }
}
