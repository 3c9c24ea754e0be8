package dev.hwc.compiler.image;

import dev.hwc.compiler.CompileException;
import dev.hwc.compiler.lower.Lowering;
import dev.hwc.compiler.lower.ModelLayout;
import dev.hwc.compiler.lower.Network;
import dev.hwc.compiler.lower.TilingOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.IntFunction;

/**
 * Chooses how a step's program is tiled and how a prompt is cut into steps: tries a few ways and keeps
 * the one with the fewest cycles.
 *
 * <p>What is tried does not depend on the size of the buffers; a way that does not fit is left out. So
 * larger hardware has every way that smaller hardware has, and some more. Costs are those of one and
 * two layers, from which those of all layers follow: every layer of a shape costs the same.
 */
final class TilingSearch {
    private static final int[] ATTENTION_TILES = {16, 12, 8, 6, 4, 3, 2, 1};
    private static final int[] KEY_COLUMNS = {128, 64, 32, 16, 8, 4};
    private static final int[] GROUP_TILES = {4, 1, 2, 3, 6, 8, 16};

    private final ModelLayout layout;
    private final LayerSample one;
    private final LayerSample two;
    private final int layers;
    private final Map<Integer, TilingOptions> best = new HashMap<>();

    TilingSearch(Lowering lowering, StepCost cost) {
        this.layout = lowering.layout();
        Network network = layout.network();
        this.layers = network.layers().size();
        boolean alike = layout.groups().size() == 1;
        this.one = sample(network, alike ? 1 : layers, cost);
        this.two = sample(network, alike ? Math.min(2, layers) : layers, cost);
    }

    private LayerSample sample(Network network, int count, StepCost cost) {
        return new LayerSample(network, count, layout.spec(), layout.context(), layout.options(), cost);
    }

    /** The best options found for steps of this many tokens. */
    TilingOptions options(int tokens) {
        return best.computeIfAbsent(tokens, this::search);
    }

    private TilingOptions search(int tokens) {
        TilingOptions start = layout.options();
        TilingOptions attention = cheapest(
                tokens, start, ATTENTION_TILES, n -> start.with(start.groupTiles(), n, start.keyColumns()));
        TilingOptions keys = cheapest(
                tokens,
                attention,
                KEY_COLUMNS,
                n -> attention.with(attention.groupTiles(), attention.attentionTiles(), n));
        return cheapest(
                tokens, keys, GROUP_TILES, n -> keys.with(n, keys.attentionTiles(), keys.keyColumns()));
    }

    private TilingOptions cheapest(
            int tokens, TilingOptions start, int[] values, IntFunction<TilingOptions> candidate) {
        TilingOptions cheapest = start;
        long least = cost(tokens, start);
        for (int value : values) {
            TilingOptions options = candidate.apply(value);
            long cost = cost(tokens, options);
            if (cost < least) {
                least = cost;
                cheapest = options;
            }
        }
        return cheapest;
    }

    /** Cycles over some positions of the context. */
    private long cost(int tokens, TilingOptions options) {
        long room = layout.context() - (long) tokens;
        long sum = 0;
        for (long quarter = tokens == 1 ? 1 : 0; quarter < 4; quarter += tokens == 1 ? 1 : 2) {
            OptionalLong cycles = two.cycles(tokens, tokens == 1, options, Math.max(0, room * quarter / 4));
            if (cycles.isEmpty()) {
                return Long.MAX_VALUE;
            }
            sum += cycles.getAsLong();
        }
        return sum;
    }

    // ---- prompts ---------------------------------------------------------------------------------

    /** Tokens of the steps of a prompt that continues at a position. */
    List<Integer> promptSteps(int tokens, long position, int maxTokens) {
        int least = Math.ceilDiv(tokens, maxTokens);
        List<Integer> cheapest = List.of();
        long fewest = Long.MAX_VALUE;
        for (int count = least; count <= 2 * least; count++) {
            List<Integer> steps = PromptSteps.balanced(tokens, count, maxTokens, layout.spec().array().rows());
            long cycles = cycles(steps, position);
            if (cheapest.isEmpty() || cycles < fewest) {
                cheapest = steps;
                fewest = cycles;
            }
        }
        return cheapest;
    }

    private long cycles(List<Integer> steps, long position) {
        long sum = 0;
        long at = position;
        for (int i = 0; i < steps.size(); i++) {
            sum += cycles(steps.get(i), i == steps.size() - 1, at);
            at += steps.get(i);
        }
        return sum;
    }

    /** Cycles of a step of all layers: each beyond the first costs what the second one costs. */
    private long cycles(int tokens, boolean logits, long position) {
        TilingOptions options = options(tokens);
        long first = cycles(one, tokens, logits, options, position);
        return first + (layers - 1L) * (cycles(two, tokens, logits, options, position) - first);
    }

    private static long cycles(LayerSample sample, int tokens, boolean logits, TilingOptions options, long position) {
        return sample.cycles(tokens, logits, options, position)
                .orElseThrow(() -> new CompileException("a step of " + tokens + " tokens does not fit the hardware"));
    }
}
