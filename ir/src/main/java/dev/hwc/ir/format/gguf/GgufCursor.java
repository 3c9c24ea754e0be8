package dev.hwc.ir.format.gguf;

import dev.hwc.ir.IrException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads little-endian values one after the other and never past the end: every count is compared
 * with the bytes that remain before anything of that size is allocated.
 */
final class GgufCursor {
    private final String source;
    private final MemorySegment bytes;
    private long position;
    private byte[] scratch = new byte[256];

    GgufCursor(String source, MemorySegment bytes) {
        this.source = source;
        this.bytes = bytes;
    }

    long position() {
        return position;
    }

    long remaining() {
        return bytes.byteSize() - position;
    }

    IrException error(long at, String problem) {
        return new IrException(message(at, problem));
    }

    IrException error(long at, String problem, Throwable cause) {
        return new IrException(message(at, problem), cause);
    }

    private String message(long at, String problem) {
        return OneLine.of(source + " at byte " + at + ": " + problem);
    }

    byte u8(String what) {
        return bytes.get(ValueLayout.JAVA_BYTE, advance(1, what));
    }

    short u16(String what) {
        return bytes.get(LittleEndian.SHORT, advance(2, what));
    }

    int u32(String what) {
        return bytes.get(LittleEndian.INT, advance(4, what));
    }

    long u64(String what) {
        return bytes.get(LittleEndian.LONG, advance(8, what));
    }

    float f32(String what) {
        return bytes.get(LittleEndian.FLOAT, advance(4, what));
    }

    double f64(String what) {
        return bytes.get(LittleEndian.DOUBLE, advance(8, what));
    }

    /**
     * A count of things that follow, each taking at least {@code minimumBytes}.
     *
     * @throws IrException when the rest of the file cannot hold so many, or above {@code limit}
     */
    int count(String what, int minimumBytes, int limit) {
        long at = position;
        long count = u64(what);
        long possible = remaining() / minimumBytes;
        if (Long.compareUnsigned(count, possible) > 0) {
            throw error(
                    at,
                    what + " " + Long.toUnsignedString(count) + " exceeds what the remaining " + remaining()
                            + " bytes can hold (at most " + possible + "); the file is truncated or corrupt");
        }
        if (count > limit) {
            throw error(at, what + " " + count + " exceeds the limit of " + limit);
        }
        return (int) count;
    }

    /** A length-prefixed string; bytes that are not UTF-8 become U+FFFD. */
    String string(String what, int limit) {
        int length = count(what + " length", 1, limit);
        return length == 0 ? "" : new String(copyToScratch(length, what), 0, length, StandardCharsets.UTF_8);
    }

    /** A length-prefixed string that must not be empty and must be UTF-8, as names must. */
    String name(String what, int limit) {
        long at = position;
        int length = count(what + " length", 1, limit);
        if (length == 0) {
            throw error(at, what + " is empty; the file is corrupt");
        }
        ByteBuffer raw = ByteBuffer.wrap(copyToScratch(length, what), 0, length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(raw).toString();
        } catch (CharacterCodingException e) {
            throw error(at, what + " is not UTF-8; the file is corrupt", e);
        }
    }

    /** Copies the next {@code length} bytes, which {@link #count} has shown to exist. */
    byte[] take(long length, String what) {
        long at = advance(length, what);
        return bytes.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
    }

    private byte[] copyToScratch(int length, String what) {
        if (scratch.length < length) {
            scratch = new byte[Math.max(length, 2 * scratch.length)];
        }
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, advance(length, what), scratch, 0, length);
        return scratch;
    }

    private long advance(long length, String what) {
        if (length > remaining()) {
            throw error(
                    position,
                    what + " needs " + length + " bytes but only " + remaining()
                            + " remain; the file is truncated, copy or download it again");
        }
        long at = position;
        position += length;
        return at;
    }
}
