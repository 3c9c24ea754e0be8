package dev.hwc.ir.format.safetensors;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.GgmlType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import tools.jackson.databind.JsonNode;

/**
 * A matrix of −1, 0 and 1 as transformers packs BitNet's: byte [r][in] has in its bits 2i and 2i+1 the
 * value plus one of row r + i·R, R rows of bytes; one number weight_scale per matrix. A linear_class
 * {@code autobitlinear} multiplies by it, others divide. Source: transformers, integrations/bitnet.py.
 */
public final class TernaryMatrix {
    private static final int PER_BYTE = 4;
    private static final int BLOCK = 256;
    private static final int HALF_BLOCK = 128;
    private static final int RUN = 32;
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final TensorFolder folder;
    private final StoredTensor codes;
    private final float scale;
    private final int outputs;
    private final int inputs;

    private TernaryMatrix(TensorFolder folder, String stem, int outputs, int inputs) {
        this.folder = folder;
        this.outputs = outputs;
        this.inputs = inputs;
        long packedRows = Math.ceilDiv(outputs, PER_BYTE);
        codes = find(folder, stem + ".weight").checked("U8", packedRows, (long) inputs);
        StoredTensor stored = find(folder, stem + ".weight_scale");
        if (!stored.isFloat() || stored.elements() != 1) {
            throw new IrException(stored.name() + " is " + stored.dtype() + " " + stored.shape() + "; needed is [1]");
        }
        JsonNode settings = folder.config().path("quantization_config");
        float given = stored.number();
        scale = settings.path("linear_class").asString("").equals("autobitlinear") ? given : 1 / given;
        if (!(scale > 0) || Float.isInfinite(Float.float16ToFloat(Float.floatToFloat16(scale)))) {
            throw new IrException(stored.name() + " is " + given + "; needed is a positive number that makes a half");
        }
    }

    private static StoredTensor find(TensorFolder folder, String name) {
        return folder.tensor(name).orElseThrow(() -> new IrException(name + " is missing"));
    }

    /** What {@link #decode} gives: TQ2_0 where rows are whole blocks of it, else F32. */
    public static GgmlType type(int inputs) {
        return inputs % BLOCK == 0 ? GgmlType.TQ2_0 : GgmlType.F32;
    }

    /**
     * The matrix row by row. In TQ2_0 the scale is rounded to a half.
     *
     * @param stem the tensors' name without {@code .weight} and {@code .weight_scale}
     * @throws IrException when a tensor is missing or has another shape, or a code is none of the three
     */
    public static MemorySegment decode(TensorFolder folder, String stem, int outputs, int inputs) {
        TernaryMatrix matrix = new TernaryMatrix(folder, stem, outputs, inputs);
        return type(inputs) == GgmlType.TQ2_0 ? matrix.blocks() : matrix.floats();
    }

    private MemorySegment blocks() {
        int blockBytes = GgmlType.TQ2_0.blockBytes();
        MemorySegment result = folder.allocate((long) outputs * (inputs / BLOCK) * blockBytes);
        long at = 0;
        for (int row = 0; row < outputs; row++) {
            for (int start = 0; start < inputs; start += BLOCK) {
                for (int i = 0; i < BLOCK; i++) {
                    long place = at + i / HALF_BLOCK * RUN + i % RUN;
                    int shift = 2 * (i % HALF_BLOCK / RUN);
                    int bits = result.get(ValueLayout.JAVA_BYTE, place) | code(row, start + i) << shift;
                    result.set(ValueLayout.JAVA_BYTE, place, (byte) bits);
                }
                result.set(SHORT, at + BLOCK / PER_BYTE, Float.floatToFloat16(scale));
                at += blockBytes;
            }
        }
        return result;
    }

    private MemorySegment floats() {
        MemorySegment result = folder.allocate((long) Float.BYTES * outputs * inputs);
        for (int row = 0; row < outputs; row++) {
            for (int in = 0; in < inputs; in++) {
                result.set(FLOAT, 4L * ((long) row * inputs + in), scale * (code(row, in) - 1));
            }
        }
        return result;
    }

    /** The value plus one. */
    private int code(int row, int in) {
        int packedRows = Math.ceilDiv(outputs, PER_BYTE);
        int packed = codes.data().get(ValueLayout.JAVA_BYTE, (long) (row % packedRows) * inputs + in);
        int code = packed >> 2 * (row / packedRows) & 3;
        if (code == 3) {
            throw new IrException(codes.name() + " has a code 3 in row " + row + ", column " + in
                    + "; allowed are 0 to 2; the file is corrupt");
        }
        return code;
    }
}
