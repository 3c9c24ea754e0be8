package dev.hwc.tests;

import dev.hwc.compiler.pass.CompilationUnit;
import dev.hwc.compiler.pipeline.FrontEnd;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.interp.Hardware;
import dev.hwc.ir.interp.Interpreter;
import dev.hwc.ir.interp.Logits;
import dev.hwc.ir.tensor.LogitRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the reference interpreter says of a text: the logits after each of its tokens.
 *
 * @param tokens a prompt and its greedy continuation
 * @param logits one row per token
 */
record Reference(int[] tokens, List<float[]> logits) {
    /** Continues a prompt greedily to {@code length} tokens, one token per step. */
    static Reference greedy(Model model, HardwareSpec spec, int[] prompt, int length) {
        Interpreter interpreter = interpreter(model, spec);
        int[] tokens = Arrays.copyOf(prompt, length);
        List<float[]> logits = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            logits.add(interpreter.step(new int[] {tokens[i]}, i).clone());
            if (i + 1 >= prompt.length && i + 1 < length) {
                tokens[i + 1] = Logits.argmax(logits.get(i));
            }
        }
        return new Reference(tokens, logits);
    }

    /** Numerics of the hardware on the canonical program (numerics.md N29). */
    static Interpreter interpreter(Model model, HardwareSpec spec) {
        CompilationUnit unit =
                FrontEnd.canonical(spec, LogitRows.LAST).run(model).unit();
        return new Interpreter(unit.program(), unit.weights()::weight, new Hardware());
    }

    /** The tokens from one position to before another. */
    int[] tokens(int from, int to) {
        return Arrays.copyOfRange(tokens, from, to);
    }

    /** Logits after the first {@code count} tokens. */
    float[] after(int count) {
        return logits.get(count - 1);
    }

    int length() {
        return tokens.length;
    }

    /** Runs the whole text on the simulator, the prompt as large pieces, and compares every step. */
    void compareGreedy(SimulatedSession session, int prompt, String place) {
        float[] found = session.prefill(tokens(0, prompt));
        Bits.assertSame(after(prompt), found, () -> place + " after the prompt");
        for (int at = prompt; at < length(); at++) {
            int token = Logits.argmax(found);
            found = session.step(token);
            int count = at + 1;
            Bits.assertSame(after(count), found, () -> place + " after " + count + " tokens");
        }
    }
}
