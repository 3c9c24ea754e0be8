package dev.hwc.ir.isa;

import static dev.hwc.ir.isa.Opcode.Field.f;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one layout of the instruction word: opcode value, queue, name and operand fields from bit 0
 * upwards. Encoder, decoder, validator, text form and RTL read it here (isa.md §2 to §5).
 */
public enum Opcode {
    SYNC(1, null, "sync"),
    HALT(2, null, "halt"),
    SET(3, null, "set", f("rd", 4), f("imm", 40)),
    ARG(4, null, "arg", f("rd", 4), f("index", 5), f("imm", 40)),
    ADD(5, null, "add", f("rd", 4), f("rs", 4), f("rt", 4), f("imm", 40)),
    WRAP(6, null, "wrap", f("rd", 4), f("step", 24), f("limit", 24), f("start", 24)),
    LOOP(7, null, "loop", f("count", 24), f("rs", 4)),
    NEXT(8, null, "next"),
    LOAD_WEIGHTS(
            16,
            Queue.LOAD,
            "load.weights",
            f("window", 3),
            f("ra", 4),
            f("off", 40),
            f("dst", 16),
            f("rd", 4),
            f("blocks", 12),
            f("format", 3),
            f("columns", 8)),
    LOAD_ROWS(
            17,
            Queue.LOAD,
            "load.rows",
            f("window", 3),
            f("ra", 4),
            f("off", 40),
            f("dst", 16),
            f("rd", 4),
            f("rows", 12),
            f("rowBytes", 14),
            f("rstride", 4)),
    LOAD_TRANSPOSED(
            18,
            Queue.LOAD,
            "load.transposed",
            f("window", 3),
            f("ra", 4),
            f("off", 40),
            f("dst", 16),
            f("rd", 4),
            f("rows", 12),
            f("rowBytes", 14),
            f("rstride", 4)),
    LOAD_SCALES(
            19,
            Queue.LOAD,
            "load.scales",
            f("window", 3),
            f("ra", 4),
            f("off", 40),
            f("dst", 16),
            f("rd", 4),
            f("blocks", 12),
            f("rstride", 4),
            f("columns", 8)),
    LOAD_LINEAR(
            20,
            Queue.LOAD,
            "load.linear",
            f("window", 3),
            f("ra", 4),
            f("off", 40),
            f("dst", 16),
            f("rd", 4),
            f("rows", 10),
            f("rowBytes", 16),
            f("rstride", 4)),
    LOAD_HALVES(
            21,
            Queue.LOAD,
            "load.halves",
            f("window", 3),
            f("ra", 4),
            f("off", 40),
            f("dst", 16),
            f("rd", 4),
            f("rows", 10),
            f("rstride", 4)),
    LOAD_REGISTER(22, Queue.LOAD, "load.register", f("window", 3), f("ra", 4), f("off", 40), f("rd", 4)),
    MATMUL(
            32,
            Queue.MATRIX,
            "matmul",
            f("a", 16),
            f("ra", 4),
            f("w", 16),
            f("rw", 4),
            f("blocks", 12),
            f("rb", 4),
            f("m", 8),
            f("n", 8),
            f("slot", 4),
            f("format", 3)),
    EMIT(33, Queue.MATRIX, "emit", f("dst", 16), f("rd", 4), f("stride", 14), f("m", 8), f("n", 8), f("slot", 4)),
    VECTOR(
            40,
            Queue.VECTOR,
            "vector",
            f("fn", 4),
            f("amem", 2),
            f("a", 16),
            f("ra", 4),
            f("bmem", 2),
            f("b", 16),
            f("rb", 4),
            f("kind", 2),
            f("d", 16),
            f("rd", 4),
            f("rows", 8),
            f("rn", 4),
            f("ras", 4),
            f("rbs", 4),
            f("rds", 4),
            f("rk", 4),
            f("format", 3)),
    STORE(
            48,
            Queue.STORE,
            "store",
            f("window", 3),
            f("ra", 4),
            f("off", 40),
            f("src", 18),
            f("rs", 4),
            f("rows", 10),
            f("rowBytes", 16),
            f("rsstride", 4),
            f("rdstride", 4));

    /** One operand field. */
    public record Field(String name, int width) {
        static Field f(String name, int width) {
            return new Field(name, width);
        }

        /** Largest value. */
        public long max() {
            return (1L << width) - 1;
        }

        /** Whether it names a register: four bits, and by convention a name that starts with r. */
        public boolean register() {
            return width == 4 && name.startsWith("r");
        }
    }

    /** Bits of all operands together. */
    public static final int OPERAND_BITS = 104;

    private static final @Nullable Opcode[] BY_CODE = new @Nullable Opcode[64];

    static {
        for (Opcode opcode : values()) {
            BY_CODE[opcode.code] = opcode;
        }
    }

    private final int code;
    private final @Nullable Queue queue;
    private final String text;
    private final List<Field> fields;

    Opcode(int code, @Nullable Queue queue, String text, Field... fields) {
        this.code = code;
        this.queue = queue;
        this.text = text;
        this.fields = List.of(fields);
        int bits = this.fields.stream().mapToInt(Field::width).sum();
        if (bits > OPERAND_BITS) {
            throw new IllegalStateException(text + " has " + bits + " operand bits; at most " + OPERAND_BITS);
        }
    }

    /** Value of the opcode field, 0..63. */
    public int code() {
        return code;
    }

    /** The queue it belongs to, or null for control instructions, which every queue has. */
    public @Nullable Queue queue() {
        return queue;
    }

    /** Name in the text form. */
    public String text() {
        return text;
    }

    /** Operand fields, from bit 0 upwards. */
    public List<Field> fields() {
        return fields;
    }

    /** Names of the flag bits in use, bit 0 first. */
    public List<String> flags() {
        return switch (this) {
            case SYNC -> List.of("drain");
            case MATMUL -> List.of("unit");
            case VECTOR -> List.of("row", "grow");
            default -> List.of();
        };
    }

    /** Whether it is a command for an engine (timing.md T2), not control. */
    public boolean command() {
        return queue != null || this == SYNC || this == HALT;
    }

    /** Opcode of a field value, or null if there is none. */
    public static @Nullable Opcode of(int code) {
        return BY_CODE[code & 63];
    }
}
