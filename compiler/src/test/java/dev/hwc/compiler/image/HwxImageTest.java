package dev.hwc.compiler.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.compiler.CompileException;
import dev.hwc.compiler.RandomModels;
import dev.hwc.compiler.SharedModels;
import dev.hwc.compiler.lower.TilingOptions;
import dev.hwc.ir.IrException;
import dev.hwc.ir.format.WholeFile;
import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HwxImageTest {
    private static final HardwareSpec TINY = HardwareSpecs.preset("tiny-4x4");

    @TempDir
    static Path folder = Path.of("");

    private static Path modelFile = Path.of("");

    @BeforeAll
    static void model() {
        modelFile = folder.resolve("model.gguf");
        RandomModels.writeQwen2(GgmlType.Q8_0, modelFile);
    }

    private interface Use {
        void of(CompiledModel compiled) throws IOException;
    }

    private static void compiled(Use use) throws IOException {
        try (Model model = Model.open(modelFile.toString());
                CompiledModel compiled = CompiledModel.compile(model, TINY, 64, TilingOptions.DEFAULT)) {
            use.of(compiled);
        }
    }

    @Test
    void readsWhatItWrites() throws IOException {
        Path file = folder.resolve("round.hwx");
        compiled(compiled -> {
            HwxImage.write(compiled, List.of(1, 4, 1), file);
            try (HwxImage image = HwxImage.read(file, TINY)) {
                ImageManifest manifest = image.manifest();
                assertEquals("model", manifest.model().name());
                assertEquals(64, manifest.model().sha256().length());
                assertEquals(new ImageManifest.Hardware("tiny-4x4", TINY.hash()), manifest.hardware());
                assertEquals(compiled.layout().context(), manifest.context());
                assertEquals(
                        compiled.windowBytes().get(0), manifest.windows().get(0).bytes());
                assertEquals(
                        compiled.windowBytes().get(3), manifest.windows().get(3).bytes());
                assertEquals(4, image.steps().size());
                assertEquals(Optional.empty(), image.products());
                assertStep(compiled, compiled.step(1), image.step(1, true).orElseThrow());
                assertStep(compiled, compiled.step(4), image.step(4, true).orElseThrow());
                assertStep(
                        compiled, compiled.step(4, false), image.step(4, false).orElseThrow());
                assertEquals(Optional.empty(), image.step(2, true));
                assertSame(compiled.weights(), image.weights());
                assertSame(compiled.constants(), image.constants());
                for (int id = 0; id < 96; id++) {
                    assertArrayEquals(
                            compiled.layout().tokenOffsets(id),
                            manifest.tokens().offsets(id));
                }
                assertThrows(IrException.class, () -> manifest.tokens().offsets(96));
            }
        });
    }

    private static void assertStep(CompiledModel compiled, StepProgram expected, HwxImage.Step found) {
        assertEquals(expected.program(), found.program());
        assertEquals(expected.scratchpadPeakBytes(), found.entry().scratchpadPeakBytes());
        assertEquals(
                compiled.layout().logitsOffset(expected.tokens()), found.entry().logitsOffset());
        assertEquals(compiled.job(expected.tokens(), found.entry().logits()), found.job(compiled.context()));
    }

    private static void assertSame(Optional<MemorySegment> expected, Optional<MemorySegment> found) {
        assertEquals(-1, expected.orElseThrow().mismatch(found.orElseThrow()));
        assertTrue(found.orElseThrow().isMapped());
        assertTrue(found.orElseThrow().isReadOnly());
        assertEquals(0, found.orElseThrow().address() % 4096);
    }

    @Test
    void namesTheWeightsOfEveryOperator() throws IOException {
        Path file = folder.resolve("sources.hwx");
        compiled(compiled -> {
            HwxImage.write(compiled, List.of(1), file);
            try (HwxImage image = HwxImage.read(file)) {
                Map<String, List<String>> tensors = image.steps().getFirst().tensors();
                assertEquals(List.of("token_embd.weight"), tensors.get("embed"));
                assertEquals(
                        List.of(
                                "blk.0.ffn_norm.weight",
                                "blk.0.ffn_gate.weight",
                                "blk.0.ffn_up.weight",
                                "blk.1.ffn_norm.weight",
                                "blk.1.ffn_gate.weight",
                                "blk.1.ffn_up.weight"),
                        tensors.get("blk.0-1.gate_up"));
                assertFalse(tensors.containsKey("start"));
                List<String> labels = image.steps().getFirst().program().labels();
                assertTrue(labels.containsAll(tensors.keySet()), labels::toString);
            }
        });
    }

    @Test
    void equalModelsGiveEqualBytes() throws IOException {
        Path first = folder.resolve("first.hwx");
        Path second = folder.resolve("second.hwx");
        compiled(compiled -> HwxImage.write(compiled, List.of(1, 4), first));
        compiled(compiled -> HwxImage.write(compiled, List.of(4, 1), second));
        assertEquals(-1, Files.mismatch(first, second));
    }

    @Test
    void aShapeHasNoWeights() {
        Path file = folder.resolve("shape.hwx");
        try (Model model = Model.open("shape:stories15m@q4_0");
                CompiledModel compiled = CompiledModel.compile(model, TINY, 64, TilingOptions.DEFAULT)) {
            HwxImage.write(compiled, List.of(1), file);
        }
        try (HwxImage image = HwxImage.read(file, TINY)) {
            assertEquals(Optional.empty(), image.weights());
            assertEquals(Optional.empty(), image.constants());
            assertEquals(2, image.steps().size());
        }
    }

    @Test
    void refusesOtherHardware() throws IOException {
        Path file = folder.resolve("tiny.hwx");
        compiled(compiled -> HwxImage.write(compiled, List.of(1), file));
        HardwareSpec other = HardwareSpecs.preset("edge-8x8");
        IrException e = assertThrows(IrException.class, () -> HwxImage.read(file, other));
        assertEquals(
                file + " was compiled for tiny-4x4 (hash " + TINY.hash() + "), the hardware is edge-8x8 (hash "
                        + other.hash() + "); compile the model for this hardware",
                e.getMessage());
        HwxImage.read(file, TINY.withMemory(TINY.idealMemory())).close(); // the memory behind the port may differ
    }

    @Test
    void aFailedWriteLeavesNothing() throws IOException {
        Path file = folder.resolve("failed.hwx");
        compiled(compiled -> {
            WholeFile full = new WholeFile(output -> new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    throw new IOException("No space left on device");
                }
            });
            IrException e = assertThrows(IrException.class, () -> ImageWriter.write(compiled, List.of(1), file, full));
            assertTrue(String.valueOf(e.getMessage()).contains("No space left"), e.getMessage());
            assertThrows(CompileException.class, () -> HwxImage.write(compiled, List.of(1, 4096), file));
        });
        try (var files = Files.list(folder)) {
            assertEquals(
                    List.of(),
                    files.filter(f -> f.toString().contains("failed")).toList());
        }
    }

    @Test
    void saysWhichFileIsMissing() {
        Path file = folder.resolve("missing.hwx");
        IrException e = assertThrows(IrException.class, () -> HwxImage.read(file));
        assertEquals(file + " does not exist; compile a model with -o to make it", e.getMessage());
    }

    @Test
    void namesTheVersionOfTheBuild() throws IOException {
        String pom = Files.readString(SharedModels.root().resolve("pom.xml"));
        assertTrue(pom.contains("<artifactId>hwc-parent</artifactId>\n  <version>" + ImageFormat.HWC_VERSION + "<"));
    }

    @Test
    void weightsAreNotOnTheHeap() throws IOException {
        Path file = folder.resolve("mapped.hwx");
        compiled(compiled -> HwxImage.write(compiled, List.of(1), file));
        try (HwxImage image = HwxImage.read(file)) {
            MemorySegment weights = image.weights().orElseThrow();
            assertTrue(IntStream.range(0, 100).anyMatch(i -> weights.get(ValueLayout.JAVA_BYTE, i) != 0));
        }
    }
}
