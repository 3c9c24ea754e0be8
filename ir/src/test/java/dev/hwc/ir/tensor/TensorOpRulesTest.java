package dev.hwc.ir.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.model.RopeStyle;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** One test per rule of docs/spec/tensor-ir.md, named after it. */
class TensorOpRulesTest {
    private static final Value IDS = new Value("ids", TensorType.i32(Dim.tokens()));
    private static final Value X = rows("x", 64);
    private static final Value KV = rows("kv", 32);

    private static Value rows(String name, long columns) {
        return new Value(name, TensorType.f32(Dim.tokens(), Dim.of(columns)));
    }

    private static Parameter matrix(long rows, long columns) {
        return Parameter.matrix("w", rows, columns, GgmlType.F32);
    }

    private static Parameter vector(long length) {
        return Parameter.vector("v", length, GgmlType.F32);
    }

    private static void breaks(String rule, Executable executable) {
        String message =
                String.valueOf(assertThrows(IrException.class, executable).getMessage());
        assertTrue(message.startsWith(rule + ":"), message);
    }

    @Test
    void typeD1_rejectsSizeZero() {
        breaks("type D1", () -> Dim.of(0));
    }

    @Test
    void typeT1_rejectsEmptyShape() {
        breaks("type T1", () -> TensorType.f32());
    }

    @Test
    void typeT2_rejectsNameWithSpace() {
        breaks("type T2", () -> new Value("a b", X.type()));
        breaks("type T2", () -> new LastToken("1x", X));
    }

    @Test
    void parameterP1_rejectsEmptyName() {
        breaks("parameter P1", () -> Parameter.vector("", 4, GgmlType.F32));
    }

    @Test
    void parameterP2_rejectsThreeDimensions() {
        breaks("parameter P2", () -> new Parameter("w", List.of(2L, 2L, 2L), GgmlType.F32));
    }

    @Test
    void parameterP3_rejectsRowThatIsNotWholeBlocks() {
        breaks("parameter P3", () -> Parameter.matrix("w", 4, 48, GgmlType.Q8_0));
    }

    @Test
    void embedE1_rejectsTokensThatAreNotIds() {
        breaks("embed E1", () -> new Embed("y", X, matrix(512, 64)));
    }

    @Test
    void embedE2_rejectsVectorAsTable() {
        breaks("embed E2", () -> new Embed("y", IDS, vector(64)));
    }

    @Test
    void embedGivesOneRowPerToken() {
        assertEquals(
                TensorType.f32(Dim.tokens(), Dim.of(64)),
                new Embed("y", IDS, matrix(512, 64)).result().type());
    }

    @Test
    void rmsNormN1_rejectsIds() {
        breaks("rms_norm N1", () -> new RmsNorm("y", IDS, vector(64), 1e-5f));
    }

    @Test
    void rmsNormN2_rejectsWeightOfOtherLength() {
        breaks("rms_norm N2", () -> new RmsNorm("y", X, vector(63), 1e-5f));
    }

    @Test
    void rmsNormN3_rejectsEpsThatIsNotPositive() {
        breaks("rms_norm N3", () -> new RmsNorm("y", X, vector(64), 0));
        breaks("rms_norm N3", () -> new RmsNorm("y", X, vector(64), Float.NaN));
    }

    @Test
    void linearL1_rejectsIds() {
        breaks("linear L1", () -> new Linear("y", IDS, matrix(4, 64)));
    }

    @Test
    void linearL2_rejectsVectorAsWeight() {
        breaks("linear L2", () -> new Linear("y", X, vector(64)));
    }

    @Test
    void linearL3_rejectsDifferentInnerSize() {
        breaks("linear L3", () -> new Linear("y", X, matrix(64, 32)));
    }

    @Test
    void linearL4_rejectsBiasOfOtherLength() {
        breaks("linear L4", () -> new Linear("y", X, matrix(172, 64), vector(64)));
    }

    @Test
    void linearCountsMacs() {
        assertEquals(3 * 64 * 172, new Linear("y", X, matrix(172, 64)).macs(3, 100));
    }

