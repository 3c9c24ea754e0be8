package dev.hwc.ir.tile;

import dev.hwc.ir.isa.Opcode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which operands the commands of tile IR have and how each reaches the instruction: as an immediate
 * alone, as an immediate with a register that is added to it, or in a register alone.
 */
public final class Operands {
    /** First constant of {@code vector}; it stands in the register that the field rk names. */
    public static final String K0 = "k0";
    /** Second constant of {@code vector}, in the register behind that of {@link #K0}. */
    public static final String K1 = "k1";

    /** Immediate field and the register field that is added to it. */
    private static final Map<String, String> REGISTER_OF =
            Map.of("off", "ra", "dst", "rd", "a", "ra", "w", "rw", "b", "rb", "d", "rd", "src", "rs", "blocks", "rb");

    private Operands() {}

    /** Names of all operands of an opcode: its fields without the registers of immediates. */
    public static List<String> names(Opcode opcode) {
        List<String> names = new ArrayList<>();
        for (Opcode.Field field : opcode.fields()) {
            if (!field.register() || inRegister(opcode, field.name())) {
                names.add(field.name());
            }
        }
        if (opcode == Opcode.VECTOR) {
            names.add(K0);
            names.add(K1);
        }
        return names;
    }

    /** The field of an opcode, if it has one of that name. */
    public static Optional<Opcode.Field> field(Opcode opcode, String name) {
        return opcode.fields().stream()
                .filter(field -> field.name().equals(name))
                .findFirst();
    }

    /** The register field that is added to an immediate operand, if there is one. */
    public static Optional<String> registerOf(Opcode opcode, String name) {
        return Optional.ofNullable(REGISTER_OF.get(name))
                .filter(register -> field(opcode, register).isPresent());
    }

    /** Whether an operand stands in a register alone: lengths, strides and the constants of {@code vector}. */
    public static boolean inRegister(Opcode opcode, String name) {
        if (name.equals(K0) || name.equals(K1)) {
            return opcode == Opcode.VECTOR;
        }
        return field(opcode, name).map(Opcode.Field::register).orElse(false)
                && !name.equals("rk")
                && opcode.fields().stream().noneMatch(f -> name.equals(REGISTER_OF.get(f.name())));
    }

    /** Operands in the order of the fields, then the others by name, without zeros. */
    static Map<String, Expr> canonical(Opcode opcode, Map<String, Expr> operands) {
        Map<String, Expr> rest = new TreeMap<>(operands);
        rest.entrySet()
                .removeIf(e -> e.getValue().equals(Expr.ZERO)
                        && !e.getKey().equals(K0)
                        && !e.getKey().equals(K1));
        Map<String, Expr> ordered = new LinkedHashMap<>();
        for (Opcode.Field field : opcode.fields()) {
            Expr value = rest.remove(field.name());
            if (value != null) {
                ordered.put(field.name(), value);
            }
        }
        ordered.putAll(rest);
        return ordered;
    }
}
