package dev.hwc.ir.isa;

import dev.hwc.ir.numerics.BlockMatrix;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/** Values of operand fields in the text form: numbers, registers as r0…r15, enumerations by name. */
public final class FieldText {
    private static final List<String> FUNCTIONS =
            Arrays.stream(VectorFunction.values()).map(VectorFunction::text).toList();
    private static final List<String> MEMORIES =
            Arrays.stream(VectorMemory.values()).map(VectorMemory::text).toList();
    private static final List<String> TARGETS =
            Arrays.stream(VectorTarget.values()).map(VectorTarget::text).toList();
    private static final List<String> FORMATS = Arrays.stream(BlockMatrix.Format.values())
            .map(BlockMatrix.Format::text)
            .toList();

    private FieldText() {}

    static String print(Opcode.Field field, long value) {
        List<String> names = names(field);
        if (value >= 0 && value < names.size()) {
            return names.get((int) value);
        }
        return (field.register() ? "r" : "") + value;
    }

    /** The value a text stands for, or nothing if the field does not have it. */
    static OptionalLong parse(Opcode.Field field, String text) {
        List<String> names = names(field);
        if (!names.isEmpty()) {
            int index = names.indexOf(text);
            return index < 0 ? OptionalLong.empty() : OptionalLong.of(index);
        }
        String digits = text;
        if (field.register()) {
            if (!text.startsWith("r")) {
                return OptionalLong.empty();
            }
            digits = text.substring(1);
        }
        if (!digits.matches("[0-9]{1,15}")) {
            return OptionalLong.empty();
        }
        long value = Long.parseLong(digits);
        return value > field.max() ? OptionalLong.empty() : OptionalLong.of(value);
    }

    /** What {@link #parse} accepts, for messages. */
    static String allowed(Opcode.Field field) {
        List<String> names = names(field);
        if (!names.isEmpty()) {
            return String.join(", ", names);
        }
        return field.register() ? "r0..r15" : "0.." + field.max();
    }

    /** Names of the values of an enumeration, in their order; empty for a number or a register. */
    public static List<String> names(Opcode.Field field) {
        return switch (field.name()) {
            case "fn" -> FUNCTIONS;
            case "amem", "bmem" -> MEMORIES;
            case "kind" -> TARGETS;
            case "format" -> FORMATS;
            default -> List.of();
        };
    }
}
