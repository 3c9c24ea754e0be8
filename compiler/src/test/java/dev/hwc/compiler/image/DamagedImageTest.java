package dev.hwc.compiler.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.compiler.lower.TilingOptions;
import dev.hwc.ir.IrException;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.isa.Instruction;
import dev.hwc.ir.isa.ProgramCodec;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens to an image, reading it ends in one line that says where. */
class DamagedImageTest {
    private static final HardwareSpec TINY = HardwareSpecs.preset("tiny-4x4");
    private static final long SEED = 17;

    @TempDir
    static Path folder = Path.of("");

    private static byte[] good = {};

    @BeforeAll
    static void image() throws IOException {
        Path file = folder.resolve("good.hwx");
        try (Model model = Model.open("shape:stories15m@q4_0");
                CompiledModel compiled = CompiledModel.compile(model, TINY, 64, TilingOptions.DEFAULT)) {
            HwxImage.write(compiled, List.of(1, 2), file);
        }
        good = Files.readAllBytes(file);
    }

    private static String refused(byte[] bytes) {
        Path file = folder.resolve("damaged.hwx");
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        IrException e =
                assertThrows(IrException.class, () -> HwxImage.read(file, TINY).close());
        String message = String.valueOf(e.getMessage());
        assertEquals(1, message.lines().count(), message);
        return message.replace(file.toString(), "FILE");
    }

    @Test
    void everyTruncationIsRefused() {
        MemorySegment image = MemorySegment.ofArray(good);
        int sections = image.get(ImageFormat.INT, 12);
        assertRefusedAt(0);
        for (int length = 0; length < 200; length++) {
            assertRefusedAt(length);
        }
        for (int i = 0; i < sections; i++) {
            long offset = image.get(ImageFormat.LONG, ImageFormat.HEADER_BYTES + 32L * i + 8);
            assertRefusedAt((int) offset - 1);
            assertRefusedAt((int) offset);
            assertRefusedAt((int) offset + 1);
        }
        assertRefusedAt(good.length - 32);
        assertRefusedAt(good.length - 1);
    }

    private static void assertRefusedAt(int length) {
        String message = refused(Arrays.copyOf(good, length));
        assertTrue(message.startsWith("FILE at byte "), message);
    }

    @Test
    void bytesAtTheEndAreRefused() {
        assertEquals(
                "FILE at byte 16: the image has " + good.length + " bytes, the file " + (good.length + 1)
                        + "; it was cut or something was added; copy it again",
                refused(Arrays.copyOf(good, good.length + 1)));
    }

    @Test
    void everyFlippedBitIsRefused() {
        Random random = new Random(SEED);
        for (int i = 0; i < 1500; i++) {
            int at = i < 700 ? i : random.nextInt(good.length);
            int bit = random.nextInt(8);
            byte[] damaged = good.clone();
            damaged[at] ^= (byte) (1 << bit);
            String message = refused(damaged);
            assertTrue(message.startsWith("FILE at byte "), () -> "seed " + SEED + " byte " + at + ": " + message);
        }
    }

    @Test
    void aFlippedBitInASectionIsNamed() {
        byte[] damaged = good.clone();
        damaged[sectionOffset(1) + 5] ^= 4;
        String message = refused(damaged);
        assertTrue(
                message.startsWith("FILE at byte " + sectionOffset(1) + ": section program 0: CRC-32C is "), message);
    }

    @Test
    void aFlippedBitBetweenSectionsIsFoundByTheDigest() {
        byte[] damaged = good.clone();
        int end = sectionOffset(0) + sectionBytes(0);
        assertTrue(end < sectionOffset(1), "there is padding behind the manifest");
        damaged[end] = 1;
        String message = refused(damaged);
        assertTrue(message.startsWith("FILE at byte " + (good.length - 32) + ": SHA-256 is "), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "8 | 2 | FILE at byte 8: version is 2, supported is 1; compile the model again with this hwc",
                "12 | 0 | FILE at byte 12: the image has 0 sections, allowed 1..4096",
                "12 | -1 | FILE at byte 12: the image has 4294967295 sections, allowed 1..4096",
                "32 | 9 | FILE at byte 32: section kind 9 is unknown; allowed 1..5",
                "60 | 1 | FILE at byte 60: unused bytes of the section table are set",
            })
    void wrongNumbersInTheHeaderAreNamed(int at, int value, String message) {
        assertEquals(message, refused(edited(at, value)));
    }

