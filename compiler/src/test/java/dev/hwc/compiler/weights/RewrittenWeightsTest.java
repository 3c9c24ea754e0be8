package dev.hwc.compiler.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.compiler.RandomWeights;
import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.model.WeightSpec;
import dev.hwc.ir.format.model.WeightTensor;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RewrittenWeightsTest {
    private static final Selection REVERSED = Selection.of(6, place -> 5 - place);
    private static final Selection PADDED = Selection.of(8, place -> place < 6 ? place : Selection.ZERO);

    /** Counts how often data is computed. */
    private record Counting(AtomicInteger writes, WeightRewrite rewrite) implements WeightRewrite {
        @Override
        public WeightSpec spec(WeightSpec source) {
            return rewrite.spec(source);
        }

        @Override
        public void write(WeightTensor source, MemorySegment target) {
            writes.incrementAndGet();
            rewrite.write(source, target);
        }
    }

    @Test
    void computesDataOnceAndOnlyWhenAsked() {
        var writes = new AtomicInteger();
        WeightSource weights = RewrittenWeights.of(
                RandomWeights.of(matrix(GgmlType.Q8_0)), Map.of("w", new Counting(writes, new SelectRows(PADDED))));
        assertEquals("[8,64]", weights.spec("w").shape());
        assertTrue(weights.hasData("w"));
        assertEquals(0, writes.get());
        assertSame(weights.weight("w"), weights.weight("w"));
        assertEquals(1, writes.get());
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16", "Q8_0", "Q4_0"})
    void chainsRewritesInOrder(GgmlType type) {
        WeightTensor source = matrix(type);
        WeightSource once = RewrittenWeights.of(RandomWeights.of(source), Map.of("w", new SelectRows(REVERSED)));
        WeightTensor twice =
                RewrittenWeights.of(once, Map.of("w", new SelectRows(PADDED))).weight("w");
        for (int row = 0; row < 8; row++) {
            assertArrayEquals(row < 6 ? source.row(5 - row) : new float[64], twice.row(row));
        }
    }

    @Test
    void rowsOfBlockTypesWithoutDecoderMoveToo() {
        var spec = new WeightSpec("w", 2, 256, GgmlType.IQ2_S);
        byte[] bytes = new byte[2 * 82];
        new Random(9).nextBytes(bytes);
        WeightTensor source = new WeightTensor(spec, Optional.of(MemorySegment.ofArray(bytes)));
        WeightRewrite swap = new SelectRows(Selection.of(3, place -> place == 2 ? Selection.ZERO : 1 - place));
        MemorySegment moved = RewrittenWeights.of(RandomWeights.of(source), Map.of("w", swap))
                .weight("w")
                .data();
        assertEquals(-1, moved.asSlice(0, 82).mismatch(source.data().asSlice(82, 82)));
        assertEquals(-1, moved.asSlice(82, 82).mismatch(source.data().asSlice(0, 82)));
        assertEquals(-1, moved.asSlice(164, 82).mismatch(MemorySegment.ofArray(new byte[82])));
    }

    @Test
    void otherWeightsAreThoseOfTheBase() {
        WeightSource base = RandomWeights.of(matrix(GgmlType.F32));
        assertSame(base, RewrittenWeights.of(base, Map.of()));
        WeightSource weights = RewrittenWeights.of(base, Map.of("other", new SelectRows(REVERSED)));
        assertSame(base.weight("w"), weights.weight("w"));
        assertThrows(IrException.class, () -> weights.weight("missing"));
    }

    @Test
    void shapesStayWithoutData() {
        var shape = new WeightTensor(new WeightSpec("w", 6, 64, GgmlType.Q4_0), Optional.empty());
        WeightSource weights = RewrittenWeights.of(RandomWeights.of(shape), Map.of("w", new SelectRows(PADDED)));
        assertFalse(weights.hasData("w"));
        assertFalse(weights.weight("w").hasData());
        assertEquals(8, weights.weight("w").rows());
    }

    private static WeightTensor matrix(GgmlType type) {
        return RandomWeights.matrix("w", 6, 64, type, new Random(1));
    }
}
