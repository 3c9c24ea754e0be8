package dev.hwc.ir.interp;

import java.util.function.Consumer;

/** Greedy generation. */
public final class Generation {
    private Generation() {}

    /**
     * Continues a prompt with the most likely token each time; equal logits go to the lower id. An
     * end-of-text token does not stop it.
     *
     * @param interpreter its sequence is replaced by the prompt and what follows
     * @param count number of tokens to generate
     * @param observer receives the logits that each generated token is chosen from
     * @return the generated ids
     */
    public static int[] greedy(Interpreter interpreter, int[] prompt, int count, Consumer<float[]> observer) {
        int[] generated = new int[count];
        int[] next = prompt;
        int position = 0;
        for (int i = 0; i < count; i++) {
            float[] logits = interpreter.step(next, position);
            observer.accept(logits);
            generated[i] = Logits.argmax(logits);
            position += next.length;
            next = new int[] {generated[i]};
        }
        return generated;
    }

    /** As above, without observer. */
    public static int[] greedy(Interpreter interpreter, int[] prompt, int count) {
        return greedy(interpreter, prompt, count, logits -> {});
    }
}
