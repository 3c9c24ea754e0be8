package dev.hwc.compiler.image;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The bytes of a good image, and copies in which something is not as it should be but every checksum is right. */
@SuppressWarnings("ArrayRecordComponent") // a carrier; never compared
record ImageBytes(byte[] good) {
    static ImageBytes of(Path file) throws IOException {
        return new ImageBytes(Files.readAllBytes(file));
    }

    int sections() {
        return MemorySegment.ofArray(good).get(ImageFormat.INT, 12);
    }

    int sectionOffset(int index) {
        return (int) MemorySegment.ofArray(good).get(ImageFormat.LONG, 32 + 32L * index + 8);
    }

    int sectionBytes(int index) {
        return (int) MemorySegment.ofArray(good).get(ImageFormat.LONG, 32 + 32L * index + 16);
    }

    private ImageFormat.Kind kind(int index) {
        return ImageFormat.Kind.of(MemorySegment.ofArray(good).get(ImageFormat.INT, 32 + 32L * index), "");
    }

    /** The number of the first section of a kind. */
    int section(ImageFormat.Kind kind) {
        for (int i = 0; i < sections(); i++) {
            if (kind(i) == kind) {
                return i;
            }
        }
        throw new AssertionError("no section " + kind);
    }

    String text(int index) {
        return new String(good, sectionOffset(index), sectionBytes(index), StandardCharsets.UTF_8);
    }

    /** The image with a number changed. */
    byte[] edited(int at, int value) {
        byte[] damaged = good.clone();
        MemorySegment.ofArray(damaged).set(ImageFormat.INT, at, value);
        return sealed(damaged);
    }

    /** The image with another text in a section, whatever its length. */
    byte[] withText(int index, String text) {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        byte[] image = Arrays.copyOf(good, 32 + 32 * sections());
        MemorySegment head = MemorySegment.ofArray(image);
        int end = image.length;
        for (int i = 0; i < sections(); i++) {
            byte[] part = i == index
                    ? content
                    : Arrays.copyOfRange(good, sectionOffset(i), sectionOffset(i) + sectionBytes(i));
            int offset = (int) kind(i).align(end);
            head.set(ImageFormat.LONG, 32 + 32L * i + 8, offset);
            head.set(ImageFormat.LONG, 32 + 32L * i + 16, part.length);
            end = offset + part.length;
            image = Arrays.copyOf(image, end);
            System.arraycopy(part, 0, image, offset, part.length);
            head = MemorySegment.ofArray(image);
        }
        image = Arrays.copyOf(image, end + ImageFormat.DIGEST_BYTES);
        MemorySegment.ofArray(image).set(ImageFormat.LONG, 16, image.length);
        return new ImageBytes(image).sealed(image);
    }

    /** The image with all checksums made right again, as far as its numbers allow. */
    byte[] sealed(byte[] image) {
        MemorySegment bytes = MemorySegment.ofArray(image);
        for (int i = 0; i < sections(); i++) {
            MemorySegment section = bytes.asSlice(sectionOffset(i), sectionBytes(i));
            bytes.set(ImageFormat.INT, 32 + 32L * i + 24, ImageFormat.crc(section));
        }
        bytes.set(ImageFormat.INT, 28, 0);
        bytes.set(ImageFormat.INT, 28, ImageFormat.crc(bytes.asSlice(0, 32 + 32L * sections())));
        byte[] digest = ImageFormat.sha256(bytes.asSlice(0, image.length - 32));
        System.arraycopy(digest, 0, image, image.length - 32, 32);
        return image;
    }
}
