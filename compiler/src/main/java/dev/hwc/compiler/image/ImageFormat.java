package dev.hwc.compiler.image;

import dev.hwc.ir.IrException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.zip.CRC32C;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/** Constants and checksums of the {@code .hwx} format (docs/spec/image.md §1). */
final class ImageFormat {
    /** The version of this compiler, as in the build. */
    static final String HWC_VERSION = "0.1.0";

    /** The first byte is not ASCII, and line ends change when a file is moved as text. */
    static final byte[] MAGIC = {(byte) 0x89, 'H', 'W', 'X', '\r', '\n', 0x1A, '\n'};

    static final int VERSION = 3;
    static final int HEADER_BYTES = 32;
    static final int ENTRY_BYTES = 32;
    static final int DIGEST_BYTES = 32;
    static final int MAX_SECTIONS = 4096;

    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Strict: every key known, present and once. */
    static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final int CHUNK = 1 << 20;

    private ImageFormat() {}

    /** What a section holds; its number, alignment and largest size. */
    enum Kind {
        MANIFEST(1, 64, 1 << 20),
        PROGRAM(2, 64, 1 << 20),
        SOURCES(3, 64, 1 << 24),
        WEIGHTS(4, 4096, 1L << 40),
        CONSTANTS(5, 4096, 1L << 40),
        PRODUCTS(6, 64, 1 << 24);

        private final int code;
        private final int alignment;
        private final long maxBytes;

        Kind(int code, int alignment, long maxBytes) {
            this.code = code;
            this.alignment = alignment;
            this.maxBytes = maxBytes;
        }

        int code() {
            return code;
        }

        long maxBytes() {
            return maxBytes;
        }

        /** The first aligned offset from here on. */
        long align(long offset) {
            return Math.ceilDiv(offset, (long) alignment) * alignment;
        }

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Kind of(int code, String place) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new IrException(place + ": section kind " + Integer.toUnsignedString(code)
                    + " is unknown; allowed 1.." + values().length);
        }
    }

    /**
     * An entry of the section table.
     *
     * @param index among the sections of its kind: 4·step + queue for programs, step for sources
     */
    record Section(Kind kind, int index, long offset, long bytes, int crc) {
        long end() {
            return offset + bytes;
        }

        /** For messages, e.g. {@code program 5}. */
        String name() {
            return kind.text() + (kind == Kind.PROGRAM || kind == Kind.SOURCES ? " " + index : "");
        }
    }

    static int crc(MemorySegment bytes) {
        CRC32C crc = new CRC32C();
        for (long at = 0; at < bytes.byteSize(); at += CHUNK) {
            crc.update(chunk(bytes, at));
        }
        return (int) crc.getValue();
    }

    static byte[] sha256(MemorySegment bytes) {
        MessageDigest digest = sha256();
        for (long at = 0; at < bytes.byteSize(); at += CHUNK) {
            digest.update(chunk(bytes, at));
        }
        return digest.digest();
    }

    static ByteBuffer chunk(MemorySegment bytes, long at) {
        return bytes.asSlice(at, Math.min(CHUNK, bytes.byteSize() - at)).asByteBuffer();
    }

    static byte[] sha256(String text) {
        return sha256().digest(text.getBytes(StandardCharsets.UTF_8));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
