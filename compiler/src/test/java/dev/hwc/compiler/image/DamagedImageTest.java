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
    private static ImageBytes image = new ImageBytes(good);

    @BeforeAll
    static void image() throws IOException {
        Path file = folder.resolve("good.hwx");
        try (Model model = Model.open("shape:stories15m@q4_0");
                CompiledModel compiled = CompiledModel.compile(model, TINY, 64, TilingOptions.DEFAULT)) {
            HwxImage.write(compiled, List.of(1, 2), file);
        }
        image = ImageBytes.of(file);
        good = image.good();
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
        int sections = image.sections();
        assertRefusedAt(0);
        for (int length = 0; length < 200; length++) {
            assertRefusedAt(length);
        }
        for (int i = 0; i < sections; i++) {
            int offset = image.sectionOffset(i);
            assertRefusedAt(offset - 1);
            assertRefusedAt(offset);
            assertRefusedAt(offset + 1);
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
        damaged[image.sectionOffset(1) + 5] ^= 4;
        String message = refused(damaged);
        assertTrue(
                message.startsWith("FILE at byte " + image.sectionOffset(1) + ": section program 0: CRC-32C is "),
                message);
    }

    @Test
    void aFlippedBitBetweenSectionsIsFoundByTheDigest() {
        byte[] damaged = good.clone();
        int end = image.sectionOffset(0) + image.sectionBytes(0);
        assertTrue(end < image.sectionOffset(1), "there is padding behind the manifest");
        damaged[end] = 1;
        String message = refused(damaged);
        assertTrue(message.startsWith("FILE at byte " + (good.length - 32) + ": SHA-256 is "), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "8 | 1 | FILE at byte 8: version is 1, supported is 3; compile the model again with this hwc",
                "8 | 4 | FILE at byte 8: version is 4, supported is 3; compile the model again with this hwc",
                "12 | 0 | FILE at byte 12: the image has 0 sections, allowed 1..4096",
                "12 | -1 | FILE at byte 12: the image has 4294967295 sections, allowed 1..4096",
                "32 | 9 | FILE at byte 32: section kind 9 is unknown; allowed 1..6",
                "60 | 1 | FILE at byte 60: unused bytes of the section table are set",
            })
    void wrongNumbersInTheHeaderAreNamed(int at, int value, String message) {
        assertEquals(message, refused(image.edited(at, value)));
    }

    @Test
    void aTableLargerThanTheFileIsRefused() {
        String message = refused(image.edited(12, 4096)).replaceAll("sections at \\d+", "sections at N");
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
                        + image.sectionOffset(1) + ", behind the section before",
                refused(image.sealed(damaged)));
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, Long.MIN_VALUE, -1, 1L << 40, (1 << 20) + 1})
    void sectionsOfHugeSizeAreRefused(long size) {
        byte[] damaged = good.clone();
        MemorySegment.ofArray(damaged).set(ImageFormat.LONG, 32 + 32 + 16, size);
        String message = refused(image.sealed(damaged));
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
        String manifest = new String(damaged, image.sectionOffset(0), image.sectionBytes(0), StandardCharsets.UTF_8);
        assertTrue(manifest.contains(from), manifest);
        byte[] changed =
                manifest.replaceFirst(java.util.regex.Pattern.quote(from), to).getBytes(StandardCharsets.UTF_8);
        assertEquals(image.sectionBytes(0), changed.length);
        System.arraycopy(changed, 0, damaged, image.sectionOffset(0), changed.length);
        String found = refused(image.sealed(damaged));
        assertTrue(found.startsWith("FILE at byte " + image.sectionOffset(0) + ": "), found);
        assertTrue(found.contains(message), found);
    }

    @Test
    void instructionsAreDecodedStrictly() {
        byte[] damaged = good.clone();
        damaged[image.sectionOffset(2)] ^= 1;
        String message = refused(image.sealed(damaged));
        assertTrue(
                message.startsWith(
                        "FILE at byte " + image.sectionOffset(2) + ": program 1: queue matrix pc 0: instruction word"),
                message);
    }

    @Test
    void programsThatBreakARuleAreRefused() {
        byte[] damaged = good.clone();
        byte[] halt = ProgramCodec.encode(Queue.LOAD, List.of(new Instruction.Halt(Queue.LOAD, Tokens.NONE)));
        System.arraycopy(halt, 0, damaged, image.sectionOffset(1), halt.length);
        assertEquals(
                "FILE, step of 1 tokens: program does not fit hardware 'tiny-4x4': queue load pc 0: halt before the end,"
                        + " allowed is one, as the last instruction (I6)",
                refused(image.sealed(damaged)));
    }

    @Test
    void sourcesMustFitTheirProgram() {
        byte[] damaged = good.clone();
        String text = new String(damaged, image.sectionOffset(5), image.sectionBytes(5), StandardCharsets.UTF_8);
        String changed = text.replaceFirst("(\\[\\[\\d,)[0-8]", "$19"); // a run of another length
        System.arraycopy(
                changed.getBytes(StandardCharsets.UTF_8), 0, damaged, image.sectionOffset(5), image.sectionBytes(5));
        String message = refused(image.sealed(damaged));
        assertTrue(message.startsWith("FILE at byte " + image.sectionOffset(5) + ": sources 0: queue "), message);
    }
}
