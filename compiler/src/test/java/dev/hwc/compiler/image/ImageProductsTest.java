package dev.hwc.compiler.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.compiler.CompileException;
import dev.hwc.compiler.RandomModels;
import dev.hwc.compiler.lower.TilingOptions;
import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.ir.tensor.FusedKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images of hardware with memory that computes: what they say of its products, and what they must not say. */
class ImageProductsTest {
    private static final HardwareSpec HARDWARE = HardwareSpecs.preset("edge-16x16+lpddr5-pim");
    private static final long SEED = 5;
    private static final int MUTANTS = 400;

    @TempDir
    static Path folder = Path.of("");

    private static Path file = Path.of("");
    private static ImageBytes image = new ImageBytes(new byte[0]);
    private static int section;
    private static Model model;
    private static CompiledModel compiled;

    @BeforeAll
    static void image() throws IOException {
        Path weights = folder.resolve("model.gguf");
        RandomModels.writeQwen2(GgmlType.Q4_0, weights);
        model = Model.open(weights.toString());
        compiled = CompiledModel.compile(
                model, HARDWARE, 64, TilingOptions.DEFAULT.withMemoryKernels(2).withInMemory(FusedKind.PRODUCTS));
        file = folder.resolve("good.hwx");
        HwxImage.write(compiled, List.of(1, 4), file);
        image = ImageBytes.of(file);
        section = image.section(ImageFormat.Kind.PRODUCTS);
    }

    @AfterAll
    static void close() {
        compiled.close();
        model.close();
    }

    @Test
    void productsAndTheirWeightsAreThoseOfTheModel() {
        try (ImageModel opened = ImageModel.open(file, HARDWARE)) {
            assertEquals(compiled.products(), opened.products());
            assertEquals(9, opened.products().size());
            assertEquals(compiled.windowBytes(), opened.windowBytes());
            for (int product = 0; product < opened.products().size(); product++) {
                int parts = opened.products().get(product).parts().size();
                for (int part = 0; part < parts; part++) {
                    assertSame(compiled.productMatrix(product, part), opened.productMatrix(product, part));
                }
            }
        }
    }

    private static void assertSame(BlockMatrix expected, BlockMatrix found) {
        assertEquals(expected.rows(), found.rows());
        for (int row = 0; row < expected.rows(); row++) {
            assertArrayEquals(expected.codes(row), found.codes(row));
            assertArrayEquals(expected.scales(row), found.scales(row));
        }
    }

    @Test
    void stepsAreThoseOfTheModel() {
        try (ImageModel opened = ImageModel.open(file, HARDWARE)) {
            for (int tokens : new int[] {1, 4}) {
                for (boolean logits : new boolean[] {true, false}) {
                    assertEquals(compiled.job(tokens, logits), opened.job(tokens, logits));
                    assertEquals(
                            compiled.macs(tokens, 9, logits),
                            opened.job(tokens, logits).macs(9));
                }
                assertEquals(compiled.logitsOffset(tokens), opened.logitsOffset(tokens));
            }
            assertThrows(CompileException.class, () -> opened.job(2, true));
            assertThrows(CompileException.class, () -> opened.job(1, true).arguments(64));
        }
    }

    @Test
    void promptsAreCutIntoTheStepsThatAreThere() {
        try (ImageModel opened = ImageModel.open(file, HARDWARE)) {
            assertEquals(List.of(4, 4, 1, 1), opened.promptSteps(10, 0));
            assertEquals(List.of(1), opened.promptSteps(1, 63));
            assertThrows(CompileException.class, () -> opened.promptSteps(2, 63));
        }
    }

    @Test
    void aPromptThatNoStepsAddUpToIsRefused() {
        Path even = folder.resolve("even.hwx");
        HwxImage.write(compiled, List.of(4, 6), even);
        try (ImageModel opened = ImageModel.open(even, HARDWARE)) {
            assertEquals(List.of(4, 4), opened.promptSteps(8, 0)); // not 6 and a rest of 2
            assertThrows(CompileException.class, () -> opened.promptSteps(9, 0));
        }
    }

    // ---- what must not be ------------------------------------------------------------------------

