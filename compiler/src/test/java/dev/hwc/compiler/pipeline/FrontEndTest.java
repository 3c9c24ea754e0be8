package dev.hwc.compiler.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.compiler.Equivalence;
import dev.hwc.compiler.Equivalence.Sequence;
import dev.hwc.compiler.PassGolden;
import dev.hwc.compiler.RandomModels;
import dev.hwc.compiler.SharedModels;
import dev.hwc.compiler.pass.CompilationUnit;
import dev.hwc.compiler.pass.ImportModel;
import dev.hwc.compiler.pass.Pass;
import dev.hwc.compiler.pass.PassContext;
import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.format.model.ModelConfig;
import dev.hwc.ir.format.model.RopeStyle;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.tensor.Attention;
import dev.hwc.ir.tensor.Fused;
import dev.hwc.ir.tensor.FusedKind;
import dev.hwc.ir.tensor.LogitRows;
import dev.hwc.ir.tensor.PrimitiveOp;
import dev.hwc.ir.tensor.Rope;
import dev.hwc.ir.tensor.TensorOp;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrontEndTest {
    private static final List<Integer> PROMPT = List.of(1, 80, 17, 42, 5);
    private static final int TOKENS = 32;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "stories260K/stories260K-f32.gguf",
                "stories260K/stories260K-ffn192-Q8_0.gguf",
                "stories260K/stories260K-ffn192-Q4_0.gguf",
                "stories260K/stories260K-pad256-Q4_0.gguf",
                "stories260K/stories260K-pad256-Q6_K.gguf",
                "random/rand-qwen2-Q8_0.gguf",
                "random/rand-qwen2-f32.gguf"
            })
    void eachPassKeepsWhatAModelComputes(String name) {
        try (Model model = Model.ofGguf(SharedModels.model(name))) {
            Sequence expected = imported(model, TOKENS);
            eachPassKeepsTheFunction(model, PassGolden.EDGE, expected);
            eachPassKeepsTheFunction(model, PassGolden.WIDE, expected);
        }
    }

    @Test
    void eachPassKeepsWhatRandomModelsCompute(@TempDir Path folder) {
        Set<RopeStyle> styles = new HashSet<>();
        Set<Integer> headSizes = new HashSet<>();
        var seeds = new Random(20261123);
        for (int i = 0; i < 60; i++) {
            long seed = seeds.nextLong();
            var random = new Random(seed);
            ModelConfig config = RandomModels.config(random);
            styles.add(config.ropeStyle());
            headSizes.add(config.keyLength());
            GgmlType type = RandomModels.type(config, random);
            Path file = folder.resolve("random" + i + ".gguf");
            RandomModels.write(config, type, random, file);
            try (Model model = Model.ofGguf(file)) {
                PassContext context = random.nextBoolean() ? PassGolden.EDGE : PassGolden.WIDE;
                eachPassKeepsTheFunction(model, context, imported(model, 6));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ", " + type + ", " + config, e);
            }
        }
        assertEquals(Set.of(RopeStyle.values()), styles, "styles met");
        assertEquals(Set.of(8, 16, 48, 64), headSizes, "head sizes met");
    }

    private static void eachPassKeepsTheFunction(Model model, PassContext context, Sequence expected) {
        CompilationUnit unit = new ImportModel().run(model);
        for (Pass pass : FrontEnd.standard(context.hardware()).passes()) {
            CompilationUnit before = unit;
            unit = pass.run(before, context);
            assertEquals(List.of(), UnitVerifier.problems(unit), pass.name());
            if (!unit.equals(before)) {
                Equivalence.assertSame(expected, unit);
            }
        }
        assertCanonical(unit, context);
    }

    private static Sequence imported(Model model, int tokens) {
        return Sequence.of(new ImportModel().run(model), PROMPT, tokens);
    }

    @ParameterizedTest
    @Timeout(20)
    @CsvSource({
        "qwen2-0.5b@q8_0, 24, edge-16x16",
        "llama-2-7b@q4_0, 32, npu-128x128",
        "stories15m, 6, tiny-4x4",
        "stories15m@q4_0, 6, npu-128x128"
    })
    void lowersShapesWithoutWeights(String shape, int layers, String hardware) {
        try (Model model = Model.ofShape(shape)) {
            Pipeline pipeline = FrontEnd.standard(HardwareSpecs.preset(hardware));
            CompilationUnit unit = pipeline.run(model).unit();
            assertCanonical(unit, new PassContext(HardwareSpecs.preset(hardware)));
            assertEquals(5 * layers + 2, unit.program().ops().size());
            unit.program()
                    .parameters()
                    .forEach(p -> assertFalse(unit.weights().weight(p.name()).hasData()));
        }
    }

    @Test
    void aLayerIsFiveKernels() {
        try (Model model = Model.ofShape("stories15m")) {
            CompilationUnit unit = FrontEnd.standard(HardwareSpecs.preset("edge-16x16"))
                    .run(model)
                    .unit();
            List<FusedKind> kinds =
                    unit.program().ops().stream().map(op -> ((Fused) op).kind()).toList();
            assertEquals(FusedKind.EMBED, kinds.getFirst());
            assertEquals(
                    List.of(
                            FusedKind.QKV,
                            FusedKind.ATTENTION,
                            FusedKind.OUTPUT_ADD,
                            FusedKind.GATE_UP,
                            FusedKind.DOWN_ADD),
                    kinds.subList(1, 6));
            assertEquals(FusedKind.HEAD, kinds.getLast());
        }
    }

    @Test
    void headGivesLogitsOfAllTokensWhenAsked() {
        try (Model model = Model.ofShape("stories15m")) {
            CompilationUnit unit = FrontEnd.standard(HardwareSpecs.preset("edge-16x16"), LogitRows.ALL)
                    .run(model)
                    .unit();
            TensorOp head = unit.program().ops().getLast();
            assertTrue(head instanceof Fused(FusedKind kind, List<PrimitiveOp> body, var results)
                    && kind == FusedKind.HEAD
                    && body.size() == 2
                    && results.equals(unit.program().outputs()));
        }
    }

    @Test
    void canonicalPipelineDoesNotFuse() {
        try (Model model = Model.ofShape("stories15m")) {
            CompilationUnit unit = FrontEnd.canonical(HardwareSpecs.preset("edge-16x16"), LogitRows.LAST)
                    .run(model)
                    .unit();
            assertTrue(unit.program().ops().stream().allMatch(PrimitiveOp.class::isInstance));
        }
    }

    private static void assertCanonical(CompilationUnit unit, PassContext context) {
        assertTrue(unit.program().ops().stream().allMatch(Fused.class::isInstance), "every operation is in a region");
        for (PrimitiveOp op : unit.program().primitives()) {
            if (op instanceof Rope rope) {
                assertEquals(RopeStyle.INTERLEAVED, rope.style());
            }
            if (op instanceof Attention attention) {
                assertEquals(0, attention.headDim() % context.hardware().headGroup());
            }
        }
    }
}
