package dev.hwc.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.compiler.image.CompiledModel;
import dev.hwc.compiler.image.Placement;
import dev.hwc.compiler.image.ProductPlaces;
import dev.hwc.compiler.image.StepCost;
import dev.hwc.compiler.image.StepProgram;
import dev.hwc.compiler.lower.ModelLayout;
import dev.hwc.compiler.lower.TilingOptions;
import dev.hwc.host.device.SimulatedCost;
import dev.hwc.host.device.SimulatorDevice;
import dev.hwc.host.generation.DeviceModel;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.interp.Logits;
import dev.hwc.ir.tensor.FusedKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Attention in memory that computes: over many blocks of 32 tokens, behind a sliding window, with prompts before, between
 * and behind single tokens. Every logit is that of the reference interpreter.
 */
class MemoryAttentionTest {
    private static final String PROMPT = "Tom and his dog went to the park. They saw a big red ball.";
    private static final int LENGTH = 104;
    /** Positions at which a prompt continues, and of how many tokens: both sides of blocks and of the window of 64. */
    private static final int[][] PROMPTS = {{0, 29}, {66, 9}};

    @ParameterizedTest
    @CsvSource({
        // heads of 8 are padded to 32, two queries of each KV head
        "stories260K/stories260K-ffn192-Q8_0",
        // biases of queries, keys and values
        "random/rand-qwen2-Q8_0",
        // a window of 64 tokens
        "random/rand-phi3-f32",
        "random/rand-llama31-Q4_0"
    })
    void theBitsAreTheSameOverManyBlocks(String name) {
        try (Model model = TestModels.open(name)) {
            int[] prompt = model.tokenizer().encode(PROMPT, true);
            everyLogitIsEqual(model, Arrays.copyOf(prompt, Math.min(prompt.length, 29)), name);
        }
    }

    /** Heads of 24 elements become 32; with a norm behind attention, the results stay in the vector buffer. */
    @Test
    void theBitsOfPaddedHeadsAreTheSame(@TempDir Path folder) throws IOException {
        try (Model model = Model.ofFolder(RandomFolders.write("bitnet", 24, 96, folder))) {
            everyLogitIsEqual(model, new int[] {1, 5, 9, 2}, "bitnet with heads of 24");
        }
    }

    private static void everyLogitIsEqual(Model model, int[] prompt, String name) {
        Reference reference = Reference.greedy(model, HardwareSpecs.preset("tiny-4x4"), prompt, LENGTH);
        Random random = new Random(Campaign.seed());
        int kernels = 1;
        for (String preset : HardwareSpecs.PIM_PRESETS) {
            TilingOptions options = TilingOptions.DEFAULT
                    .withMemoryKernels(kernels)
                    .withInMemory(kernels == 1 ? Set.of(FusedKind.ATTENTION) : some(random));
            kernels = kernels % 4 + 1;
            run(model, reference, HardwareSpecs.preset(preset), options, name + " on " + preset);
        }
        Campaign.report("attention in memory: " + name + ", " + HardwareSpecs.PIM_PRESETS.size() + " presets, " + LENGTH
                + " tokens, every logit equal");
    }

    private static Set<FusedKind> some(Random random) {
        EnumSet<FusedKind> some = EnumSet.of(FusedKind.ATTENTION);
        FusedKind.PRODUCTS.stream().filter(o -> random.nextBoolean()).forEach(some::add);
        return some;
    }

    private static void run(Model model, Reference reference, HardwareSpec spec, TilingOptions options, String where) {
        try (CompiledModel compiled = CompiledModel.compile(model, spec, LENGTH, options);
                DeviceModel device = new DeviceModel(compiled, new SimulatorDevice(spec))) {
            int done = 0;
            while (done < LENGTH) {
                int from = done;
                int size = Arrays.stream(PROMPTS)
                        .filter(p -> p[0] <= from && from < p[0] + p[1])
                        .mapToInt(p -> Math.min(p[0] + p[1] - from, compiled.maxTokens()))
                        .findFirst()
                        .orElse(1);
                float[] logits =
                        device.step(reference.tokens(done, done + size), done).logits();
                done += size;
                int after = done;
                Bits.assertSame(
                        reference.after(done), logits, () -> where + " with " + options.inMemory() + " after " + after);
            }
        }
    }

    /** Both sides of a block, the last position, and results of several kernels. */
    @Test
    void theEventJumpEqualsTheOracle() {
        try (Model model = TestModels.open("stories260K/stories260K-ffn192-Q4_0")) {
            long cycles = 0;
            for (String preset : HardwareSpecs.PIM_PRESETS) {
                HardwareSpec spec = HardwareSpecs.preset(preset);
                TilingOptions options =
                        TilingOptions.DEFAULT.withMemoryKernels(4).withInMemory(Set.of(FusedKind.ATTENTION));
                try (CompiledModel compiled = CompiledModel.compile(model, spec, 64, options)) {
                    for (int position : new int[] {31, 32, 63}) {
                        cycles += MemorySimulators.cycles(compiled, 1, position);
                    }
                    cycles += MemorySimulators.cycles(compiled, Math.min(7, compiled.maxTokens()), 28);
                }
            }
            Campaign.report("event jump = oracle with attention in memory: " + HardwareSpecs.PIM_PRESETS.size()
                    + " presets, " + cycles + " cycles on both");
        }
    }

