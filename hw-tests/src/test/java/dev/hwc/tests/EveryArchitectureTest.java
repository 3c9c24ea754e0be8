package dev.hwc.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.compiler.lower.TilingOptions;
import dev.hwc.compiler.pass.CompilationUnit;
import dev.hwc.compiler.pipeline.FrontEnd;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.interp.F32;
import dev.hwc.ir.interp.Interpreter;
import dev.hwc.ir.tensor.LogitRows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Does the simulator compute what the reference interpreter computes, for every architecture that the
 * accelerator runs? Every logit of a prompt in large pieces, then of greedy decoding, bit for bit.
 */
class EveryArchitectureTest {
    private static final List<String> PRESETS = List.of("tiny-4x4", "edge-16x16");
    private static final String PROMPT = "Once upon a time, there was a little girl";
    private static final int GENERATED = 8;

    @ParameterizedTest
    @CsvSource({
        "minicpm-f32",
        "openelm-f32",
        "openelm-Q8_0",
        "bitnet-f32",
        "bitnet-TQ1_0",
        "bitnet-TQ2_0",
        "gpt2-f32",
        "phi3-f32",
        "gemma2-Q8_0"
    })
    void everyLogitOfARandomModelIsEqual(String name) {
        try (Model model = TestModels.open("random/rand-" + name)) {
            compare(model, model.tokenizer().encode(PROMPT, true));
        }
    }

    /** A prompt that ends behind the window of 64 tokens, and tokens that follow it. */
    @ParameterizedTest
    @CsvSource({"phi3-f32", "phi3-Q4_K_M", "gemma2-f32", "gemma2-Q4_0"})
    void everyLogitBehindASlidingWindowIsEqual(String name) {
        try (Model model = TestModels.open("random/rand-" + name)) {
            int window = model.config().features().slidingWindow();
            assertEquals(64, window);
            int[] text = model.tokenizer().encode(PROMPT.repeat(8), true);
            compare(model, Arrays.copyOf(text, window + 13));
        }
    }

    /**
     * Families without a stored file, with random weights: a rectifier, its square with a gate (heads of 24
     * are padded, with the norm behind them), GELU with a gate.
     */
    @ParameterizedTest
    @CsvSource({"opt, 32", "bitnet, 32", "bitnet, 24", "gemma, 32"})
    void everyLogitOfARandomFolderIsEqual(String family, int head, @TempDir Path folder) throws IOException {
        try (Model model = Model.ofFolder(RandomFolders.write(family, head, 96, folder))) {
            compare(model, tokens());
        }
    }

    /** Heads of 24 become 32, and the norm behind them has as many more elements. */
    @Test
    void aPaddedNormIsThatOfTheFile(@TempDir Path folder) throws IOException {
        try (Model model = Model.ofFolder(RandomFolders.write("bitnet", 24, 96, folder))) {
            CompilationUnit padded = FrontEnd.canonical(HardwareSpecs.preset("tiny-4x4"), LogitRows.LAST)
                    .run(model)
                    .unit();
            assertEquals(64, padded.weights().spec("blk.0.attn_sub_norm.weight").columns());
            Interpreter found = new Interpreter(padded.program(), padded.weights()::weight, new F32());
            float[] expected = new Interpreter(model, new F32()).step(tokens(), 0);
            assertArrayEquals(expected, found.step(tokens(), 0), 1e-5f);
        }
    }

    /** A bias of 16,416 elements has more bytes than a row of a load; 160 KiB hold two slots of it, 512 three. */
    @Test
    void longBiasesAreLoadedInPieces(@TempDir Path folder) throws IOException {
        try (Model model = Model.ofFolder(RandomFolders.write("opt", 32, 16_416, folder))) {
            HardwareSpec spec = HardwareSpecs.preset("npu-128x128");
            compare(
                    model,
                    tokens(),
                    List.of(spec, withBuffers(spec, spec.buffers().activationKib(), 160)));
        }
    }

    /**
     * 1 KiB holds 16 blocks of a row: 2 of the stream and 14 of gated activations. Queries stand where those
     * come later.
     */
    @Test
    void queriesInThePlaceOfGatedActivationsGiveTheSameBits(@TempDir Path folder) throws IOException {
        try (Model model = Model.ofFolder(RandomFolders.write("opt", 32, 448, folder))) {
            HardwareSpec spec = HardwareSpecs.preset("tiny-4x4");
            compare(model, tokens(), List.of(withBuffers(spec, 1, spec.buffers().loadKib())));
        }
    }

    private static HardwareSpec withBuffers(HardwareSpec spec, int activationKib, int loadKib) {
        HardwareSpec.Buffers from = spec.buffers();
        HardwareSpec.Buffers buffers = new HardwareSpec.Buffers(
                from.weightKib(),
                activationKib,
                from.outputKib(),
                from.vectorKib(),
                loadKib,
                from.storeKib(),
                from.instructions());
        return new HardwareSpec(
                spec.name(),
                spec.clockMhz(),
                spec.array(),
                spec.vectorLanes(),
                buffers,
                spec.port(),
                spec.memory(),
                spec.scratchpads(),
                spec.pim());
    }

    private static int[] tokens() {
        return new Random(9).ints(11, 0, RandomFolders.VOCABULARY).toArray();
    }

    private static void compare(Model model, int[] prompt) {
        compare(model, prompt, PRESETS.stream().map(HardwareSpecs::preset).toList());
    }

    private static void compare(Model model, int[] prompt, List<HardwareSpec> specs) {
        int length = prompt.length + GENERATED;
        Reference reference = Reference.greedy(model, HardwareSpecs.preset("tiny-4x4"), prompt, length);
        for (HardwareSpec spec : specs) {
            try (SimulatedSession session = new SimulatedSession(model, spec, length, TilingOptions.DEFAULT)) {
                reference.compareGreedy(session, prompt.length, model.source() + " on " + spec.name());
            }
        }
    }
}
