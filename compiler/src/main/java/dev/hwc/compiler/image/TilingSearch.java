package dev.hwc.compiler.image;

import dev.hwc.compiler.CompileException;
import dev.hwc.compiler.lower.Lowering;
import dev.hwc.compiler.lower.ModelLayout;
import dev.hwc.compiler.lower.Network;
import dev.hwc.compiler.lower.TilingOptions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;

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
    private static final int[] ATTENTION_SLOTS = {16, 8, 4};
    private static final int[] KEY_COLUMNS = {128, 64, 32, 16, 8, 4};
    private static final int[] GROUP_TILES = {4, 1, 2, 3, 6, 8, 16};

    private static final int DECODE_POSITIONS = 8;
    private static final int PREFILL_POSITIONS = 2;

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
        long[] positions = positions(tokens);
        List<TilingOptions> attention = Arrays.stream(ATTENTION_SLOTS)
                .boxed()
                .flatMap(slots -> Arrays.stream(ATTENTION_TILES).mapToObj(tiles -> start.withAttention(tiles, slots)))
                .toList();
        TilingOptions divided = cheapest(start, attention, options -> cost(tokens, false, options, positions));
        TilingOptions keyed = cheapest(
                divided,
                Arrays.stream(KEY_COLUMNS).mapToObj(divided::withKeys).toList(),
                options -> cost(tokens, false, options, positions));
        long middle = positions[positions.length / 2];
        return cheapest(
                keyed,
                Arrays.stream(GROUP_TILES).mapToObj(keyed::withGroup).toList(),
                options -> cost(tokens, tokens == 1, options, middle));
    }

    private static TilingOptions cheapest(
            TilingOptions start, List<TilingOptions> candidates, ToLongFunction<TilingOptions> cost) {
        TilingOptions cheapest = start;
        long least = cost.applyAsLong(start);
        for (TilingOptions options : candidates) {
            long cycles = cost.applyAsLong(options);
            if (cycles < least) {
                least = cycles;
                cheapest = options;
            }
        }
        return cheapest;
    }

    /** Cycles of a step at some positions; the largest number when the options do not fit. */
    private long cost(int tokens, boolean logits, TilingOptions options, long... positions) {
        long sum = 0;
        for (long position : positions) {
            OptionalLong cycles = two.cycles(tokens, logits, options, position);
            if (cycles.isEmpty()) {
                return Long.MAX_VALUE;
            }
            sum += cycles.getAsLong();
        }
        return sum;
    }

    /** Positions spread over the context; where a prompt continues, whole steps are in front. */
    private long[] positions(int tokens) {
        long room = Math.max(0, layout.context() - (long) tokens);
        if (tokens == 1) {
            return LongStream.range(0, DECODE_POSITIONS)
                    .map(i -> room * (2 * i + 1) / (2 * DECODE_POSITIONS))
                    .toArray();
        }
        long steps = room / tokens;
        return LongStream.rangeClosed(0, PREFILL_POSITIONS)
                .map(i -> steps * i / PREFILL_POSITIONS * tokens)
                .distinct()
                .toArray();
    }

    // ---- prompts ---------------------------------------------------------------------------------

    /** Tokens of the steps of a prompt that continues at a position. */
    List<Integer> promptSteps(int tokens, long position, int maxTokens) {
        int rows = layout.spec().array().rows();
        int least = Math.ceilDiv(tokens, maxTokens);
        Set<List<Integer>> plans = new LinkedHashSet<>();
        for (int count = least; count <= 2 * least; count++) {
            plans.add(PromptSteps.balanced(tokens, count, maxTokens, rows));
        }
        List<Integer> cheapest = plans.iterator().next();
        long fewest = Long.MAX_VALUE;
        for (List<Integer> steps : plans) {
            long cycles = plans.size() == 1 ? 0 : cycles(steps, position);
            if (cycles < fewest) {
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
