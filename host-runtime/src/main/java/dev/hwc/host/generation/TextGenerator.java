package dev.hwc.host.generation;

import dev.hwc.host.HostException;
import dev.hwc.host.sampling.Sampler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Runs a prompt in steps of as many tokens as the back end takes, then one token at a time. */
public final class TextGenerator {
    private final TokenModel model;
    private final Sampler sampler;

    /** @param sampler state goes on from one generation to the next */
    public TextGenerator(TokenModel model, Sampler sampler) {
        this.model = model;
        this.sampler = sampler;
    }

    /**
     * Continues a prompt.
     *
     * @throws HostException when prompt and generated tokens exceed the context, or the prompt has an
     *     id outside the vocabulary; nothing has run then
     */
    public Generation generate(GenerationRequest request, GenerationListener listener) {
        check(request);
        return new Run(request, listener).run();
    }

    private void check(GenerationRequest request) {
        if (request.positions() > model.contextLength()) {
            throw new HostException("a prompt of " + request.prompt().length + " tokens and " + request.count()
                    + " generated ones need a context of " + request.positions() + " tokens; the back end has "
                    + model.contextLength());
        }
        for (int id : request.prompt()) {
            if (id < 0 || id >= model.vocabularySize()) {
                throw new HostException("prompt token " + id + " is not in the vocabulary; allowed are 0 to "
                        + (model.vocabularySize() - 1));
            }
        }
    }

    /** One generation. */
    private final class Run {
        private final GenerationRequest request;
        private final GenerationListener listener;
        private final List<Integer> tokens = new ArrayList<>();
        private final List<StepCost> prefill = new ArrayList<>();
        private final List<StepCost> decode = new ArrayList<>();

        Run(GenerationRequest request, GenerationListener listener) {
            this.request = request;
            this.listener = listener;
        }

        Generation run() {
            long start = System.nanoTime();
            float[] logits = prefill();
            boolean stopped = choose(logits);
            for (int position = request.prompt().length; !stopped && tokens.size() < request.count(); position++) {
                StepOutcome outcome = model.step(new int[] {tokens.getLast()}, position);
                outcome.cost().ifPresent(decode::add);
                stopped = choose(outcome.logits());
            }
            return new Generation(tokens, stopped, prefill, decode, (System.nanoTime() - start) * 1e-9);
        }

        /** The logits after the prompt. */
        private float[] prefill() {
            int[] prompt = request.prompt();
            float[] logits = new float[0];
            int from = 0;
            for (int size : model.promptSteps(prompt.length, 0)) {
                int to = from + size;
                int[] part = Arrays.copyOfRange(prompt, from, to);
                if (to < prompt.length) {
                    model.absorb(part, from).ifPresent(prefill::add);
                } else {
                    StepOutcome outcome = model.step(part, from);
                    outcome.cost().ifPresent(prefill::add);
                    logits = outcome.logits();
                }
                listener.prefilled(to, prompt.length);
                from = to;
            }
            return logits;
        }

        /** Adds the next token; true when it is the stop token. */
        private boolean choose(float[] logits) {
            int id = sampler.sample(logits);
            tokens.add(id);
            listener.token(id, logits);
            return request.stopToken().isPresent() && request.stopToken().getAsInt() == id;
        }
    }
}
