package dev.hwc.cli.command;

import dev.hwc.cli.output.Progress;
import dev.hwc.cli.output.Streams;
import dev.hwc.host.generation.GenerationListener;
import dev.hwc.ir.format.tokenizer.TokenStreamDecoder;
import dev.hwc.ir.format.tokenizer.Tokenizer;
import dev.hwc.ir.interp.Logits;
import dev.hwc.ir.interp.Logits.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Streams generated text, or ids where there is no tokenizer, and keeps what the JSON needs. */
final class GenerationOutput {
    private final Streams streams;
    private final @Nullable TokenStreamDecoder decoder;
    private final int topLogits;
    private final String prompt;
    private final boolean held;
    private final StringBuilder text = new StringBuilder();
    private final List<List<Candidate>> steps = new ArrayList<>();

    /**
     * Nothing generated yet.
     *
     * @param topLogits candidates to keep per step; 0 keeps none
     * @param slow whether a token takes seconds: then people at a terminal see the progress of all tokens, and
     *     the text at the end, as the two cannot share a line
     */
    GenerationOutput(Streams streams, Optional<Tokenizer> tokenizer, int topLogits, String prompt, boolean slow) {
        this.streams = streams;
        this.decoder = tokenizer.map(TokenStreamDecoder::new).orElse(null);
        this.topLogits = topLogits;
        this.prompt = prompt;
        this.held = slow && streams.terminal();
    }

    GenerationListener listener(Progress progress) {
        return new GenerationListener() {
            private int done;

            @Override
            public void prefilled(int tokens, int total) {
                done = tokens;
                progress.at(done);
                if (done == total && !held) {
                    progress.close();
                    echoPrompt();
                }
            }

            @Override
            public void token(int id, float[] logits) {
                if (topLogits > 0) {
                    steps.add(Logits.top(logits, topLogits));
                }
                if (held) {
                    progress.at(++done);
                }
                print(decoder == null ? id + " " : decoder.push(id));
            }
        };
    }

    /** People at a terminal see the whole text; elsewhere standard output is the generated part alone. */
    private void echoPrompt() {
        if (streams.terminal()) {
            streams.err().print(prompt);
            streams.err().flush();
        }
    }

    private void print(String piece) {
        text.append(piece);
        if (!held) {
            streams.out().print(piece);
            streams.out().flush();
        }
    }

    /** The sequence is complete. */
    void end() {
        if (decoder != null) {
            print(decoder.flush());
        }
        if (held) {
            echoPrompt();
            streams.out().print(text);
        }
        streams.out().println();
    }

    /** The generated text; absent without a tokenizer. */
    Optional<String> text() {
        return decoder == null ? Optional.empty() : Optional.of(text.toString());
    }

    /** The largest logits of each step, where they were asked for. */
    List<List<Candidate>> steps() {
        return steps;
    }
}