    @Test
    void aTableLargerThanTheFileIsRefused() {
        String message = refused(edited(12, 4096)).replaceAll("sections at \\d+", "sections at N");
        assertTrue(
                message.startsWith("FILE at byte 12: the table of 4096 sections ends at byte 131104, the "), message);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 64, Long.MAX_VALUE, Long.MIN_VALUE, -1, -64})
    void sectionsThatOverlapOrLeaveTheFileAreRefused(long offset) {
        byte[] damaged = good.clone();
        MemorySegment.ofArray(damaged).set(ImageFormat.LONG, 32 + 32 + 8, offset);
        assertEquals(
                "FILE at byte 72: section program starts at byte " + Long.toUnsignedString(offset) + ", expected "
                        + sectionOffset(1) + ", behind the section before",
                refused(sealed(damaged)));
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, Long.MIN_VALUE, -1, 1L << 40, (1 << 20) + 1})
    void sectionsOfHugeSizeAreRefused(long size) {
        byte[] damaged = good.clone();
        MemorySegment.ofArray(damaged).set(ImageFormat.LONG, 32 + 32 + 16, size);
        String message = refused(sealed(damaged));
        assertTrue(
                message.startsWith(
                        "FILE at byte 80: section program has " + Long.toUnsignedString(size) + " bytes, allowed 0.."),
                message);
    }

    // ---- content with correct checksums ----------------------------------------------------------

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "\"context\":64 | \"context\":-9 | manifest: context is -9, allowed 1..16777216",
                "\"context\":64 | \"context\":6. | section manifest: ",
                "\"context\":64 | \"contexs\":64 | section manifest: Missing creator property 'context'",
                "\"context\":64 | \"context\":xx | section manifest: Unrecognized token 'xx'",
                "\"tokens\":2 | \"tokens\":0 | manifest: a step of 0 tokens, allowed 1..255",
                "\"permissions\":\"r\" | \"permissions\":\"x\" | manifest: window 0 has permissions 'x', allowed r, rw",
                "\"divisor\":4 | \"divisor\":0 | manifest: argument keyTiles divides by 0, at least 1",
            })
    void wrongManifestsAreNamed(String from, String to, String message) {
        byte[] damaged = good.clone();
        String manifest = new String(damaged, sectionOffset(0), sectionBytes(0), StandardCharsets.UTF_8);
        assertTrue(manifest.contains(from), manifest);
        byte[] changed =
                manifest.replaceFirst(java.util.regex.Pattern.quote(from), to).getBytes(StandardCharsets.UTF_8);
        assertEquals(sectionBytes(0), changed.length);
        System.arraycopy(changed, 0, damaged, sectionOffset(0), changed.length);
        String found = refused(sealed(damaged));
        assertTrue(found.startsWith("FILE at byte " + sectionOffset(0) + ": "), found);
        assertTrue(found.contains(message), found);
    }

    @Test
    void instructionsAreDecodedStrictly() {
        byte[] damaged = good.clone();
        damaged[sectionOffset(2)] ^= 1;
        String message = refused(sealed(damaged));
        assertTrue(
                message.startsWith(
                        "FILE at byte " + sectionOffset(2) + ": program 1: queue matrix pc 0: instruction word"),
                message);
    }

    @Test
    void programsThatBreakARuleAreRefused() {
        byte[] damaged = good.clone();
        byte[] halt = ProgramCodec.encode(Queue.LOAD, List.of(new Instruction.Halt(Queue.LOAD, Tokens.NONE)));
        System.arraycopy(halt, 0, damaged, sectionOffset(1), halt.length);
        assertEquals(
                "FILE, step of 1 tokens: program does not fit hardware 'tiny-4x4': queue load pc 0: halt before the end,"
                        + " allowed is one, as the last instruction (I6)",
                refused(sealed(damaged)));
    }

    @Test
    void sourcesMustFitTheirProgram() {
        byte[] damaged = good.clone();
        String text = new String(damaged, sectionOffset(5), sectionBytes(5), StandardCharsets.UTF_8);
        String changed = text.replaceFirst("(\\[\\[\\d,)[0-8]", "$19"); // a run of another length
        System.arraycopy(changed.getBytes(StandardCharsets.UTF_8), 0, damaged, sectionOffset(5), sectionBytes(5));
        String message = refused(sealed(damaged));
        assertTrue(message.startsWith("FILE at byte " + sectionOffset(5) + ": sources 0: queue "), message);
    }

    // ---- helpers ---------------------------------------------------------------------------------

    private static int sectionOffset(int index) {
        return (int) MemorySegment.ofArray(good).get(ImageFormat.LONG, 32 + 32L * index + 8);
    }

    private static int sectionBytes(int index) {
        return (int) MemorySegment.ofArray(good).get(ImageFormat.LONG, 32 + 32L * index + 16);
    }

    private static byte[] edited(int at, int value) {
        byte[] damaged = good.clone();
        MemorySegment.ofArray(damaged).set(ImageFormat.INT, at, value);
        return sealed(damaged);
    }

    /** The image with all checksums made right again, as far as its numbers allow. */
    private static byte[] sealed(byte[] image) {
        MemorySegment bytes = MemorySegment.ofArray(image);
        int sections = MemorySegment.ofArray(good).get(ImageFormat.INT, 12);
        for (int i = 0; i < sections; i++) {
            MemorySegment section = bytes.asSlice(sectionOffset(i), sectionBytes(i));
            bytes.set(ImageFormat.INT, 32 + 32L * i + 24, ImageFormat.crc(section));
        }
        bytes.set(ImageFormat.INT, 28, 0);
        bytes.set(ImageFormat.INT, 28, ImageFormat.crc(bytes.asSlice(0, 32 + 32L * sections)));
        byte[] digest = ImageFormat.sha256(bytes.asSlice(0, image.length - 32));
        System.arraycopy(digest, 0, image, image.length - 32, 32);
        return image;
    }
}
