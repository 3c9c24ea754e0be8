package dev.hwc.ir.format.gguf;

import dev.hwc.ir.IrException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * ggml's tensor types, and {@link #Q4_ZP}, which packed folders are read as: id, block size, bytes per
 * block, and a codec where this project reads the type. A file may hold tensors of any type with an id;
 * {@link #codec()} refuses the types that are only known. Source of ids and sizes: ggml.h and ggml-common.h.
 */
public enum GgmlType {
    F32(0, 1, 4, new Float32Blocks()),
    F16(1, 1, 2, new Float16Blocks()),
    Q4_0(2, new Q4_0Blocks()),
    Q4_1(3, new Q4_1Blocks()),
    Q5_0(6, new Q5_0Blocks()),
    Q5_1(7, new Q5_1Blocks()),
    Q8_0(8, new Q8_0Blocks()),
    Q8_1(9, 32, 36),
    Q2_K(10, new Q2_KBlocks()),
    Q3_K(11, new Q3_KBlocks()),
    Q4_K(12, new Q4_KBlocks()),
    Q5_K(13, new Q5_KBlocks()),
    Q6_K(14, new Q6_KBlocks()),
    Q8_K(15, 256, 292),
    IQ2_XXS(16, 256, 66),
    IQ2_XS(17, 256, 74),
    IQ3_XXS(18, 256, 98),
    IQ1_S(19, 256, 50),
    IQ4_NL(20, new IQ4_NLBlocks()),
    IQ3_S(21, 256, 110),
    IQ2_S(22, 256, 82),
    IQ4_XS(23, new IQ4_XSBlocks()),
    I8(24, 1, 1),
    I16(25, 1, 2),
    I32(26, 1, 4),
    I64(27, 1, 8),
    F64(28, 1, 8),
    IQ1_M(29, 256, 56),
    BF16(30, 1, 2, new BFloat16Blocks()),
    TQ1_0(34, new TQ1_0Blocks()),
    TQ2_0(35, new TQ2_0Blocks()),
    MXFP4(39, 32, 17),
    NVFP4(40, 64, 36),
    Q1_0(41, 128, 18),
    Q2_0(42, 64, 18),
    /** Codes of four bits with a zero point, as GPTQ and AWQ have; in no GGUF file. */
    Q4_ZP(-1, new Q4_ZPBlocks());

    private static final int MAXIMUM_ID = 42;
    private static final @Nullable GgmlType[] BY_ID = byIdTable();

    private final int id;
    private final int blockSize;
    private final int blockBytes;

    @SuppressWarnings("ImmutableEnumChecker") // codecs are stateless
    private final @Nullable BlockCodec codec;

    GgmlType(int id, IntegerCodec codec) {
        this(id, codec.blockSize(), codec.blockBytes(), codec);
    }

    GgmlType(int id, int blockSize, int blockBytes) {
        this(id, blockSize, blockBytes, null);
    }

    GgmlType(int id, int blockSize, int blockBytes, @Nullable BlockCodec codec) {
        this.id = id;
        this.blockSize = blockSize;
        this.blockBytes = blockBytes;
        this.codec = codec;
    }

    /**
     * The type with ggml's id.
     *
     * @throws IrException for an id that ggml removed (named) or that is unknown
     */
    public static GgmlType byId(int id) {
        @Nullable GgmlType type = id >= 0 && id <= MAXIMUM_ID ? BY_ID[id] : null;
        if (type != null) {
            return type;
        }
        String removed = removedName(id);
        if (!removed.isEmpty()) {
            throw new IrException("tensor type " + removed + " (id " + id
                    + ") was removed from ggml; convert the model again with a current tool");
        }
        throw new IrException("tensor type id " + Integer.toUnsignedString(id) + " is unknown; known ids are 0 to "
                + MAXIMUM_ID + "; the file is corrupt or newer than this tool");
    }

    /**
     * The type with this name in any case, for example {@code q4_0}.
     *
     * @throws IrException listing the known names
     */
    public static GgmlType named(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        for (GgmlType type : values()) {
            if (type.name().equals(upper)) {
                return type;
            }
        }
        throw new IrException("tensor type '" + name + "' is unknown; known are "
                + Arrays.stream(values()).map(GgmlType::lowerName).collect(Collectors.joining(", ")));
    }

    /** ggml's id, as in files; −1 for a type that files do not have. */
    public int id() {
        return id;
    }

    /** Values per block; a row is a whole number of blocks. */
    public int blockSize() {
        return blockSize;
    }

    /** Bytes per block. */
    public int blockBytes() {
        return blockBytes;
    }

    /** The name in GGUF's spelling, lower case: {@code q4_0}. */
    public String lowerName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** True when rows of {@code columns} values are whole blocks. */
    public boolean divides(long columns) {
        return columns % blockSize == 0;
    }

    /**
     * Bytes of a row of {@code columns} values.
     *
     * @throws IrException when the row is not a whole number of blocks
     */
    public long rowBytes(long columns) {
        if (!divides(columns)) {
            throw new IrException("a row of " + columns + " values is not a whole number of " + lowerName()
                    + " blocks of " + blockSize + "; use a type with a smaller block, such as f16");
        }
        return Math.multiplyExact(columns / blockSize, (long) blockBytes);
    }

    /** True when {@link #codec()} answers. */
    public boolean isReadable() {
        return codec != null;
    }

    /**
     * The decoder.
     *
     * @throws IrException when the type is known but not supported
     */
    public BlockCodec codec() {
        if (codec == null) {
            throw new IrException(
                    "tensor type " + lowerName() + " is known but not supported; supported are " + readable());
        }
        return codec;
    }

    /** Whether GGUF files have it. */
    public boolean isInFiles() {
        return id >= 0;
    }

    /** The names of the types of files that {@link #codec()} answers for, with commas. */
    public static String readable() {
        return Arrays.stream(values())
                .filter(type -> type.isReadable() && type.isInFiles())
                .map(GgmlType::lowerName)
                .collect(Collectors.joining(", "));
    }

    /** True when {@link #quantizer()} answers. */
    public boolean isWritable() {
        return codec instanceof Quantizer;
    }

    /**
     * The encoder.
     *
     * @throws IrException when there is none for this type
     */
    public Quantizer quantizer() {
        if (codec instanceof Quantizer quantizer) {
            return quantizer;
        }
        throw new IrException("cannot quantize to " + lowerName() + "; possible are "
                + Arrays.stream(values())
                        .filter(GgmlType::isWritable)
                        .map(GgmlType::lowerName)
                        .collect(Collectors.joining(", ")));
    }

    /**
     * Decodes row {@code row} of a matrix.
     *
     * @param data the whole matrix, row by row
     * @param columns values per row
     * @param target receives {@code columns} values from index 0
     */
    public void readRow(MemorySegment data, long row, int columns, float[] target) {
        long bytes = rowBytes(columns);
        Objects.checkIndex(row, data.byteSize() / bytes);
        codec().dequantize(data, row * bytes, target, 0, columns);
    }

    private static @Nullable GgmlType[] byIdTable() {
        @Nullable GgmlType[] table = new GgmlType[MAXIMUM_ID + 1];
        for (GgmlType type : values()) {
            if (type.isInFiles()) {
                table[type.id] = type;
            }
        }
        return table;
    }

    private static String removedName(int id) {
        return switch (id) {
            case 4 -> "q4_2";
            case 5 -> "q4_3";
            case 31 -> "q4_0_4_4";
            case 32 -> "q4_0_4_8";
            case 33 -> "q4_0_8_8";
            case 36 -> "iq4_nl_4_4";
            case 37 -> "iq4_nl_4_8";
            case 38 -> "iq4_nl_8_8";
            default -> "";
        };
    }
}
