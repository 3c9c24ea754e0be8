package dev.hwc.ir.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hwc.ir.IrException;
import dev.hwc.ir.tensor.RandomPrograms;
import dev.hwc.ir.tensor.TensorProgram;
import dev.hwc.ir.tensor.Verifier;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TensorTextTest {
    private static final String SMALL = """
            program small
            param @emb:[512,64]q8_0
            param @norm:[64]f32
            input %ids:[M]i32
            %x = embed %ids:[M]i32, @emb:[512,64]q8_0 -> [M,64]f32
            fused head {
              %last = last_token %x:[M,64]f32 -> [1,64]f32
              %n = rms_norm %last:[1,64]f32, @norm:[64]f32 {eps=1.0E-5} -> [1,64]f32
              %logits = linear %n:[1,64]f32, @emb:[512,64]q8_0 -> [1,512]f32
            } -> %logits:[1,512]f32
            output %logits:[1,512]f32
            """;

    @Test
    void parsesWhatItPrints() {
        long seed = 42;
        var random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            TensorProgram program = RandomPrograms.next(random);
            String text = TensorPrinter.print(program);
            assertEquals(program, TensorParser.parse(text), () -> "seed " + seed + "\n" + text);
        }
    }

    @Test
    void printsOneOperationPerLine() {
        TensorProgram program = Verifier.verify(TensorParser.parse(SMALL));
        assertEquals(SMALL, TensorPrinter.print(program));
        assertEquals(
                "%x = embed %ids:[M]i32, @emb:[512,64]q8_0 -> [M,64]f32",
                TensorPrinter.print(program.ops().getFirst()));
    }

    @Test
    void ignoresCommentsAndSpace() {
        String text = "# a step\n" + SMALL.replace(" -> [M,64]f32", "\n    ->   [ M , 64 ] f32 # rows");
        assertEquals(TensorParser.parse(SMALL), TensorParser.parse(text));
    }

    @Test
    void errorsSayLineAndColumn() {
        rejects(
                "line 5, column 6: unknown operation 'embde'; allowed are embed, add_position, rms_norm,"
                        + " layer_norm, head_norm, linear, rope, attention, silu_mul, gelu, relu, scale, soft_cap, add, mul,"
                        + " last_token and fused",
                SMALL.replace("= embed", "= embde"));
        rejects(
                "line 6, column 7: 'haed' is not the kind of a region; expected one of attention, down_add, embed,"
                        + " gate_up, head, output_add, qkv",
                SMALL.replace("fused head", "fused haed"));
        rejects(
                "line 8, column 8: rms_norm: attribute 'eps' is '1e'; expected a number",
                SMALL.replace("1.0E-5", "1e"));
        rejects(
                "line 8, column 8: rms_norm: attribute 'eps' is missing; expected a number",
                SMALL.replace("{eps=1.0E-5} ", ""));
        rejects("line 4, column 12: found 'M]i32'; expected '['", SMALL.replace("input %ids:[M", "input %ids:M"));
        rejects("line 11, column 1: found 'outptu'; expected '%'", SMALL.replace("\noutput", "\noutptu"));
        rejects(
                "line 2, column 8: parameter P3: emb has rows of 65 weights; q8_0 needs a multiple of 32",
                SMALL.replace("param @emb:[512,64]", "param @emb:[512,65]"));
        rejects(
                "line 7, column 3: %last is written as [M,64]f32 but is %last:[1,64]f32",
                SMALL.replace("last_token %x:[M,64]f32 -> [1", "last_token %x:[M,64]f32 -> [M"));
        rejects(
                "line 9, column 13: linear: found 3 operands; expected 2",
                SMALL.replace("q8_0 -> [1,512]", "q8_0, %n:[1,64]f32 -> [1,512]"));
        rejects(
                "line 7, column 11: last_token: unknown attribute 'eps'; allowed are []",
                SMALL.replace("f32 -> [1,64]f32\n  %n", "f32 {eps=1} -> [1,64]f32\n  %n"));
        rejects("line 2, column 1: found the end of the text; expected a name", "program\n");
    }

    private static void rejects(String message, String text) {
        assertEquals(
                message,
                assertThrows(IrException.class, () -> TensorParser.parse(text)).getMessage());
    }
}
