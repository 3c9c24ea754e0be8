package dev.hwc.compiler.image;

import dev.hwc.compiler.CompileException;
import dev.hwc.compiler.lower.Lowering;
import dev.hwc.compiler.lower.ModelLayout;
import dev.hwc.compiler.lower.Network;
import dev.hwc.compiler.lower.TilingOptions;
import dev.hwc.ir.device.PimProduct;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.tensor.FusedKind;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Chooses how a step's program is tiled and how a prompt is cut into steps: tries a few ways and keeps
 * the one with the fewest cycles.
 *
 * <p>What is tried does not depend on the size of the buffers; a way that does not fit is left out. So
 * larger hardware has every way that smaller hardware has, and some more. Costs are those of one and
 * two layers, from which those of all layers follow: every layer of a shape costs the same.
 */
final class TilingSearch {
    /** What is cheapest, and where products may be. */
    record Aim(StepCost cost, ProductPlaces places) {}

    private static final int[] ATTENTION_TILES = {16, 12, 8, 6, 4, 3, 2, 1};
    private static final int[] ATTENTION_SLOTS = {16, 8, 4};
    private static final int[] KEY_COLUMNS = {128, 64, 32, 16, 8, 4};
    private static final int[] GROUP_TILES = {4, 1, 2, 3, 6, 8, 16};
    /** Results from memory come in groups as large as the load buffer allows. */
    private static final int[] LARGE_GROUP_TILES = {4, 16, 32, 64, 128};

    /** Quick figures that differ by a smaller part than one of so many do not tell which way is cheaper. */
    private static final int NEAR = 8;

    private static final int DECODE_POSITIONS = 8;
    private static final int PREFILL_POSITIONS = 2;

    private final ModelLayout layout;
    private final LayerSample one;
    private final LayerSample two;
    private final LayerSample approximate;
    private final int layers;
    private final Map<Integer, TilingOptions> best = new HashMap<>();
    private final ProductPlaces places;

    TilingSearch(Lowering lowering, StepCost cost, ProductPlaces places) {
        this.places = places;
        this.layout = lowering.layout();
        Network network = layout.network();
        this.layers = network.layers().size();
        boolean alike = layout.groups().size() == 1;
        int most = alike ? Math.min(2, layers) : layers;
        this.one = sample(network, alike ? 1 : layers, cost);
        this.two = sample(network, most, cost);
        this.approximate = cost.approximate() == cost ? two : sample(network, most, cost.approximate());
    }

    private LayerSample sample(Network network, int count, StepCost cost) {
        return new LayerSample(network, count, layout.spec(), layout.context(), layout.options(), cost);
    }

    /**
     * What stands in memory that computes: keys and values where there is room for them beside the weights, and operators
     * cut into as many kernels as are best. All steps have the same.
     */
    static TilingOptions memoryLayout(
            Network network, HardwareSpec spec, int context, TilingOptions start, StepCost cost) {
        TilingOptions without = start.withoutKeysInMemory();
        return memoryKernels(network, spec, context, start, cost)
                .or(() -> memoryKernels(network, spec, context, without, cost))
                .orElse(without);
    }

    /**
     * How many kernels an operator in memory is best cut into: with all of them there, or all but attention,
     * at the middle of the context. Empty if there is no room.
     */
    private static Optional<TilingOptions> memoryKernels(
            Network network, HardwareSpec spec, int context, TilingOptions start, StepCost cost) {
        Optional<TilingOptions> best = Optional.empty();
        long least = Long.MAX_VALUE;
        for (int kernels : PimProduct.KERNELS) {
            TilingOptions options = start.withMemoryKernels(kernels);
            Lowering lowering = new Lowering(network, spec, context, options);
            if (!cost.holds(lowering.layout())) {
                continue;
            }
            TilingSearch search = new TilingSearch(lowering, cost, ProductPlaces.MEMORY);
            long cycles = Stream.of(search.placed(1), FusedKind.PRODUCTS)
                    .distinct()
                    .mapToLong(placed -> search.cycles(1, true, context / 2, options.withInMemory(placed))
                            .orElse(Long.MAX_VALUE))
                    .min()
                    .orElseThrow();
            if (best.isEmpty() || cycles < least) {
                least = cycles;
                best = Optional.of(options);
            }
        }
        return best;
    }

    /** The best options found for steps of this many tokens. */
    TilingOptions options(int tokens) {
        TilingOptions known = best.get(tokens);
        if (known == null) {
            known = search(tokens);
            best.put(tokens, known);
        }
        return known;
    }

    /** What memory can compute of a step. */
    private Set<FusedKind> placed(int tokens) {
        return tokens == 1 && layout.attentionInMemory() ? FusedKind.PLACED : FusedKind.PRODUCTS;
    }

    /**
     * What every step of the model has, whatever its products: where memory computes the attention of single tokens, all
     * steps write their keys and values there too.
     */
    private TilingOptions start(int tokens) {
        TilingOptions options = layout.options();
        return switch (places) {
            case ARRAY -> options.withInMemory(Set.of());
            case MEMORY -> options;
            case CHEAPEST -> {
                boolean attends = layout.spec().pim() != null
                        && tokens > 1
                        && options(1).inMemory().contains(FusedKind.ATTENTION);
                yield options.withInMemory(attends ? Set.of(FusedKind.ATTENTION) : Set.of());
            }
        };
    }

