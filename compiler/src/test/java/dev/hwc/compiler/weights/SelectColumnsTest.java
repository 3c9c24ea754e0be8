package dev.hwc.compiler.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.compiler.RandomWeights;
import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.model.WeightSpec;
import dev.hwc.ir.format.model.WeightTensor;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SelectColumnsTest {
    private static final Selection PADDING =
            Selection.perHead(4, 16, 32, element -> element < 16 ? element : Selection.ZERO);

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16", "Q8_0", "Q4_0"})
    void movesValuesExactly(GgmlType type) {
        long seed = 11;
        var random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            int headDim = 8 << random.nextInt(4);
            int heads = 64 / headDim;
            int padded = 32 * (1 + random.nextInt(3));
            int kept = Math.min(headDim, padded);
            Selection selection =
                    Selection.perHead(heads, headDim, padded, e -> e < kept ? (e + 3) % kept : Selection.ZERO);
            WeightTensor source = RandomWeights.matrix("w", 5, 64, type, random);
            assertMoved(source, apply(new SelectColumns(selection), source), selection, "seed " + seed + ", case " + i);
        }
    }

    @Test
    void keepsBlockTypesWhereEachBlockHasOneSource() {
        assertEquals(GgmlType.Q4_0, type(PADDING, GgmlType.Q4_0, 64));
        assertEquals(GgmlType.Q8_0, type(PADDING, GgmlType.Q8_0, 64));
        Selection acrossBlocks = Selection.of(32, place -> place + 16);
        assertEquals(GgmlType.F32, type(acrossBlocks, GgmlType.Q8_0, 64));
        assertEquals(GgmlType.F16, type(acrossBlocks, GgmlType.F16, 64));
        Selection partOfABlock = Selection.of(16, place -> place);
        assertEquals(GgmlType.F32, type(partOfABlock, GgmlType.Q8_0, 64));
        assertEquals(GgmlType.F32, type(Selection.of(256, place -> place), GgmlType.Q6_K, 256));
    }

    @Test
    void dequantizesExactlyWhereBlocksBreak() {
        Selection selection = Selection.of(64, place -> place % 3 == 0 ? Selection.ZERO : (place + 16) % 64);
        WeightTensor source = RandomWeights.matrix("w", 3, 64, GgmlType.Q8_0, new Random(3));
        WeightTensor moved = apply(new SelectColumns(selection), source);
        assertEquals(GgmlType.F32, moved.type());
        assertMoved(source, moved, selection, "shifted");
    }

    @Test
    void anUntouchedBlockKeepsItsBytes() {
        WeightTensor source = RandomWeights.matrix("w", 2, 64, GgmlType.Q4_0, new Random(5));
        WeightTensor moved = apply(new SelectColumns(Selection.of(64, place -> place)), source);
        assertEquals(-1, source.data().mismatch(moved.data()));
    }

    @Test
    void zeroBlocksHaveScaleZeroAndCodesForZero() {
        WeightTensor source = RandomWeights.matrix("w", 1, 32, GgmlType.Q4_0, new Random(5));
        Selection behind = Selection.of(64, place -> place < 32 ? place : Selection.ZERO);
        byte[] bytes = apply(new SelectColumns(behind), source).data().toArray(ValueLayout.JAVA_BYTE);
        byte[] expected = new byte[18];
        Arrays.fill(expected, 2, 18, (byte) 0x88);
        assertArrayEquals(expected, Arrays.copyOfRange(bytes, 18, 36));
    }

    private static GgmlType type(Selection selection, GgmlType type, int columns) {
        return new SelectColumns(selection)
                .spec(new WeightSpec("w", 2, columns, type))
                .type();
    }

    private static WeightTensor apply(WeightRewrite rewrite, WeightTensor source) {
        return RewrittenWeights.of(RandomWeights.of(source), Map.of(source.name(), rewrite))
                .weight(source.name());
    }

    private static void assertMoved(WeightTensor source, WeightTensor moved, Selection selection, String message) {
        for (int row = 0; row < source.rows(); row++) {
            float[] from = source.row(row);
            float[] expected = new float[selection.size()];
            for (int i = 0; i < expected.length; i++) {
                expected[i] = selection.source(i) == Selection.ZERO ? 0 : from[selection.source(i)] + 0f;
            }
            assertArrayEquals(expected, plusZero(moved.row(row)), message + ", row " + row);
        }
    }

    /** −0, which a negative scale makes of code zero, as +0. */
    private static float[] plusZero(float[] row) {
        for (int i = 0; i < row.length; i++) {
            row[i] += 0f;
        }
        return row;
    }
}
