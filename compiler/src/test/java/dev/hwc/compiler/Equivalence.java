package dev.hwc.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.compiler.pass.CompilationUnit;
import dev.hwc.ir.interp.F32;
import dev.hwc.ir.interp.Generation;
import dev.hwc.ir.interp.Interpreter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Asserts that two units mean the same, by running both in fp32. */
public final class Equivalence {
    /**
     * Largest difference of a logit, relative to the largest logit of its row. Passes permute the
     * terms of fp32 sums of up to some hundred terms; each order has a relative error of some 1e-7.
     */
    public static final double TOLERANCE = 1e-5;

    private Equivalence() {}

    /** What a unit generated after a prompt: greedy ids and the logits each was chosen from. */
    public record Sequence(List<Integer> prompt, List<Integer> ids, List<float[]> logits) {
        /** Runs a unit. */
        public static Sequence of(CompilationUnit unit, List<Integer> prompt, int tokens) {
            List<float[]> logits = new ArrayList<>();
            int[] start = prompt.stream().mapToInt(Integer::intValue).toArray();
            int[] ids = Generation.greedy(interpreter(unit), start, tokens, step -> logits.add(step.clone()));
            return new Sequence(prompt, Arrays.stream(ids).boxed().toList(), logits);
        }
    }

    /** The unit generates the same ids, with logits within {@link #TOLERANCE} at each step. */
    public static void assertSame(Sequence expected, CompilationUnit unit) {
        Sequence actual = Sequence.of(unit, expected.prompt, expected.ids.size());
        assertEquals(expected.ids, actual.ids, "generated ids");
        for (int step = 0; step < expected.logits.size(); step++) {
            assertClose(expected.logits.get(step), actual.logits.get(step), "step " + step);
        }
    }

    /** The same first output, rows of a step of several tokens, for programs that are no whole models. */
    public static void assertSameRows(CompilationUnit expected, CompilationUnit actual, int[] tokens) {
        float[][] before = interpreter(expected).run(tokens, 0);
        float[][] after = interpreter(actual).run(tokens, 0);
        assertEquals(before.length, after.length, "rows");
        for (int row = 0; row < before.length; row++) {
            assertClose(before[row], after[row], "row " + row);
        }
    }

    private static Interpreter interpreter(CompilationUnit unit) {
        return new Interpreter(unit.program(), unit.weights()::weight, new F32());
    }

    private static void assertClose(float[] expected, float[] actual, String place) {
        assertEquals(expected.length, actual.length, place);
        double largest = 0;
        for (float logit : expected) {
            largest = Math.max(largest, Math.abs(logit));
        }
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], TOLERANCE * largest, place + ", element " + i);
        }
    }
}