    private TilingOptions search(int tokens) {
        TilingOptions start = start(tokens);
        long[] positions = positions(tokens);
        List<TilingOptions> attention = Arrays.stream(ATTENTION_SLOTS)
                .boxed()
                .flatMap(slots -> Arrays.stream(ATTENTION_TILES).mapToObj(tiles -> start.withAttention(tiles, slots)))
                .toList();
        TilingOptions divided =
                cheapest(start, attention, options -> cost(approximate, tokens, false, options, positions));
        TilingOptions keyed = cheapest(
                divided,
                Arrays.stream(KEY_COLUMNS).mapToObj(divided::withKeys).toList(),
                options -> cost(approximate, tokens, false, options, positions));
        long middle = positions[positions.length / 2];
        TilingOptions grouped = cheapest(
                keyed,
                Arrays.stream(GROUP_TILES).mapToObj(keyed::withGroup).toList(),
                options -> cost(approximate, tokens, tokens == 1, options, middle));
        return layout.spec().pim() == null || places == ProductPlaces.ARRAY ? grouped : placed(tokens, grouped, middle);
    }

    /**
     * Puts operators into memory, one after the other as long as that saves cycles, and takes them out
     * again, from all of them on: the cheaper of the two ends.
     */
    private TilingOptions placed(int tokens, TilingOptions grouped, long position) {
        EnumSet<FusedKind> every = EnumSet.copyOf(placed(tokens));
        every.addAll(grouped.inMemory());
        LayerSample groups = tokens == 1 ? two : approximate; // short enough for the memory itself
        TilingOptions all = cheapest(
                grouped.withInMemory(every),
                Arrays.stream(LARGE_GROUP_TILES)
                        .mapToObj(grouped::withGroup)
                        .map(options -> options.withInMemory(every))
                        .toList(),
                options -> cost(groups, tokens, true, options, position));
        if (places == ProductPlaces.MEMORY) {
            return all;
        }
        TilingOptions taken = moved(tokens, all, position);
        TilingOptions put = moved(tokens, grouped, position);
        return cheaper(put, taken, tokens, true, position);
    }

    /** Moves single operators to the other side as long as that saves cycles; logits count where their operator moves. */
    private TilingOptions moved(int tokens, TilingOptions start, long position) {
        TilingOptions best = start;
        for (FusedKind operator : placed(tokens)) {
            best = cheaper(best, best.moved(operator), tokens, operator == FusedKind.HEAD, position);
        }
        return best;
    }

    /** The options with fewer cycles; quick figures decide where they are far apart. */
    private TilingOptions cheaper(
            TilingOptions first, TilingOptions second, int tokens, boolean logits, long position) {
        long a = cost(approximate, tokens, logits, first, position);
        long b = cost(approximate, tokens, logits, second, position);
        if (Math.abs(a - b) <= Math.min(a, b) / NEAR) {
            a = cost(two, tokens, logits, first, position);
            b = cost(two, tokens, logits, second, position);
        }
        return b < a ? second : first;
    }

    /** Where the operators of a step are computed, and what the other side would cost, over all layers. */
    List<Placement> placements(int tokens) {
        if (layout.spec().pim() == null || tokens > layout.pimRows()) {
            return List.of();
        }
        TilingOptions options = options(tokens);
        long[] positions = positions(tokens);
        long middle = positions[positions.length / 2];
        long cycles = cycles(tokens, true, middle, options).orElse(-1);
        return FusedKind.PLACED.stream()
                .filter(operator -> tokens == 1 || operator != FusedKind.ATTENTION)
                .map(operator -> {
                    Optional<String> obstacle =
                            operator == FusedKind.ATTENTION ? layout.attentionObstacle() : Optional.empty();
                    long other = obstacle.isPresent()
                            ? -1
                            : cycles(tokens, true, middle, options.moved(operator))
                                    .orElse(-1);
                    boolean inMemory = options.inMemory().contains(operator) && obstacle.isEmpty();
                    return new Placement(tokens, operator, inMemory, cycles, other, obstacle);
                })
                .toList();
    }

    private OptionalLong cycles(int tokens, boolean logits, long position, TilingOptions options) {
        OptionalLong first = one.cycles(tokens, logits, options, position);
        OptionalLong second = two.cycles(tokens, logits, options, position);
        return first.isEmpty() || second.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(allLayers(first.getAsLong(), second.getAsLong()));
    }

    /** Each layer beyond the first costs what the second one costs. */
    private long allLayers(long oneLayer, long twoLayers) {
        return oneLayer + (layers - 1L) * (twoLayers - oneLayer);
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
    private static long cost(LayerSample sample, int tokens, boolean logits, TilingOptions options, long... positions) {
        long sum = 0;
        for (long position : positions) {
            OptionalLong cycles = sample.cycles(tokens, logits, options, position);
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

    private long cycles(int tokens, boolean logits, long position) {
        return cycles(tokens, logits, position, options(tokens))
                .orElseThrow(() -> new CompileException("a step of " + tokens + " tokens does not fit the hardware"));
    }
}
