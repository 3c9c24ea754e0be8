package dev.hwc.ir.text;

import dev.hwc.ir.IrException;
import dev.hwc.ir.tensor.Parameter;
import dev.hwc.ir.tensor.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The parts of one operation as read, before it is known whether they fit the operation. */
final class OpText {
    private final String mnemonic;
    private final List<Object> operands;
    private final Map<String, String> attributes;
    private final Set<String> read = new HashSet<>();
    private int operandsRead;

    /**
     * @param operands each a {@link Value} or a {@link Parameter}
     * @param attributes name to text
     */
    OpText(String mnemonic, List<Object> operands, Map<String, String> attributes) {
        this.mnemonic = mnemonic;
        this.operands = operands;
        this.attributes = attributes;
    }

    /** The next operand, a value. */
    Value value() {
        if (operandsRead < operands.size() && operands.get(operandsRead) instanceof Value value) {
            operandsRead++;
            return value;
        }
        throw new IrException(mnemonic + ": operand " + (operandsRead + 1) + " must be a value (%name:type)");
    }

    /** The next operand, a parameter. */
    Parameter parameter() {
        Parameter parameter = optionalParameter();
        if (parameter == null) {
            throw new IrException(mnemonic + ": operand " + (operandsRead + 1) + " must be a parameter (@name:type)");
        }
        return parameter;
    }

    /** The next operand if it is a parameter. */
    @Nullable
    Parameter optionalParameter() {
        if (operandsRead < operands.size() && operands.get(operandsRead) instanceof Parameter parameter) {
            operandsRead++;
            return parameter;
        }
        return null;
    }

    int integer(String key) {
        return attribute(key, "an integer", Integer::valueOf);
    }

    /** As {@link #integer(String)} for an attribute that may be missing. */
    int integer(String key, int absent) {
        return has(key) ? integer(key) : absent;
    }

    /** As {@link #number(String)} for an attribute that may be missing. */
    float number(String key, float absent) {
        return has(key) ? number(key) : absent;
    }

    private boolean has(String key) {
        read.add(key);
        return attributes.containsKey(key);
    }

    float number(String key) {
        return attribute(key, "a number", Float::valueOf);
    }

    <E extends Enum<E>> E choice(String key, Class<E> type) {
        return attribute(key, allowed(type), text -> constant(type, text));
    }

    /** The constant whose lower-case name is the text. */
    static <E extends Enum<E>> E constant(Class<E> type, String text) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(text)) {
                return constant;
            }
        }
        throw new IllegalArgumentException(text);
    }

    static String allowed(Class<? extends Enum<?>> type) {
        var names = new TreeSet<String>();
        for (Enum<?> constant : type.getEnumConstants()) {
            names.add(constant.name().toLowerCase(Locale.ROOT));
        }
        return "one of " + String.join(", ", names);
    }

    /** Fails if something was written that the operation does not have. */
    void checkAllRead() {
        if (operandsRead < operands.size()) {
            throw new IrException(mnemonic + ": found " + operands.size() + " operands; expected " + operandsRead);
        }
        for (String key : attributes.keySet()) {
            if (!read.contains(key)) {
                throw new IrException(
                        mnemonic + ": unknown attribute '" + key + "'; allowed are " + new TreeSet<>(read));
            }
        }
    }

    private <T> T attribute(String key, String what, Function<String, T> convert) {
        read.add(key);
        String text = attributes.get(key);
        if (text == null) {
            throw new IrException(mnemonic + ": attribute '" + key + "' is missing; expected " + what);
        }
        try {
            return convert.apply(text);
        } catch (IllegalArgumentException e) {
            throw new IrException(mnemonic + ": attribute '" + key + "' is '" + text + "'; expected " + what, e);
        }
    }
}
