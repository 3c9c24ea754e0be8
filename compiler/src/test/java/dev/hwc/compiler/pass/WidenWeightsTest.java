package dev.hwc.compiler.pass;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.hwc.compiler.pipeline.FrontEnd;
import dev.hwc.compiler.weights.Widen;
import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.format.model.WeightSpec;
import dev.hwc.ir.format.model.WeightTensor;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.tensor.LogitRows;
import dev.hwc.ir.tensor.Parameter;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WidenWeightsTest {
    private static Map<String, GgmlType> types(String shape, String hardware) {
        try (Model model = Model.ofShape(shape)) {
            return FrontEnd.canonical(HardwareSpecs.preset(hardware), LogitRows.LAST)
                    .run(model)
                    .unit()
                    .program()
                    .parameters()
                    .stream()
                    .collect(Collectors.toMap(Parameter::name, Parameter::type));
        }
    }

    @Test
    void matricesThatHaveAnotherFormatInOtherLayersAreWidenedInAll() {
        Map<String, GgmlType> types = types("tinyllama-1.1b@q4_k_m", "edge-16x16");
        assertEquals(GgmlType.Q6_K, types.get("blk.0.ffn_down.weight"));
        assertEquals(GgmlType.Q8_0, types.get("blk.3.ffn_down.weight"));
        assertEquals(GgmlType.Q8_0, types.get("blk.3.attn_v.weight"));
        for (int layer = 0; layer < 22; layer++) {
            assertEquals(GgmlType.Q4_K, types.get("blk." + layer + ".ffn_up.weight"));
            assertEquals(GgmlType.Q4_K, types.get("blk." + layer + ".attn_q.weight"));
        }
    }

    @Test
    void aTableThatGivesLogitsTooIsWidenedInACopy() {
        Map<String, GgmlType> types = types("qwen2-0.5b@iq4_nl", "edge-16x16");
        assertEquals(GgmlType.IQ4_NL, types.get("token_embd.weight"));
        assertEquals(GgmlType.Q8_0, types.get("token_embd.weight.widened"));
    }

    @Test
    void nothingHasAnOffsetWhereMemoryComputes() {
        Map<String, GgmlType> types = types("tinyllama-1.1b@q4_1", "edge-16x16+lpddr5-pim");
        types.forEach((name, type) -> assertEquals(name.contains("norm") ? GgmlType.F32 : GgmlType.Q8_0, type, name));
    }

    @Test
    void ternaryMatricesAreI4WhereMemoryComputes() {
        Map<String, GgmlType> array = types("bitnet-2b-4t@tq2_0", "edge-16x16");
        Map<String, GgmlType> memory = types("bitnet-2b-4t@tq2_0", "edge-16x16+lpddr5-pim");
        assertEquals(210, array.values().stream().filter(GgmlType.TQ2_0::equals).count());
        array.forEach((name, type) ->
                assertEquals(type == GgmlType.TQ2_0 ? GgmlType.Q4_0 : memory.get(name), memory.get(name), name));
    }

    @Test
    void otherTypesStayAsTheyAre() {
        try (Model model = Model.ofShape("stories15m@q4_0")) {
            CompilationUnit unit = FrontEnd.canonical(HardwareSpecs.preset("edge-16x16"), LogitRows.LAST)
                    .run(model)
                    .unit();
            assertSame(unit, new WidenWeights().run(unit, new PassContext(HardwareSpecs.preset("edge-16x16"))));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IQ4_NL", "TQ2_0", "Q4_0"})
    void widenedBlocksWithOneScaleHaveTheSameValues(GgmlType type) {
        byte[] blocks = new byte[Math.toIntExact(3 * type.rowBytes(512))];
        new Random(3).nextBytes(blocks);
        for (int i = 1; i < blocks.length; i += 2) {
            blocks[i] &= 0x3F; // no scale is infinite or NaN
        }
        WeightSpec spec = new WeightSpec("w", 3, 512, type);
        WeightTensor source = new WeightTensor(spec, Optional.of(MemorySegment.ofArray(blocks)));
        Widen widen = new Widen();
        GgmlType expected = type == GgmlType.TQ2_0 ? GgmlType.Q4_0 : GgmlType.Q8_0;
        MemorySegment target = MemorySegment.ofArray(new byte[Math.toIntExact(expected.rowBytes(512) * 3)]);
        widen.write(source, target);
        WeightTensor widened = new WeightTensor(widen.spec(spec), Optional.of(target));
        assertEquals(expected, widened.type());
        for (int row = 0; row < 3; row++) {
            assertArrayEquals(source.row(row), widened.row(row));
        }
    }
}
