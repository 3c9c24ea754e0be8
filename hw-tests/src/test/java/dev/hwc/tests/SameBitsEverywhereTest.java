package dev.hwc.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.compiler.CompileException;
import dev.hwc.compiler.lower.TilingOptions;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Do the bits depend on the machine? Logits of one text on all presets, in any pieces, under any
 * tiling and on random hardware are those of the reference interpreter.
 */
class SameBitsEverywhereTest {
    private static final String Q8 = "stories260K/stories260K-ffn192-Q8_0";
    private static final String Q4 = "stories260K/stories260K-ffn192-Q4_0";
    private static final String QWEN = "random/rand-qwen2-Q8_0";
    private static final String PROMPT = "Tom and his dog";
    private static final int LENGTH = 72;

    /** How a text is cut into steps. */
    private interface Pieces {
        int next(Random random, int largest);
    }

    @ParameterizedTest
    @ValueSource(strings = {Q8, Q4, QWEN})
    void onAllPresetsInOnePieceInRandomPiecesAndTokenByToken(String name) {
        try (Model model = TestModels.open(name)) {
            Reference reference = reference(model);
            Random random = new Random(Campaign.seed());
            for (String preset : HardwareSpecs.PRESETS) {
                HardwareSpec spec = HardwareSpecs.preset(preset);
                try (SimulatedSession session = new SimulatedSession(model, spec, LENGTH, TilingOptions.DEFAULT)) {
                    String place = name + " on " + preset;
                    run(session, reference, random, (r, largest) -> largest, place + " in large pieces");
                    run(session, reference, random, (r, largest) -> 1, place + " token by token");
                    run(session, reference, random, SameBitsEverywhereTest::anySize, place + " in random pieces");
                    session.scramble(random);
                    run(session, reference, random, SameBitsEverywhereTest::anySize, place + " in scrambled memory");
                }
            }
        }
    }

    @Test
    void theReferenceItselfDoesNotDependOnTheHardware() {
        try (Model model = TestModels.open(Q4)) {
            Reference narrow = reference(model);
            Reference wide =
                    Reference.greedy(model, HardwareSpecs.preset("npu-128x128"), narrow.tokens(), narrow.length());
            for (int count = 1; count <= LENGTH; count++) {
                int after = count;
                Bits.assertSame(narrow.after(count), wide.after(count), () -> "after " + after + " tokens");
            }
        }
    }

    @Test
    void underRandomTilings() {
        try (Model model = TestModels.open(Q4)) {
            Reference reference = reference(model);
            int refused = 0;
            int cases = Campaign.cases(30, 1000);
            for (int i = 0; i < cases + refused; i++) {
                long seed = Campaign.seed() + i;
                Random random = new Random(seed);
                String preset = HardwareSpecs.PRESETS.get(random.nextInt(HardwareSpecs.PRESETS.size()));
                refused += runs(model, reference, HardwareSpecs.preset(preset), random, seed) ? 0 : 1;
                assertTrue(refused <= cases, refused + " of " + (i + 1) + " tilings do not fit the presets");
            }
            Campaign.report(
                    "same bits under " + cases + " random tilings of the presets; " + refused + " more did not fit");
        }
    }

    @Test
    void onRandomHardware() {
        try (Model q8 = TestModels.open(Q8);
                Model q4 = TestModels.open(Q4);
                Model qwen = TestModels.open(QWEN)) {
            Model[] models = {q8, q4, qwen};
            Reference[] references = {reference(q8), reference(q4), reference(qwen)};
            int refused = 0;
            int cases = Campaign.cases(60, 2000);
            for (int i = 0; i < cases + refused; i++) {
                long seed = Campaign.seed() + i;
                Random random = new Random(seed);
                int m = random.nextInt(models.length);
                HardwareSpec spec = RandomHardware.spec(random);
                refused += runs(models[m], references[m], spec, random, seed) ? 0 : 1;
                assertTrue(refused <= 6 * cases + 20, refused + " of " + (i + 1) + " hardwares are too small");
            }
            Campaign.report("same bits on " + cases + " random hardwares; " + refused + " more were too small");
        }
    }

    /** Beats of 32 bytes: a quantized row is filled to 64 elements, and groups of one tile have 32. */
    @Test
    void whereAGroupIsNarrowerThanTheFillOfARow() {
        HardwareSpec preset = HardwareSpecs.preset("npu-32x32");
        HardwareSpec spec = new HardwareSpec(
                "wide-beats",
                preset.clockMhz(),
                new HardwareSpec.Array(16, 32, 6),
                preset.vectorLanes(),
                preset.buffers(),
                new HardwareSpec.Port(32, 1024, 16, 8),
                preset.memory());
        TilingOptions tiling = new TilingOptions(60, 4, 1, 1, 16, 64, TilingOptions.Memory.DEFAULT, Set.of());
        try (Model model = TestModels.open(Q8);
                SimulatedSession session = new SimulatedSession(model, spec, LENGTH, tiling)) {
            assertTrue(session.compiled().maxTokens() > spec.array().rows());
            run(session, reference(model), new Random(1), (r, largest) -> largest, "groups of one tile");
        }
    }

    private static Reference reference(Model model) {
        int[] prompt = model.tokenizer().encode(PROMPT, true);
        return Reference.greedy(model, HardwareSpecs.preset("tiny-4x4"), prompt, LENGTH);
    }

    /** Runs a text under random options, pieces and rewinds; false when it does not fit. */
    private static boolean runs(Model model, Reference reference, HardwareSpec spec, Random random, long seed) {
        TilingOptions options = RandomHardware.tiling(random);
        String place = "-Dhwc.seed=" + seed + ": " + model.source() + ", " + options + ", " + spec;
        try (SimulatedSession session = new SimulatedSession(model, spec, LENGTH, options)) {
            run(session, reference, random, SameBitsEverywhereTest::anySize, place);
            return true;
        } catch (CompileException e) { // the model, or a step of some size with this tiling
            assertEquals(1, String.valueOf(e.getMessage()).lines().count(), e.getMessage());
            return false;
        } catch (RuntimeException e) {
            throw new AssertionError(place, e);
        }
    }

    private static int anySize(Random random, int largest) {
        return random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(largest);
    }

    /** The whole text from position 0 on; random pieces now and then go back and say it again. */
    private static void run(SimulatedSession session, Reference reference, Random random, Pieces pieces, String place) {
        session.rewind(0);
        int rewinds = 2;
        while (session.position() < LENGTH) {
            int from = session.position();
            int most = Math.min(session.compiled().maxTokens(), LENGTH - from);
            int to = from + Math.min(most, pieces.next(random, most));
            boolean logits = to == LENGTH || random.nextInt(4) != 0;
            float[] found = session.step(logits, reference.tokens(from, to));
            if (logits) {
                Bits.assertSame(reference.after(to), found, () -> place + ", tokens " + from + " to " + to);
            }
            if (rewinds > 0 && random.nextInt(8) == 0) {
                rewinds--;
                session.rewind(random.nextInt(to + 1));
            }
        }
    }
}
