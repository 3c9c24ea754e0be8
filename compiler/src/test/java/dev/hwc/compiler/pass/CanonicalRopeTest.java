package dev.hwc.compiler.pass;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.hwc.compiler.PassGolden;
import dev.hwc.ir.format.model.WeightTensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalRopeTest {
    private final CanonicalRope pass = new CanonicalRope();

    @ParameterizedTest
    @ValueSource(strings = {"half_split", "partial_rotation"})
    void interleavesHalfSplitRotations(String name) {
        PassGolden.check(pass, name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"interleaved", "no_rotation"})
    void doesNothingWithoutHalfSplitRotations(String name) {
        CompilationUnit unit = PassGolden.unit(pass, name);
        assertSame(unit, pass.run(unit, PassGolden.EDGE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mixed_styles", "shared_weight", "rotated_output"})
    void refusesWhatItCannotInterleave(String name) {
        PassGolden.checkRefused(pass, name);
    }

    @Test
    void partnersBecomeNeighboursInsideEachHead() {
        CompilationUnit before = PassGolden.unit(pass, "half_split");
        CompilationUnit after = pass.run(before, PassGolden.EDGE);
        int[] order = {0, 4, 1, 5, 2, 6, 3, 7};
        WeightTensor old = before.weights().weight("wq");
        WeightTensor moved = after.weights().weight("wq");
        float[] oldBias = before.weights().weight("bq").row(0);
        float[] movedBias = after.weights().weight("bq").row(0);
        for (int row = 0; row < 32; row++) {
            int source = row / 8 * 8 + order[row % 8];
            assertArrayEquals(old.row(source), moved.row(row), "row " + row);
            assertEquals(oldBias[source], movedBias[row], "bias " + row);
        }
    }

    @Test
    void elementsThatDoNotRotateStay() {
        CompilationUnit before = PassGolden.unit(pass, "partial_rotation");
        CompilationUnit after = pass.run(before, PassGolden.EDGE);
        for (int row = 24; row < 32; row++) {
            assertArrayEquals(
                    before.weights().weight("wq").row(row),
                    after.weights().weight("wq").row(row));
        }
    }

    @Test
    void valuesAndOutputProjectionStay() {
        CompilationUnit before = PassGolden.unit(pass, "half_split");
        CompilationUnit after = pass.run(before, PassGolden.EDGE);
        assertSame(before.weights().weight("wv"), after.weights().weight("wv"));
        assertSame(before.weights().weight("wo"), after.weights().weight("wo"));
    }

    @Test
    void secondRunDoesNothing() {
        CompilationUnit once = pass.run(PassGolden.unit(pass, "half_split"), PassGolden.EDGE);
        assertSame(once, pass.run(once, PassGolden.EDGE));
    }
}
