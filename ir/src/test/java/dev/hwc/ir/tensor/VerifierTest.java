package dev.hwc.ir.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.GgmlType;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VerifierTest {
    private static final Value X = new Value("x", TensorType.f32(Dim.tokens(), Dim.of(4)));
    private static final Value Y = new Value("y", X.type());
    private static final Parameter W = Parameter.matrix("w", 4, 4, GgmlType.F32);

    private static TensorProgram program(List<TensorOp> ops, Value... outputs) {
        return TensorProgram.of("p", List.of(X), ops, List.of(outputs));
    }

    private static void breaks(String rule, TensorProgram program) {
        List<String> problems = Verifier.problems(program);
        assertTrue(problems.stream().anyMatch(problem -> problem.startsWith(rule + ":")), problems.toString());
        assertThrows(IrException.class, () -> Verifier.verify(program));
    }

    @Test
    void acceptsCorrectProgram() {
        var program = program(List.of(new Add("y", X, X)), Y);
        assertSame(program, Verifier.verify(program));
    }

    @Test
    void acceptsRandomPrograms() {
        long seed = 20261123;
        var random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            assertEquals(List.of(), Verifier.problems(RandomPrograms.next(random)), "seed " + seed + " program " + i);
        }
    }

    @Test
    void programG1_rejectsSecondAssignment() {
        breaks("program G1", program(List.of(new Add("y", X, X), new Mul("y", X, X)), Y));
        breaks("program G1", program(List.of(new Add("x", X, X)), X));
    }

    @Test
    void programG2_rejectsUseBeforeAssignment() {
        breaks("program G2", program(List.of(new Add("z", Y, Y), new Add("y", X, X)), Y));
    }

    @Test
    void programG2_rejectsUseOfValueHiddenInRegion() {
        var inner = new Add("y", X, X);
        var result = new Add("z", inner.result(), X);
        var region = new Fused(FusedKind.DOWN_ADD, List.of(inner, result), List.of(result.result()));
        breaks("program G2", program(List.of(region, new Add("u", Y, Y)), result.result()));
    }

    @Test
    void programG3_rejectsUseWithOtherType() {
        Value wide = new Value("x", TensorType.f32(Dim.tokens(), Dim.of(5)));
        breaks("program G3", program(List.of(new Add("y", wide, wide)), Y));
    }

    @Test
    void programG4_rejectsMissingOutputs() {
        breaks("program G4", program(List.of(new Add("y", X, X))));
        breaks("program G4", program(List.of(), Y));
    }

    @Test
    void programG5_rejectsUndeclaredUnusedAndRedeclaredParameters() {
        TensorOp linear = new Linear("y", X, W);
        breaks("program G5", new TensorProgram("p", List.of(), List.of(X), List.of(linear), List.of(Y)));
        breaks("program G5", new TensorProgram("p", List.of(W, W), List.of(X), List.of(linear), List.of(Y)));
        breaks("program G5", new TensorProgram("p", List.of(W), List.of(X), List.of(), List.of(X)));
        var other = Parameter.matrix("w", 4, 4, GgmlType.F16);
        breaks("program G5", new TensorProgram("p", List.of(other), List.of(X), List.of(linear), List.of(Y)));
    }

    @Test
    void programG6_rejectsSecondAttentionOfLayer() {
        var first = new Attention("y", X, X, X, 3, 1, 1, 4, 1);
        var second = new Attention("z", X, X, X, 3, 1, 1, 4, 1);
        breaks("program G6", program(List.of(first, second), Y));
    }
}