    /** 90 tokens of the demo model, each with the search's choice and with attention on the array. */
    @Test
    void generationIsThatOfTheArray() {
        HardwareSpec spec = HardwareSpecs.preset("edge-16x16+lpddr5-pim");
        try (Model model = Model.ofGguf(TestModels.demo("demo-q4_0.gguf"))) {
            int[] array = generated(model, spec, ProductPlaces.ARRAY);
            int[] memory = generated(model, spec, ProductPlaces.MEMORY);
            assertEquals(Arrays.toString(array), Arrays.toString(memory));
        }
    }

    private static int[] generated(Model model, HardwareSpec spec, ProductPlaces places) {
        int[] prompt = model.tokenizer().encode("Once upon a time", true);
        int[] tokens = Arrays.copyOf(prompt, 90);
        SimulatedCost cost = new SimulatedCost(spec);
        try (CompiledModel compiled = CompiledModel.compile(model, spec, tokens.length, cost, places);
                DeviceModel device = new DeviceModel(compiled, new SimulatorDevice(spec))) {
            for (Placement placement : device.placements(1)) {
                assertEquals(places == ProductPlaces.MEMORY, placement.inMemory(), placement.reason());
            }
            int done = 0;
            while (done + 1 < tokens.length) {
                int size = done == 0 ? Math.min(prompt.length, compiled.maxTokens()) : 1;
                float[] logits = device.step(Arrays.copyOfRange(tokens, done, done + size), done)
                        .logits();
                done += size;
                if (done >= prompt.length) {
                    tokens[done] = Logits.argmax(logits);
                }
            }
        }
        return tokens;
    }

    /** Where weights fit and keys and values do not, products are in memory, attention is on the array, and why is said. */
    @Test
    void withoutRoomForKeysAttentionStaysOnTheArray() {
        HardwareSpec spec = HardwareSpecs.preset("edge-16x16+lpddr5-pim");
        SimulatedCost simulated = new SimulatedCost(spec);
        StepCost full = new StepCost() {
            @Override
            public long cycles(StepProgram step, ModelLayout layout, long[] arguments) {
                return simulated.cycles(step, layout, arguments);
            }

            @Override
            public boolean holds(ModelLayout layout) {
                return simulated.holds(layout) && layout.pimAttention().isEmpty();
            }
        };
        try (Model model = Model.ofGguf(TestModels.demo("demo-q4_0.gguf"));
                CompiledModel compiled = CompiledModel.compile(model, spec, 64, full, ProductPlaces.CHEAPEST);
                CompiledModel roomy = CompiledModel.compile(model, spec, 64, simulated, ProductPlaces.CHEAPEST);
                DeviceModel device = new DeviceModel(compiled, new SimulatorDevice(spec));
                DeviceModel other = new DeviceModel(roomy, new SimulatorDevice(spec))) {
            assertTrue(compiled.attention().isEmpty());
            assertFalse(roomy.attention().isEmpty());
            assertEquals(
                    "on the array: beside the weights memory that computes has no room for keys and values of 64 tokens",
                    placement(compiled, FusedKind.ATTENTION).reason());
            assertTrue(placement(compiled, FusedKind.GATE_UP).inMemory());
            for (int position = 0; position < 5; position++) {
                int[] token = {400 + position};
                assertArrayEquals(
                        other.step(token, position).logits(),
                        device.step(token, position).logits());
            }
        }
    }

    private static Placement placement(CompiledModel compiled, FusedKind operator) {
        return compiled.placements(1).stream()
                .filter(p -> p.operator() == operator)
                .findFirst()
                .orElseThrow();
    }

    /** Scores with soft caps stay on the array, and why is said in one line. */
    @Test
    void softCapsStayOnTheArray() {
        HardwareSpec spec = HardwareSpecs.preset("edge-16x16+lpddr5-pim");
        try (Model model = TestModels.open("random/rand-gemma2-Q4_0");
                CompiledModel compiled =
                        CompiledModel.compile(model, spec, 64, new SimulatedCost(spec), ProductPlaces.MEMORY)) {
            Placement attention = placement(compiled, FusedKind.ATTENTION);
            assertFalse(attention.inMemory());
            assertEquals("on the array: memory that computes has no soft caps of scores", attention.reason());
            assertTrue(compiled.placements(1).stream()
                    .filter(p -> p.operator() != FusedKind.ATTENTION)
                    .allMatch(Placement::inMemory));
        }
    }
}
