package dev.hwc.ir.format.gguf;

import dev.hwc.ir.IrException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/** One metadata value. Arrays are kept compact: numbers as raw bytes, strings as {@code String[]}. */
public sealed interface GgufValue {

    GgufValueType type();

    /** The type in messages, for example {@code u32} or {@code array of f32}. */
    default String typeName() {
        return type().lowerName();
    }

    static GgufValue u32(long value) {
        return new Whole(GgufValueType.U32, value);
    }

    static GgufValue f32(float value) {
        return new Real(GgufValueType.F32, value);
    }

    static GgufValue bool(boolean value) {
        return new Bool(value);
    }

    static GgufValue text(String value) {
        return new Text(value);
    }

    static GgufValue texts(List<String> values) {
        return new TextArray(values.toArray(String[]::new));
    }

    static GgufValue floats(float... values) {
        byte[] raw = new byte[Math.multiplyExact(values.length, 4)];
        MemorySegment.copy(values, 0, MemorySegment.ofArray(raw), LittleEndian.FLOAT, 0, values.length);
        return new NumberArray(GgufValueType.F32, raw);
    }

    static GgufValue ints(int... values) {
        byte[] raw = new byte[Math.multiplyExact(values.length, 4)];
        MemorySegment.copy(values, 0, MemorySegment.ofArray(raw), LittleEndian.INT, 0, values.length);
        return new NumberArray(GgufValueType.I32, raw);
    }

    /** A whole number; a u64 above 2^63-1 is held as its two's complement. */
    record Whole(GgufValueType type, long value) implements GgufValue {
        public Whole {
            boolean fits = switch (type) {
                case U8 -> value >= 0 && value <= 0xFF;
                case I8 -> value == (byte) value;
                case U16 -> value >= 0 && value <= 0xFFFF;
                case I16 -> value == (short) value;
                case U32 -> value >= 0 && value <= 0xFFFF_FFFFL;
                case I32 -> value == (int) value;
                case U64, I64 -> true;
                case F32, F64, BOOL, STRING, ARRAY -> false;
            };
            if (!fits) {
                throw new IrException("metadata value " + value + " does not fit type " + type.lowerName());
            }
        }
    }

    /** A floating-point number; f32 values widen exactly. */
    record Real(GgufValueType type, double value) implements GgufValue {
        public Real {
            if (!type.isReal()) {
                throw new IrException("metadata value " + value + " does not fit type " + type.lowerName());
            }
        }
    }

    /** A truth value. */
    record Bool(boolean value) implements GgufValue {
        @Override
        public GgufValueType type() {
            return GgufValueType.BOOL;
        }
    }

    /** A string; bytes that are not UTF-8 were replaced by U+FFFD. */
    record Text(String value) implements GgufValue {
        @Override
        public GgufValueType type() {
            return GgufValueType.STRING;
        }
    }

    /** An array of strings. The array returned is not a copy: treat it as read-only. */
    final class TextArray implements GgufValue {
        private final String[] values;

        TextArray(String[] values) {
            this.values = values;
        }

        @Override
        public GgufValueType type() {
            return GgufValueType.ARRAY;
        }

        @Override
        public String typeName() {
            return "array of string";
        }

        public int length() {
            return values.length;
        }

        public String[] values() {
            return values;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof TextArray that && Arrays.equals(values, that.values);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(values);
        }

        @Override
        public String toString() {
            return "TextArray[" + values.length + "]";
        }
    }

    /** An array of numbers or bools, held as the file's little-endian bytes. */
    final class NumberArray implements GgufValue {
        private final GgufValueType elementType;
        private final byte[] raw;

        NumberArray(GgufValueType elementType, byte[] raw) {
            this.elementType = elementType;
            this.raw = raw;
        }

        @Override
        public GgufValueType type() {
            return GgufValueType.ARRAY;
        }

        @Override
        public String typeName() {
            return "array of " + elementType.lowerName();
        }

        public GgufValueType elementType() {
            return elementType;
        }

        public int length() {
            return raw.length / elementType.minimumBytes();
        }

        /** Element {@code index} of an array of whole numbers or bools (0 or 1). */
        public long wholeAt(int index) {
            MemorySegment bytes = MemorySegment.ofArray(raw);
            long at = (long) index * elementType.minimumBytes();
            return switch (elementType) {
                case U8, BOOL -> bytes.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
                case I8 -> bytes.get(ValueLayout.JAVA_BYTE, at);
                case U16 -> bytes.get(LittleEndian.SHORT, at) & 0xFFFF;
                case I16 -> bytes.get(LittleEndian.SHORT, at);
                case U32 -> bytes.get(LittleEndian.INT, at) & 0xFFFF_FFFFL;
                case I32 -> bytes.get(LittleEndian.INT, at);
                case U64, I64 -> bytes.get(LittleEndian.LONG, at);
                case F32, F64, STRING, ARRAY -> throw new IrException(typeName() + " holds no whole numbers");
            };
        }

        /** Element {@code index} of an array of f32 or f64. */
        public double realAt(int index) {
            MemorySegment bytes = MemorySegment.ofArray(raw);
            return switch (elementType) {
                case F32 -> bytes.get(LittleEndian.FLOAT, index * 4L);
                case F64 -> bytes.get(LittleEndian.DOUBLE, index * 8L);
                case U8, I8, U16, I16, U32, I32, U64, I64, BOOL, STRING, ARRAY ->
                    throw new IrException(typeName() + " holds no floating-point numbers");
            };
        }

        byte[] raw() {
            return raw;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof NumberArray that && elementType == that.elementType && Arrays.equals(raw, that.raw);
        }

        @Override
        public int hashCode() {
            return 31 * elementType.hashCode() + Arrays.hashCode(raw);
        }

        @Override
        public String toString() {
            return "NumberArray[" + length() + " " + elementType.lowerName() + "]";
        }
    }
}
