package dev.hwc.ir.format.gguf;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.GgufValue.Bool;
import dev.hwc.ir.format.gguf.GgufValue.NumberArray;
import dev.hwc.ir.format.gguf.GgufValue.Real;
import dev.hwc.ir.format.gguf.GgufValue.Text;
import dev.hwc.ir.format.gguf.GgufValue.TextArray;
import dev.hwc.ir.format.gguf.GgufValue.Whole;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The key-value part of a GGUF file in file order. Getters with a default answer it when the key is
 * absent; every getter throws {@link IrException} when the value has another type.
 */
public final class GgufMetadata {
    private final String source;
    private final Map<String, GgufValue> values;

    /**
     * @param source the file's name, for messages
     * @param values copied
     */
    public GgufMetadata(String source, Map<String, GgufValue> values) {
        this.source = source;
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    public Set<String> keys() {
        return values.keySet();
    }

    public Map<String, GgufValue> values() {
        return values;
    }

    public Optional<GgufValue> find(String key) {
        return Optional.ofNullable(values.get(key));
    }

    public boolean contains(String key) {
        return values.containsKey(key);
    }

    public String text(String key) {
        if (value(key) instanceof Text text) {
            return text.value();
        }
        throw wrongType(key, "a string");
    }

    public String text(String key, String absent) {
        return contains(key) ? text(key) : absent;
    }

    /** A whole number of any width; a u64 above 2^63-1 is refused. */
    public long whole(String key) {
        if (!(value(key) instanceof Whole whole)) {
            throw wrongType(key, "a whole number");
        }
        if (whole.type() == GgufValueType.U64 && whole.value() < 0) {
            throw error(key, "is " + Long.toUnsignedString(whole.value()) + "; allowed are values up to 2^63-1");
        }
        return whole.value();
    }

    public long whole(String key, long absent) {
        return contains(key) ? whole(key) : absent;
    }

    /** A whole number that must lie in {@code minimum..maximum}. */
    public int integer(String key, int minimum, int maximum) {
        long value = whole(key);
        if (value < minimum || value > maximum) {
            throw error(key, "is " + value + "; allowed are values from " + minimum + " to " + maximum);
        }
        return (int) value;
    }

    /** As {@link #integer(String, int, int)}, or {@code absent} when the key is absent. */
    public int integer(String key, int minimum, int maximum, int absent) {
        return contains(key) ? integer(key, minimum, maximum) : absent;
    }

    public double real(String key) {
        if (value(key) instanceof Real real) {
            return real.value();
        }
        throw wrongType(key, "a floating-point number");
    }

    public double real(String key, double absent) {
        return contains(key) ? real(key) : absent;
    }

    public boolean bool(String key, boolean absent) {
        GgufValue value = values.get(key);
        if (value == null) {
            return absent;
        }
        if (value instanceof Bool bool) {
            return bool.value();
        }
        throw wrongType(key, "a bool");
    }

    /** An array of strings, not copied: treat it as read-only. */
    public String[] texts(String key) {
        if (value(key) instanceof TextArray array) {
            return array.values();
        }
        throw wrongType(key, "an array of strings");
    }

    /** An array of f32 or f64, narrowed to float. */
    public float[] floats(String key) {
        if (!(value(key) instanceof NumberArray array) || !array.elementType().isReal()) {
            throw wrongType(key, "an array of f32");
        }
        float[] floats = new float[array.length()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) array.realAt(i);
        }
        return floats;
    }

    /** An array of whole numbers of any width, each of which must fit an int. */
    public int[] ints(String key) {
        if (!(value(key) instanceof NumberArray array) || !array.elementType().isWhole()) {
            throw wrongType(key, "an array of i32");
        }
        int[] ints = new int[array.length()];
        for (int i = 0; i < ints.length; i++) {
            long whole = array.wholeAt(i);
            if (whole != (int) whole) {
                throw error(key, "holds " + whole + " at index " + i + "; allowed are 32-bit values");
            }
            ints[i] = (int) whole;
        }
        return ints;
    }

    /** An exception that names this file and {@code key}. */
    public IrException error(String key, String problem) {
        return new IrException(OneLine.of(source + ": metadata key '" + key + "' " + problem));
    }

    private GgufValue value(String key) {
        @Nullable GgufValue value = values.get(key);
        if (value == null) {
            throw error(key, "is missing; the file is incomplete or not a model of this kind");
        }
        return value;
    }

    private IrException wrongType(String key, String expected) {
        return error(key, "is of type " + value(key).typeName() + "; expected " + expected);
    }
}
