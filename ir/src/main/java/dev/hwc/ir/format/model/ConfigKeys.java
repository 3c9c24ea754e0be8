package dev.hwc.ir.format.model;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.OneLine;
import tools.jackson.databind.JsonNode;

/**
 * The keys of a JSON object, with checks. Null counts as absent, as in Hugging Face's files.
 *
 * @param source names the file in messages
 * @param node the object
 */
record ConfigKeys(String source, JsonNode node) {
    boolean has(String key) {
        return !node.path(key).isMissingNode() && !node.path(key).isNull();
    }

    /** The object under a key, empty when there is none. */
    ConfigKeys object(String key) {
        return new ConfigKeys(source + ": " + key, node.path(key));
    }

    /** A whole number from 1 on. */
    int size(String key) {
        return size(key, node.path(key));
    }

    int size(String key, int absent) {
        return has(key) ? size(key) : absent;
    }

    private int size(String key, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 1) {
            throw error(key, "is " + OneLine.of(value.toString()) + "; needed is a whole number above 0");
        }
        return value.asInt();
    }

    /** Exactly {@code count} whole numbers from 1 on. */
    int[] sizes(String key, int count) {
        JsonNode array = array(key, count);
        int[] sizes = new int[count];
        for (int i = 0; i < count; i++) {
            sizes[i] = size(key, array.path(i));
        }
        return sizes;
    }

    /** Exactly {@code count} positive numbers. */
    float[] reals(String key, int count) {
        JsonNode array = array(key, count);
        float[] reals = new float[count];
        for (int i = 0; i < count; i++) {
            reals[i] = (float) real(key, array.path(i));
        }
        return reals;
    }

    private JsonNode array(String key, int count) {
        JsonNode array = node.path(key);
        if (!array.isArray() || array.size() != count) {
            throw error(key, "has " + array.size() + " entries; needed are " + count);
        }
        return array;
    }

    /** A positive number. */
    double real(String key) {
        return real(key, node.path(key));
    }

    double real(String key, double absent) {
        return has(key) ? real(key) : absent;
    }

    private double real(String key, JsonNode value) {
        if (!value.isNumber() || !((float) value.asDouble() > 0) || Float.isInfinite((float) value.asDouble())) {
            throw error(key, "is " + OneLine.of(value.toString()) + "; needed is a positive number");
        }
        return value.asDouble();
    }

    String text(String key, String absent) {
        return node.path(key).asString(absent);
    }

    boolean flag(String key, boolean absent) {
        return node.path(key).asBoolean(absent);
    }

    /** A token id, the first where there are several; −1 where there is none. */
    int token(String key) {
        JsonNode value = node.path(key);
        return (value.isArray() ? value.path(0) : value).asInt(-1);
    }

    /** Refuses a flag that would change the result if it were ignored. */
    void refuse(String key) {
        if (flag(key, false)) {
            throw error(key, "is true, which is not supported");
        }
    }

    /** Refuses a text that is not one of those allowed; absent is allowed. */
    void refuseUnless(String key, String... allowed) {
        String value = text(key, allowed[0]);
        for (String one : allowed) {
            if (value.equals(one)) {
                return;
            }
        }
        throw error(key, "is '" + OneLine.of(value) + "'; supported is " + String.join(", ", allowed));
    }

    IrException error(String key, String problem) {
        return new IrException(source + ": " + key + " " + problem);
    }
}
