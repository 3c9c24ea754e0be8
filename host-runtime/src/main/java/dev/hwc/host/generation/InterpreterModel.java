package dev.hwc.host.generation;

import dev.hwc.ir.interp.Interpreter;
import java.util.Optional;

/** The reference interpreter as a back end: logits without cost. */
public final class InterpreterModel implements TokenModel {
    private final Interpreter interpreter;
    private final int contextLength;
    private final int vocabularySize;

    /** @param interpreter its sequence is replaced */
    public InterpreterModel(Interpreter interpreter, int contextLength, int vocabularySize) {
        this.interpreter = interpreter;
        this.contextLength = contextLength;
        this.vocabularySize = vocabularySize;
    }

    @Override
    public int contextLength() {
        return contextLength;
    }

    @Override
    public int vocabularySize() {
        return vocabularySize;
    }

    @Override
    public int maxTokens() {
        return contextLength;
    }

    @Override
    public StepOutcome step(int[] tokens, int position) {
        return new StepOutcome(interpreter.step(tokens, position), Optional.empty());
    }

    /** Nothing to release: the weights belong to the model. */
    @Override
    public void close() {
        // see above
    }
}
