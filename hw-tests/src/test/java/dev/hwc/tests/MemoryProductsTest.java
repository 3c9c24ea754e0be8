package dev.hwc.tests;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.compiler.image.CompiledModel;
import dev.hwc.compiler.lower.TilingOptions;
import dev.hwc.host.device.SimulatorDevice;
import dev.hwc.host.generation.DeviceModel;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.tensor.FusedKind;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Does it matter where a product is computed? Logits with any of a decoder's products in memory that
 * computes are those of the reference interpreter, bit for bit.
 */
class MemoryProductsTest {
    private static final String PROMPT = "Tom and his dog";
    private static final int LENGTH = 24;

    @ParameterizedTest
    @CsvSource({
        "stories260K/stories260K-ffn192-Q8_0",
        "stories260K/stories260K-ffn192-Q4_0",
        // projections of different formats: two kernels behind one operand
        "stories260K/stories260K-pad256-Q4_K_M",
        // in memory nl4 is i8, and what would be i4m is i8 everywhere
        "stories260K/stories260K-ffn192-IQ4_NL",
        "stories260K/stories260K-pad256-Q4_1",
        // biases
        "random/rand-qwen2-Q8_0",
        // soft caps, a gate that is no SiLU, norms behind the products
        "random/rand-gemma2-Q4_0",
        // GELU without gate, biases everywhere; scales; norms before products; layers of differing sizes
        "random/rand-gpt2-f32",
        "random/rand-minicpm-f32",
        "random/rand-bitnet-TQ2_0",
        "random/rand-openelm-Q8_0"
    })
    void theBitsAreTheSame(String name) {
        try (Model model = TestModels.open(name)) {
            int[] prompt = model.tokenizer().encode(PROMPT, true);
            // any hardware whose memory computes: weights with offsets are i8 there (numerics N29)
            HardwareSpec computing = HardwareSpecs.preset(HardwareSpecs.PIM_PRESETS.getFirst());
            Reference reference = Reference.greedy(model, computing, prompt, LENGTH);
            Random random = new Random(Campaign.seed());
            for (String preset : HardwareSpecs.PIM_PRESETS) {
                HardwareSpec spec = HardwareSpecs.preset(preset);
                run(model, reference, spec, FusedKind.PLACED, name + " on " + preset);
                run(model, reference, spec, some(random), name + " on " + preset);
            }
            Campaign.report("products in memory: " + name + ", " + HardwareSpecs.PIM_PRESETS.size() + " presets, "
                    + LENGTH + " tokens, every logit equal");
        }
    }

    /** Three devices for two KV heads behind a slow link: the bits of the interpreter, and both simulators agree. */
    @Test
    void devicesBehindCxlGiveTheSameBits() {
        HardwareSpec.Cxl link = new HardwareSpec.Cxl(3, 1, 16, 256, 40, 60);
        HardwareSpec spec =
                HardwareSpecs.preset("edge-16x16+lpddr5-pim").withPim(new HardwareSpec.Pim("gddr6-aim", 2, link));
        try (Model model = TestModels.open("random/rand-qwen2-Q8_0")) {
            Reference reference =
                    Reference.greedy(model, HardwareSpecs.preset("tiny-4x4"), new int[] {1, 5, 9, 2}, LENGTH);
            run(model, reference, spec, FusedKind.PLACED, "behind CXL");
            TilingOptions options = TilingOptions.DEFAULT.withMemoryKernels(2).withInMemory(FusedKind.PLACED);
            try (CompiledModel compiled = CompiledModel.compile(model, spec, LENGTH, options)) {
                long cycles = MemorySimulators.cycles(compiled, 1, 3) + MemorySimulators.cycles(compiled, 4, 0);
                Campaign.report(
                        "devices behind CXL: every logit equal, event jump = oracle over " + cycles + " cycles");
            }
        }
    }

    /** Answers of both memories in their order, with refreshes and products of several kernels. */
    @Test
    void theEventJumpEqualsTheOracle() {
        try (Model model = TestModels.open("stories260K/stories260K-ffn192-Q4_0")) {
            long cycles = 0;
            for (String preset : HardwareSpecs.PIM_PRESETS) {
                HardwareSpec spec = HardwareSpecs.preset(preset);
                TilingOptions options =
                        TilingOptions.DEFAULT.withMemoryKernels(2).withInMemory(FusedKind.PLACED);
                try (CompiledModel compiled = CompiledModel.compile(model, spec, LENGTH, options)) {
                    for (int tokens : new int[] {1, Math.min(7, compiled.maxTokens())}) {
                        cycles += MemorySimulators.cycles(compiled, tokens, 3);
                    }
                }
            }
            Campaign.report("event jump = oracle with products in memory: " + HardwareSpecs.PIM_PRESETS.size()
                    + " presets, " + cycles + " cycles on both");
        }
    }

    /** Rows of loads and stores have at most 65,535 bytes, whatever the buffers hold. */
    @ParameterizedTest
    @ValueSource(ints = {1, 16, 128, 1024})
    void largeOutputGroupsStayWithinTheFieldsOfAnInstruction(int tiles) {
        TilingOptions options = TilingOptions.DEFAULT.withGroup(tiles).withInMemory(FusedKind.PLACED);
        try (Model model = Model.ofShape("qwen2-0.5b@q4_0")) {
            for (String preset : HardwareSpecs.PIM_PRESETS) {
                CompiledModel compiled = CompiledModel.compile(model, HardwareSpecs.preset(preset), 64, options);
                try (compiled) {
                    assertTrue(compiled.step(1).program().size() > 0, preset);
                }
            }
        }
    }

    private static Set<FusedKind> some(Random random) {
        EnumSet<FusedKind> some = EnumSet.noneOf(FusedKind.class);
        FusedKind.PLACED.stream().filter(o -> random.nextBoolean()).forEach(some::add);
        return some;
    }

    private static void run(
            Model model, Reference reference, HardwareSpec spec, Set<FusedKind> inMemory, String where) {
        TilingOptions options = TilingOptions.DEFAULT
                .withMemoryKernels(1 << inMemory.size() % 3)
                .withInMemory(inMemory);
        try (CompiledModel compiled = CompiledModel.compile(model, spec, LENGTH, options);
                DeviceModel device = new DeviceModel(compiled, new SimulatorDevice(spec))) {
            int done = 0;
            List<Integer> steps = compiled.promptSteps(LENGTH / 2, 0);
            while (done < LENGTH) {
                int size = done < LENGTH / 2 ? steps.getFirst() : 1;
                int count = Math.min(size, LENGTH - done);
                int[] tokens = Arrays.copyOfRange(reference.tokens(), done, done + count);
                float[] logits = device.step(tokens, done).logits();
                done += count;
                int after = done;
                Bits.assertSame(reference.after(done), logits, () -> where + " with " + inMemory + " after " + after);
            }
        }
    }
}