    @Test
    void ropeR1_rejectsWidthThatIsNotHeads() {
        breaks("rope R1", () -> new Rope("y", X, 7, 8, 8, 1e4f, RopeStyle.INTERLEAVED));
    }

    @Test
    void ropeR2_rejectsOddOrTooManyRotaryDims() {
        breaks("rope R2", () -> new Rope("y", X, 8, 8, 7, 1e4f, RopeStyle.INTERLEAVED));
        breaks("rope R2", () -> new Rope("y", X, 8, 8, 10, 1e4f, RopeStyle.INTERLEAVED));
    }

    @Test
    void ropeR3_rejectsInfiniteBase() {
        breaks("rope R3", () -> new Rope("y", X, 8, 8, 8, Float.POSITIVE_INFINITY, RopeStyle.INTERLEAVED));
    }

    @Test
    void ropeR4_rejectsFactorsOfOtherLength() {
        breaks("rope R4", () -> new Rope("y", X, 8, 8, 8, 1e4f, RopeStyle.INTERLEAVED, vector(8)));
    }

    @Test
    void attentionA1_rejectsHeadsThatKvHeadsDoNotDivide() {
        breaks("attention A1", () -> new Attention("y", X, KV, KV, 0, 8, 3, 8, 1));
    }

    @Test
    void attentionA2_rejectsQueryOfOtherWidth() {
        breaks("attention A2", () -> new Attention("y", KV, KV, KV, 0, 8, 4, 8, 1));
    }

    @Test
    void attentionA3_rejectsKeyOrValueOfOtherWidth() {
        breaks("attention A3", () -> new Attention("y", X, X, KV, 0, 8, 4, 8, 1));
        breaks("attention A3", () -> new Attention("y", X, KV, X, 0, 8, 4, 8, 1));
    }

    @Test
    void attentionA4_rejectsSingleQueryRowOfManyTokens() {
        Value last = new LastToken("last", X).result();
        breaks("attention A4", () -> new Attention("y", last, KV, KV, 0, 8, 4, 8, 1));
    }

    @Test
    void attentionA5_rejectsNegativeLayerAndZeroScale() {
        breaks("attention A5", () -> new Attention("y", X, KV, KV, -1, 8, 4, 8, 1));
        breaks("attention A5", () -> new Attention("y", X, KV, KV, 0, 8, 4, 8, 0));
    }

    @Test
    void attentionA6_rejectsNegativeSoftCap() {
        breaks("attention A6", () -> new Attention("y", X, KV, KV, 0, 8, 4, 8, 1, -1, 0));
        breaks("attention A6", () -> new Attention("y", X, KV, KV, 0, 8, 4, 8, 1, Float.NaN, 0));
    }

    @Test
    void attentionA7_rejectsNegativeWindow() {
        breaks("attention A7", () -> new Attention("y", X, KV, KV, 0, 8, 4, 8, 1, 0, -1));
    }

    @Test
    void aWindowEndsAtItsOwnRow() {
        var attention = new Attention("y", X, KV, KV, 0, 8, 4, 8, 1, 0, 3);
        assertEquals(0, attention.firstRow(2));
        assertEquals(1, attention.firstRow(3));
        assertEquals(0, new Attention("y", X, KV, KV, 0, 8, 4, 8, 1).firstRow(100));
    }

    @Test
    void layerNormY1_rejectsIds() {
        breaks("layer_norm Y1", () -> new LayerNorm("y", IDS, vector(64), vector(64), 1));
    }

    @Test
    void layerNormY2_rejectsShortWeightOrBias() {
        breaks("layer_norm Y2", () -> new LayerNorm("y", X, vector(32), vector(64), 1));
        breaks("layer_norm Y2", () -> new LayerNorm("y", X, vector(64), vector(32), 1));
    }

    @Test
    void layerNormY3_rejectsZeroEps() {
        breaks("layer_norm Y3", () -> new LayerNorm("y", X, vector(64), vector(64), 0));
    }

