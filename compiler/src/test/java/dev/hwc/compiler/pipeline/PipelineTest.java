package dev.hwc.compiler.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.compiler.CompileException;
import dev.hwc.compiler.PassGolden;
import dev.hwc.compiler.RandomWeights;
import dev.hwc.compiler.pass.CanonicalRope;
import dev.hwc.compiler.pass.CompilationUnit;
import dev.hwc.compiler.pass.FuseKernels;
import dev.hwc.compiler.pass.ImportModel;
import dev.hwc.compiler.pass.PadFeedForward;
import dev.hwc.compiler.pass.PadHeads;
import dev.hwc.compiler.pass.Pass;
import dev.hwc.compiler.pass.PassContext;
import dev.hwc.compiler.pass.Stage;
import dev.hwc.compiler.weights.WeightSource;
import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.tensor.TensorOp;
import dev.hwc.ir.tensor.TensorProgram;
import dev.hwc.ir.text.TensorParser;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class PipelineTest {
    private static final String SHAPE = "stories15m";

    /** A pass that a test makes up. */
    private record Made(String name, UnaryOperator<CompilationUnit> work) implements Pass {
        @Override
        public Set<Stage> before() {
            return Set.of(Stage.IMPORTED);
        }

        @Override
        public Set<Stage> after() {
            return Set.of();
        }

        @Override
        public CompilationUnit run(CompilationUnit unit, PassContext context) {
            return work.apply(unit);
        }
    }

    private static Pipeline pipeline(Pass... passes) {
        return new Pipeline(PassGolden.EDGE, new ImportModel(), List.of(passes));
    }

    private static String orderError(Pass... passes) {
        return String.valueOf(
                assertThrows(CompileException.class, () -> pipeline(passes)).getMessage());
    }

    private static CompileException failure(UnaryOperator<CompilationUnit> work) {
        try (Model model = Model.ofShape(SHAPE)) {
            return assertThrows(
                    CompileException.class,
                    () -> pipeline(new CanonicalRope(), new Made("Made", work)).run(model));
        }
    }

    @Test
    void refusesAWrongOrderBeforeAnythingRuns() {
        assertEquals(
                "FuseKernels must run after CanonicalRope (done: ImportModel)",
                orderError(new FuseKernels(), new CanonicalRope(), new PadHeads()));
        assertEquals(
                "FuseKernels must run after PadHeads (done: ImportModel, CanonicalRope)",
                orderError(new CanonicalRope(), new FuseKernels(), new PadHeads()));
        assertEquals(
                "FuseKernels must run after PadFeedForward (done: ImportModel, CanonicalRope, PadHeads)",
                orderError(new CanonicalRope(), new PadHeads(), new FuseKernels()));
    }

    @Test
    void acceptsBothOrdersOfIndependentPasses() {
        assertEquals(
                4,
                pipeline(new PadFeedForward(), new PadHeads(), new CanonicalRope(), new FuseKernels())
                        .passes()
                        .size());
    }

    @Test
    void passesNameTheStagesTheyEstablish() {
        for (Pass pass : FrontEnd.standard(PassGolden.EDGE.hardware()).passes()) {
            pass.after().forEach(stage -> assertEquals(pass.name(), stage.pass()));
        }
    }

    @Test
    void recordsEachPassAndDumpsOnRequest() {
        try (Model model = Model.ofShape(SHAPE)) {
            PipelineResult result = FrontEnd.standard(PassGolden.EDGE.hardware())
                    .dumping("PadHeads"::equals)
                    .run(model);
            assertEquals(
                    List.of(
                            "ImportModel",
                            "CenterStream",
                            "CanonicalRope",
                            "PadHeads",
                            "PadFeedForward",
                            "WidenWeights",
                            "FuseKernels"),
                    result.records().stream().map(PassRecord::pass).toList());
            assertEquals(
                    List.of("PadHeads"),
                    result.records().stream()
                            .filter(record -> record.text().isPresent())
                            .map(PassRecord::pass)
                            .toList());
            TensorProgram dumped =
                    TensorParser.parse(result.records().get(3).text().orElseThrow());
            assertEquals(
                    result.unit().program().primitives(),
                    dumped.primitives(),
                    "fusing only groups the operations of the stage before");
            assertTrue(result.records().stream().allMatch(record -> record.nanoseconds() >= 0));
        }
    }

    @Test
    void attachesTheProgramThatBreaksARule() {
        CompileException e = failure(unit -> {
            List<TensorOp> ops = unit.program().ops();
            return unit.withProgram(unit.program().withOps(ops.subList(1, ops.size())));
        });
        assertEquals(
                "wrong program after Made: program G2: %embed, needed by rms_norm %blk.0.attn_norm, is not assigned"
                        + " before it; program G2: %embed, needed by add %blk.0.attn_residual, is not assigned"
                        + " before it",
                e.getMessage());
        assertTrue(TensorParser.parse(e.programText().orElseThrow()).ops().size() > 10);
    }

    @Test
    void refusesWeightsThatDoNotFitTheirParameters() {
        WeightSource other = RandomWeights.of(RandomWeights.matrix("emb", 8, 32, GgmlType.Q8_0, new Random(1)));
        assertEquals(
                "wrong program after Made: weight emb is [8,32]q8_0 and its parameter is @emb:[8,32]f32",
                failure(unit -> new CompilationUnit(lookup(), other)).getMessage());
    }

    @Test
    void refusesMissingWeights() {
        assertEquals(
                "wrong program after Made: no weight 'emb'; there are []",
                failure(unit -> new CompilationUnit(lookup(), RandomWeights.of()))
                        .getMessage());
    }

    private static TensorProgram lookup() {
        return TensorParser.parse("""
                program lookup
                param @emb:[8,32]f32
                input %ids:[M]i32
                %x = embed %ids:[M]i32, @emb:[8,32]f32 -> [M,32]f32
                output %x:[M,32]f32
                """);
    }

    @Test
    void namesThePassThatFailsAndAttachesItsInput() {
        CompileException e = failure(unit -> {
            throw new IrException("linear L3: sizes differ");
        });
        assertEquals("Made: linear L3: sizes differ", e.getMessage());
        assertTrue(e.programText().orElseThrow().startsWith("program "));
    }
}
