package dev.hwc.ir.format.safetensors;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.gguf.OneLine;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * A matrix that GPTQ or AWQ packed: weight[out][in] = scales[g][out] · (q[in][out] − zeros[g][out]),
 * with the group g of the input.
 *
 * <p>GPTQ packs q along the inputs, lowest bits first, and names the group of each input in g_idx
 * (absent: inputs in order); version 1 stores zeros minus one, wrapped. AWQ ("gemm") packs q along the
 * outputs, eight nibbles in the order 0, 2, 4, 6, 1, 3, 5, 7.
 *
 * <p>Codes and scales are kept where 32 consecutive inputs have one group and the zeros allow it: 4 bits
 * as {@link GgmlType#Q4_0} where every zero is 8, else as {@link GgmlType#Q4_ZP}; 2 bits as Q4_0; 8 bits
 * as {@link GgmlType#Q8_0} where every zero is 128. Other matrices become F32.
 */
public final class PackedMatrix {
    /** Inputs that share a scale in the types that keep codes. */
    private static final int BLOCK = 32;

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    /** GPTQ's layouts: zeros minus one, zeros as they are. */
    private static final List<String> FORMATS = List.of("gptq", "gptq_v2");
    /** Where AWQ's nibble of each output of eight stands. */
    private static final int[] AWQ_PLACE = {0, 4, 1, 5, 2, 6, 3, 7};

    private final TensorFolder folder;
    private final boolean awq;
    private final int bits;
    private final int zeroOffset;
    private final int inputs;
    private final int outputs;
    private final StoredTensor codes;
    private final StoredTensor zeros;
    private final StoredTensor scales;
    private final int[] groups;
    private final int groupCount;
    private final GgmlType type;

    /**
     * @param stem the tensors' name without {@code .qweight} and so on
     * @param outputs rows of the whole matrix
     * @throws IrException when a tensor is missing or has another shape, or the quantization is not supported
     */
    public PackedMatrix(TensorFolder folder, String stem, int outputs, int inputs) {
        this.folder = folder;
        JsonNode settings = folder.config().path("quantization_config");
        awq = settings.path("quant_method").asString("").equals("awq");
        bits = settings.path("bits").asInt(0);
        checkSettings(settings);
        zeroOffset = awq || format(settings).equals(FORMATS.get(1)) ? 0 : 1;
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
        groupCount = inputs / groupSize;
        long in = inputs;
        long out = outputs;
        codes = find(folder, stem + ".qweight").checked("I32", awq ? in : in / perWord, awq ? out / perWord : out);
        zeros = find(folder, stem + ".qzeros").checked("I32", (long) groupCount, out / perWord);
        scales = find(folder, stem + ".scales").checked("F16", (long) groupCount, out);
        groups = groups(folder.tensor(stem + ".g_idx").filter(tensor -> !awq), groupSize);
        type = lossless();
    }

    private void checkSettings(JsonNode settings) {
        String method = settings.path("quant_method").asString("");
        boolean known = awq
                ? bits == 4 && settings.path("version").asString("gemm").equalsIgnoreCase("gemm")
                : method.equals("gptq") && (bits == 2 || bits == 4 || bits == 8);
        if (!known) {
            throw new IrException("quantization '" + OneLine.of(method) + "' with " + bits
                    + " bits is not supported; supported are gptq with 2, 4 or 8 bits and awq (gemm) with 4");
        }
        if (!awq && !FORMATS.contains(format(settings))) {
            throw new IrException("checkpoint_format '" + OneLine.of(format(settings))
                    + "' of gptq is not supported; supported are " + String.join(" and ", FORMATS));
        }
    }

    private static String format(JsonNode settings) {
        return settings.path("checkpoint_format").asString(FORMATS.getFirst());
    }

    /** What {@link #rows} gives. */
    public GgmlType type() {
        return type;
    }

    /** Blocks of {@link #type} of some rows, without loss. */
    public MemorySegment rows(int first, int count) {
        return type == GgmlType.F32 ? floats(first, count) : blocks(first, count);
    }

    private GgmlType lossless() {
        boolean oneGroup = inputs % BLOCK == 0
                && IntStream.range(0, inputs).allMatch(in -> groups[in] == groups[in / BLOCK * BLOCK]);
        if (!oneGroup) {
            return GgmlType.F32;
        }
        return switch (bits) {
            case 2 -> GgmlType.Q4_0;
            case 4 -> zerosAre(8) ? GgmlType.Q4_0 : GgmlType.Q4_ZP;
            default -> zerosAre(128) ? GgmlType.Q8_0 : GgmlType.F32;
        };
    }

    private boolean zerosAre(int value) {
        return IntStream.range(0, groupCount)
                .allMatch(group -> IntStream.range(0, outputs).allMatch(out -> zero(group, out) == value));
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

    private MemorySegment floats(int first, int count) {
        MemorySegment decoded = folder.allocate((long) Float.BYTES * count * inputs);
        for (int row = 0; row < count; row++) {
            for (int in = 0; in < inputs; in++) {
                long at = ((long) row * inputs + in) * Float.BYTES;
                float scale = scales.half((long) groups[in] * outputs + first + row);
                decoded.set(FLOAT, at, scale * (code(in, first + row) - zero(groups[in], first + row)));
            }
        }
        return decoded;
    }

    private MemorySegment blocks(int first, int count) {
        long rowBytes = type.rowBytes(inputs);
        MemorySegment result = folder.allocate(count * rowBytes);
        IntStream.range(0, inputs / BLOCK).parallel().forEach(block -> {
            for (int row = 0; row < count; row++) {
                block(block, first + row, result, row * rowBytes + (long) block * type.blockBytes());
            }
        });
        return result;
    }

    /** Half scale, zero where the type has one, codes: bytes, or nibbles of elements i and i + 16. */
    private void block(int block, int out, MemorySegment target, long at) {
        int group = groups[block * BLOCK];
        int zero = zero(group, out);
        target.set(SHORT, at, scales.halfBits((long) group * outputs + out));
        long codesAt = at + Short.BYTES;
        if (type == GgmlType.Q4_ZP) {
            target.set(ValueLayout.JAVA_BYTE, codesAt++, (byte) zero);
            zero = 0;
        } else if (type == GgmlType.Q4_0) {
            zero -= 8;
        }
        int first = block * BLOCK;
        if (type == GgmlType.Q8_0) {
            for (int i = 0; i < BLOCK; i++) {
                target.set(ValueLayout.JAVA_BYTE, codesAt + i, (byte) (code(first + i, out) - zero));
            }
            return;
        }
        for (int i = 0; i < BLOCK / 2; i++) {
            int low = code(first + i, out) - zero;
            int high = code(first + i + BLOCK / 2, out) - zero;
            target.set(ValueLayout.JAVA_BYTE, codesAt + i, (byte) (low | high << 4));
        }
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
