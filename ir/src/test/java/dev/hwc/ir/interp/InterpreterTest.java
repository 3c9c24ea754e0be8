package dev.hwc.ir.interp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.model.WeightTensor;
import dev.hwc.ir.tensor.AddPosition;
import dev.hwc.ir.tensor.Dim;
import dev.hwc.ir.tensor.Embed;
import dev.hwc.ir.tensor.Parameter;
import dev.hwc.ir.tensor.PrimitiveOp;
import dev.hwc.ir.tensor.RandomPrograms;
import dev.hwc.ir.tensor.TensorOp;
import dev.hwc.ir.tensor.TensorProgram;
import dev.hwc.ir.tensor.TensorType;
import dev.hwc.ir.tensor.Value;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class InterpreterTest {
    private static final int PROGRAMS = 40;
    private static final int[] TOKENS = {1, 511, 0, 77, 77};

    private interface Property {
        void check(TensorProgram program, Function<String, WeightTensor> weights, Arithmetic arithmetic, String seed);
    }

    private static void forRandomPrograms(long seed, Property property) {
        for (Arithmetic arithmetic : Arithmetics.all()) {
            var random = new Random(seed);
            for (int i = 0; i < PROGRAMS; i++) {
                TensorProgram program =
                        arithmetic instanceof Hardware ? RandomPrograms.nextLlama(random) : RandomPrograms.next(random);
                Function<String, WeightTensor> weights = RandomWeights.of(program, random);
                property.check(program, weights, arithmetic, arithmetic.name() + " seed " + seed + " program " + i);
            }
        }
    }

    @Test
    void fusionDoesNotChangeABit() {
        forRandomPrograms(1, (program, weights, arithmetic, seed) -> {
            List<TensorOp> opened = List.copyOf(program.primitives());
            float[] fused = new Interpreter(program, weights, arithmetic).step(TOKENS, 0);
            float[] plain = new Interpreter(program.withOps(opened), weights, arithmetic).step(TOKENS, 0);
            assertArrayEquals(plain, fused, seed);
        });
    }

    @Test
    void splittingThePrefillDoesNotChangeABit() {
        forRandomPrograms(2, (program, weights, arithmetic, seed) -> {
            var interpreter = new Interpreter(program, weights, arithmetic);
            float[] whole = interpreter.step(TOKENS, 0);
            var split = interpreter.fork();
            split.step(new int[] {1, 511}, 0);
            split.step(new int[] {0}, 2);
            assertArrayEquals(whole, split.step(new int[] {77, 77}, 3), seed);
        });
    }

    @Test
    void goingBackForgetsLaterTokens() {
        forRandomPrograms(3, (program, weights, arithmetic, seed) -> {
            var interpreter = new Interpreter(program, weights, arithmetic);
            float[] straight = interpreter.step(TOKENS, 0);
            interpreter.step(new int[] {9, 8, 7}, 2);
            assertEquals(5, interpreter.length());
            assertArrayEquals(straight, interpreter.step(new int[] {0, 77, 77}, 2), seed);
        });
    }

    @Test
    void rejectsTokenOutsideVocabularyAndGapInPositions() {
        var random = new Random(4);
        TensorProgram program = RandomPrograms.next(random);
        var interpreter = new Interpreter(program, RandomWeights.of(program, random), new F32());
        assertMessage(
                "token id 512 is outside the vocabulary; allowed are 0 to 511",
                () -> interpreter.step(new int[] {512}, 0));
        assertMessage(
                "step at position 1; allowed are 0 to 0, the tokens in the KV cache",
                () -> interpreter.step(new int[] {1}, 1));
        assertMessage("step without tokens; give at least one", () -> interpreter.step(new int[0], 0));
    }

    @Test
    void rejectsWeightOfOtherShape() {
        var random = new Random(5);
        TensorProgram program = RandomPrograms.next(random);
        WeightTensor other = RandomWeights.tensor("x", 3, 32, GgmlType.F32, random);
        var e = assertThrows(IrException.class, () -> new Interpreter(program, name -> other, new F32()));
        assertTrue(String.valueOf(e.getMessage()).contains("is [3,32]f32 in the model"), e.getMessage());
    }

    @Test
    void everyOperationAppearsInTheRandomPrograms() {
        var random = new Random(1);
        long kinds = IntStream.range(0, PROGRAMS)
                .boxed()
                .flatMap(i -> RandomPrograms.next(random).primitives().stream())
                .map(PrimitiveOp::mnemonic)
                .distinct()
                .count();
        assertEquals(PrimitiveOp.class.getPermittedSubclasses().length, kinds);
    }

    @Test
    void mostRandomProgramsGiveFiniteLogits() {
        var random = new Random(1);
        int finite = 0;
        for (int i = 0; i < PROGRAMS; i++) {
            TensorProgram program = RandomPrograms.next(random);
            float[] logits = new Interpreter(program, RandomWeights.of(program, random), new F32()).step(TOKENS, 0);
            finite += Float.isFinite(logits[0]) && Float.isFinite(logits[511]) ? 1 : 0;
        }
        assertTrue(finite > PROGRAMS * 9 / 10, finite + " of " + PROGRAMS);
    }

    @Test
    void namesFindTheirArithmetic() {
        for (Arithmetic arithmetic : Arithmetics.all()) {
            assertEquals(
                    arithmetic.getClass(), Arithmetics.named(arithmetic.name()).getClass());
        }
        var e = assertThrows(IrException.class, () -> Arithmetics.named("f23"));
        assertTrue(String.valueOf(e.getMessage()).startsWith("arithmetic 'f23' is unknown; known are f32"));
    }

    @Test
    void hardwareSaysWhereItHasNoMean() {
        assertMessage(
                "hardware arithmetic has layer_norm only in the compiler's program, which takes the mean out of the"
                        + " weights; on the model's own program use arithmetic f32 or llamacpp",
                () -> new Hardware().layerNorm(new float[1], new float[1], new float[1], 1, new float[1]));
    }

    @Test
    void positionsBeyondTheTableAreRefused() {
        var tokens = new Value("tokens", TensorType.i32(Dim.tokens()));
        var embed = new Embed("e", tokens, Parameter.matrix("t", 4, 32, GgmlType.F32));
        var positioned = new AddPosition("p", embed.result(), Parameter.matrix("pos", 3, 32, GgmlType.F32));
        var program = TensorProgram.of("p", List.of(tokens), List.of(embed, positioned), List.of(positioned.result()));
        var interpreter = new Interpreter(program, RandomWeights.of(program, new Random(1)), new F32());
        assertEquals(32, interpreter.step(new int[] {0, 1, 2}, 0).length);
        assertMessage(
                "position 3 is beyond the 3 positions that the model knows; use a shorter text",
                () -> interpreter.step(new int[] {0}, 3));
    }

    private static void assertMessage(String message, Executable executable) {
        assertEquals(message, assertThrows(IrException.class, executable).getMessage());
    }
}
