package dev.hwc.ir.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.hwc.ir.format.SharedData;
import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.format.model.ModelConfig;
import dev.hwc.ir.format.model.RopeStyle;
import dev.hwc.ir.format.model.WeightTensor;
import dev.hwc.ir.text.TensorParser;
import dev.hwc.ir.text.TensorPrinter;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecoderWriterTest {
    private static final String LLAMA = "shape:llama-2-7b@q4_0";
    private static final String QWEN2 = "shape:qwen2-0.5b@q8_0";

    private static TensorProgram program(String shape, LogitRows rows) {
        try (Model model = Model.open(shape)) {
            return ArchitectureBuilder.program(model, rows);
        }
    }

    private static <T extends PrimitiveOp> List<T> all(Class<T> type, TensorProgram program) {
        return program.primitives().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {LLAMA, QWEN2})
    void readsEveryWeightOfTheModelAsStored(String shape) {
        try (Model model = Model.open(shape)) {
            TensorProgram program = ArchitectureBuilder.program(model);
            assertEquals(List.of(), Verifier.problems(program));
            Set<String> names = model.weights().stream().map(WeightTensor::name).collect(Collectors.toSet());
            assertEquals(
                    names, program.parameters().stream().map(Parameter::name).collect(Collectors.toSet()));
            for (Parameter parameter : program.parameters()) {
                assertEquals(model.weight(parameter.name()).type(), parameter.type());
            }
        }
    }

    /** One multiply-accumulate per weight and token, two per attended pair, head and element. */
    @ParameterizedTest
    @ValueSource(strings = {LLAMA, QWEN2})
    void macsAreTheWeightsPlusAttention(String shape) {
        try (Model model = Model.open(shape)) {
            ModelConfig config = model.config();
            long weights = model.weights().stream()
                    .filter(weight -> weight.name().startsWith("blk.") && weight.rows() > 1)
                    .mapToLong(weight -> weight.rows() * weight.columns())
                    .sum();
            long head = (long) config.vocabularySize() * config.embeddingLength();
            long attention = 2L * config.blockCount() * config.queryLength();
            TensorProgram last = ArchitectureBuilder.program(model, LogitRows.LAST);
            assertEquals(weights + head + attention * 101, last.macs(1, 100));
            assertEquals(3 * weights + head + attention * (101 + 102 + 103), last.macs(3, 100));
            TensorProgram all = ArchitectureBuilder.program(model, LogitRows.ALL);
            assertEquals(3 * (weights + head) + attention * (101 + 102 + 103), all.macs(3, 100));
        }
    }

    @Test
    void qwen2HasBiasesAndRotatesHalfSplitPairs() {
        TensorProgram program = program(QWEN2, LogitRows.LAST);
        for (Linear linear : all(Linear.class, program)) {
            if (linear.name().matches("blk\\.\\d+\\.attn_[qkv]")) {
                assertNotNull(linear.bias(), linear.name());
            } else {
                assertNull(linear.bias(), linear.name());
            }
        }
        assertFalse(all(Rope.class, program).isEmpty());
        all(Rope.class, program).forEach(rope -> assertEquals(RopeStyle.HALF_SPLIT, rope.style()));
    }

    @Test
    void llamaHasNoBiasesAndRotatesInterleavedPairs() {
        TensorProgram program = program(LLAMA, LogitRows.LAST);
        all(Linear.class, program).forEach(linear -> assertNull(linear.bias()));
        all(Rope.class, program).forEach(rope -> assertEquals(RopeStyle.INTERLEAVED, rope.style()));
        assertEquals(32, all(Attention.class, program).size());
        assertEquals(
                (float) (1 / Math.sqrt(128)),
                all(Attention.class, program).getFirst().scale());
    }

    @Test
    void tiedModelsReadTheEmbeddingTwice() {
        TensorProgram program = program(QWEN2, LogitRows.LAST);
        assertEquals(
                all(Embed.class, program).getFirst().table(),
                all(Linear.class, program).getLast().weight());
    }

    @Test
    void outputHasOneRowOrAll() {
        assertEquals(
                "[1,32000]f32",
                program(LLAMA, LogitRows.LAST).outputs().getFirst().type().toString());
        assertEquals(
                "[M,32000]f32",
                program(LLAMA, LogitRows.ALL).outputs().getFirst().type().toString());
    }

    /** Norm, q, rope, attention, output, add, norm, gate, silu_mul, down, add in each layer. */
    @Test
    void criticalPathHasElevenOperationsPerLayer() {
        assertEquals(1 + 32 * 11 + 3, program(LLAMA, LogitRows.LAST).asGraph().criticalPathLength());
    }

    @ParameterizedTest
    @ValueSource(strings = {LLAMA, QWEN2})
    void printedProgramParsesToAnEqualOne(String shape) {
        TensorProgram program = program(shape, LogitRows.LAST);
        assertEquals(program, TensorParser.parse(TensorPrinter.print(program)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama31", "phi3", "gemma2", "openelm", "minicpm", "bitnet", "gpt2"})
    void programsOfAllArchitecturesReadEveryWeightAndParseToEqualOnes(String name) {
        try (Model model = Model.ofGguf(SharedData.model("random/rand-" + name + "-f32.gguf"))) {
            TensorProgram program = ArchitectureBuilder.program(model);
            assertEquals(
                    model.weights().stream().map(WeightTensor::name).collect(Collectors.toSet()),
                    program.parameters().stream().map(Parameter::name).collect(Collectors.toSet()));
            assertEquals(program, TensorParser.parse(TensorPrinter.print(program)));
        }
    }

    @Test
    void everyOtherLayerOfGemma2HasAWindow() {
        try (Model model = Model.ofGguf(SharedData.model("random/rand-gemma2-f32.gguf"))) {
            List<Attention> attentions = all(Attention.class, ArchitectureBuilder.program(model));
            assertEquals(64, attentions.get(0).window());
            assertEquals(0, attentions.get(1).window());
            assertEquals(50, attentions.get(1).softCap());
        }
    }

    @Test
    void namesAreUniqueAndTypesAreThoseOfTheShape() {
        TensorProgram program = program(LLAMA, LogitRows.LAST);
        Set<String> names = new HashSet<>();
        program.primitives().forEach(op -> names.add(op.name()));
        assertEquals(program.primitives().size(), names.size());
        assertEquals(
                Set.of(GgmlType.Q4_0),
                all(Linear.class, program).stream()
                        .map(linear -> linear.weight().type())
                        .collect(Collectors.toSet()));
    }
}