    @Test
    void headNormH1_rejectsHeadsThatDoNotDivide() {
        breaks("head_norm H1", () -> new HeadNorm("y", X, vector(8), 7, 1));
        breaks("head_norm H1", () -> new HeadNorm("y", X, vector(8), 0, 1));
    }

    @Test
    void headNormH2_rejectsWeightOfAnotherLength() {
        breaks("head_norm H2", () -> new HeadNorm("y", X, vector(64), 8, 1));
    }

    @Test
    void headNormH3_rejectsZeroEps() {
        breaks("head_norm H3", () -> new HeadNorm("y", X, vector(8), 8, 0));
    }

    @Test
    void geluU1_rejectsIds() {
        breaks("gelu U1", () -> new Gelu("y", IDS));
    }

    @Test
    void reluZ1_rejectsIds() {
        breaks("relu Z1", () -> new Relu("y", IDS));
    }

    @Test
    void scaleC1_rejectsIds() {
        breaks("scale C1", () -> new Scale("y", IDS, 1));
    }

    @Test
    void scaleC2_rejectsFactorZero() {
        breaks("scale C2", () -> new Scale("y", X, 0));
    }

    @Test
    void softCapQ1_rejectsIds() {
        breaks("soft_cap Q1", () -> new SoftCap("y", IDS, 1));
    }

    @Test
    void softCapQ2_rejectsInfiniteCap() {
        breaks("soft_cap Q2", () -> new SoftCap("y", X, Float.POSITIVE_INFINITY));
    }

    @Test
    void addPositionI1_rejectsTheLastRowAlone() {
        breaks("add_position I1", () -> new AddPosition("y", new LastToken("last", X).result(), matrix(10, 64)));
    }

    @Test
    void addPositionI2_rejectsATableOfAnotherWidth() {
        breaks("add_position I2", () -> new AddPosition("y", X, matrix(10, 32)));
        breaks("add_position I2", () -> new AddPosition("y", X, vector(64)));
    }

    @Test
    void attentionCountsCausalPairsOnly() {
        var attention = new Attention("y", X, KV, KV, 0, 8, 4, 8, 1);
        assertEquals(2 * 8 * 8 * (11 + 12 + 13), attention.macs(3, 10));
    }

    @Test
    void siluMulS1_rejectsDifferentTypes() {
        breaks("silu_mul S1", () -> new SiluMul("y", X, KV));
    }

    @Test
    void addB1_rejectsDifferentTypes() {
        breaks("add B1", () -> new Add("y", X, KV));
    }

    @Test
    void mulM1_rejectsIds() {
        breaks("mul M1", () -> new Mul("y", IDS, IDS));
    }

    @Test
    void lastTokenK1_rejectsIds() {
        breaks("last_token K1", () -> new LastToken("y", IDS));
    }

    @Test
    void fusedF1_rejectsEmptyBody() {
        breaks("fused F1", () -> new Fused(FusedKind.QKV, List.of(), List.of(X)));
    }

    @Test
    void fusedF2_rejectsDoubleAssignment() {
        var add = new Add("y", X, X);
        breaks("fused F2", () -> new Fused(FusedKind.DOWN_ADD, List.of(add, add), List.of(add.result())));
    }

    @Test
    void fusedF3_rejectsResultFromOutside() {
        var add = new Add("y", X, X);
        breaks("fused F3", () -> new Fused(FusedKind.DOWN_ADD, List.of(add), List.of(X)));
        breaks("fused F3", () -> new Fused(FusedKind.DOWN_ADD, List.of(add), List.of()));
    }

    @Test
    void fusedReadsOnlyWhatItsBodyDoesNotDefine() {
        var linear = new Linear("y", X, matrix(64, 64));
        var add = new Add("z", linear.result(), X);
        var fused = new Fused(FusedKind.OUTPUT_ADD, List.of(linear, add), List.of(add.result()));
        assertEquals(List.of(X), fused.operands());
        assertEquals(List.of(linear.weight()), fused.parameters());
        assertEquals(linear.macs(5, 7), fused.macs(5, 7));
    }
}