    private static String refused(byte[] bytes) throws IOException {
        Path damaged = folder.resolve("damaged.hwx");
        Files.write(damaged, bytes);
        IrException e = assertThrows(
                IrException.class, () -> HwxImage.read(damaged, HARDWARE).close());
        String message = String.valueOf(e.getMessage());
        assertEquals(1, message.lines().count(), message);
        return message.replace(damaged.toString(), "FILE");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "\"operator\":\"qkv\" | \"operator\":\"qkw\" | operator 'qkw' is unknown",
                "\"offset\":0,\"inputs\" | \"offset\":-64,\"inputs\" | offset is -64, allowed 0..1099511627775",
                "\"offset\":0,\"inputs\" | \"offset\":1,\"inputs\" | offset is 1, allowed are multiples of 64",
                "\"offset\":0,\"inputs\" | \"offset\":64,\"inputs\" | begins before the end of the one before",
                "\"offset\":0,\"inputs\" | \"offset\":\"0\",\"inputs\" | section products: ",
                "\"inputs\":64 | \"inputs\":0 | inputs is 0, allowed 1..16777216",
                "\"inputs\":64 | \"inputs\":2000000000 | inputs is 2000000000, allowed 1..16777216",
                "\"inputs\":64 | \"inputs\":65 | weight blk.0.attn_k.weight has 2 blocks, the product 65 inputs",
                "\"rows\":32 | \"rows\":0 | rows is 0, allowed 1..255",
                "\"rows\":32 | \"rows\":255 | begins before the end of the one before",
                "\"kernels\":2 | \"kernels\":3 | kernels is 3, allowed are 1, 2, 4",
                "\"parts\":[{ | \"parts\":[{},{ | section products: Missing creator property",
                "\"format\":\"i4\" | \"format\":\"i5\" | format 'i5' is unknown, allowed are [i8, i4",
                "\"outputs\":64 | \"outputs\":66 | outputs is 66, allowed are multiples of 4",
                "\"outputs\":64 | \"outputs\":-4 | outputs is -4, allowed 4..16777216",
                "\"tileColumns\":16 | \"tileColumns\":0 | tileColumns is 0, allowed 1..128",
                "\"pieces\":[[2,1]] | \"pieces\":[] | number of piece sizes is 0, allowed 1..2",
                "\"pieces\":[[2,1]] | \"pieces\":[[2]] | pieces [2] are not [blocks, count]",
                "\"pieces\":[[2,1]] | \"pieces\":[[0,2]] | blocks of a piece is 0, allowed 1..524288",
                "\"pieces\":[[2,1]] | \"pieces\":[[500000,500000]] | blocks of weight blk.0.attn_k.weight is 2",
                "\"pieces\":[[2,1]] | \"pieces\":[[2,null]] | section products: ",
                "\"heads\":4 | \"heads\":0 | heads is 0, allowed 1..1024",
                "\"kvHeads\":2 | \"kvHeads\":3 | 4 heads are not whole groups of 3 KV heads",
                "\"headSize\":32 | \"headSize\":512 | headSize is 512, allowed 32..256",
                "\"headSize\":32 | \"headSize\":40 | headSize is 40, allowed are multiples of 32",
                "\"tokens\":64 | \"tokens\":0 | tokens of attention is 0, allowed 1..16777216",
                "\"rowBytes\": | \"rowBytes\":-1, \"more\": | section products: ",
                "\"rowBytes\": | \"rowBytes\":1 | rowBytes is 1",
                "\"window\":0 | \"window\":-1 | window is -1, allowed 0..16777216",
                "\"attention\":[ | \"attentions\":[ | section products: Missing creator property 'attention'",
                "\"products\":[ | \"product\":[ | section products: Missing creator property 'products'",
            })
    void wrongProductsAreNamed(String from, String to, String message) throws IOException {
        String text = image.text(section);
        assertTrue(text.contains(from), "the table has " + from);
        String found = refused(image.withText(section, text.replaceFirst(Pattern.quote(from), to)));
        assertTrue(found.startsWith("FILE at byte "), found);
        assertTrue(found.contains(message), found);
    }

    @Test
    void aTableWithoutProductsIsRefused() throws IOException {
        String found = refused(image.withText(section, "{\"products\":[],\"attention\":[]}"));
        assertTrue(found.contains("number of products is 0, allowed 1..8192"), found);
    }

    @Test
    void weightsBeyondTheirSectionAreRefused() throws IOException {
        String text = image.text(section);
        int weights = image.sectionBytes(image.section(ImageFormat.Kind.WEIGHTS));
        String moved = text.replaceFirst("\"outputs\":64,\"offset\":0", "\"outputs\":64,\"offset\":" + (weights - 64));
        assertNotEquals(text, moved);
        String found = refused(image.withText(section, moved));
        assertTrue(found.contains("end of weight blk.0.attn_k.weight in window 0 is "), found);
        assertTrue(found.endsWith("allowed 0.." + weights), found);
    }

    @Test
    void productsBeyondTheirWindowAreRefused() throws IOException {
        String manifest = image.text(0);
        String small = manifest.replaceFirst("(\"index\":4,\"name\":\"products\",\"bytes\":)\\d+", "$164");
        assertNotEquals(manifest, small);
        String found = refused(image.withText(0, small));
        assertTrue(found.contains("end of the last product or attention in window 4 is "), found);
        assertTrue(found.endsWith("allowed 0..64"), found);
    }

    @Test
    void piecesThatAreNoWholeWeightGroupsOfTheHardwareAreRefused() throws IOException {
        HardwareSpec wide = HardwareSpecs.preset("npu-128x128+hbm2-pim"); // a group of 128 codes of 4 bits
        try (HwxImage read = HwxImage.read(file)) {
            IrException e = assertThrows(
                    IrException.class, () -> read.products().orElseThrow().requireGroups(wide));
            assertTrue(String.valueOf(e.getMessage()).contains("allowed on " + wide.name() + " are multiples of 4"));
        }
    }

    @Test
    void anImageWithoutProductsIsNotForHardwareThatHasSome() throws IOException {
        HardwareSpec plain = HARDWARE.withPim(null);
        Path other = folder.resolve("plain.hwx");
        try (CompiledModel without = CompiledModel.compile(model, plain, 64, TilingOptions.DEFAULT)) {
            HwxImage.write(without, List.of(1), other);
        }
        ImageBytes bytes = ImageBytes.of(other);
        String claimed = bytes.text(0).replace(plain.hash(), HARDWARE.hash());
        assertTrue(
                refused(bytes.withText(0, claimed)).contains("has no products of memory that computes, the hardware"));
    }

    @Test
    void aWindowWithoutProductsIsRefused() throws IOException {
        String manifest = image.text(0);
        String four = manifest.replaceFirst(",\\{\"index\":4[^}]*}", "");
        assertNotEquals(manifest, four);
        String found = refused(image.withText(0, four));
        assertTrue(found.contains("with five windows products, then weights and constants or neither"), found);
    }

    /** Any number of manifest and products replaced by any other: refused, or what is read can be used. */
    @Test
    void anyNumberMayBeWrong() throws IOException {
        Random random = new Random(SEED);
        String[] values = {
            "-1",
            "0",
            "1",
            "3",
            "64",
            "255",
            "4096",
            "2147483647",
            "4294967296",
            "1099511627775",
            "9223372036854775807",
            "-9223372036854775808",
            "1e30",
            "0.5",
            "null",
            "\"x\"",
            "[]"
        };
        int readable = 0;
        for (int i = 0; i < MUTANTS; i++) {
            int target = i % 4 == 0 ? 0 : section;
            String text = image.text(target);
            List<MatchResult> numbers =
                    Pattern.compile("(?<=[:,\\[])\\d+").matcher(text).results().toList();
            MatchResult at = numbers.get(random.nextInt(numbers.size()));
            String value = values[random.nextInt(values.length)];
            String changed = text.substring(0, at.start()) + value + text.substring(at.end());
            Path mutant = folder.resolve("mutant.hwx");
            Files.write(mutant, image.withText(target, changed));
            try (ImageModel opened = ImageModel.open(mutant, HARDWARE)) {
                readable++;
                for (int product = 0; product < opened.products().size(); product++) {
                    assertTrue(opened.productMatrix(product, 0).rows() > 0);
                }
                opened.placements(1);
                opened.tokenOffsets(0);
            } catch (IrException | CompileException e) {
                assertEquals(1, String.valueOf(e.getMessage()).lines().count(), "seed " + SEED + ": " + e.getMessage());
            }
        }
        assertTrue(readable > 0 && readable < MUTANTS / 2, readable + " of " + MUTANTS + " could be read");
    }
}
