package dev.hwc.compiler.weights;

import dev.hwc.ir.format.model.WeightSpec;
import dev.hwc.ir.format.model.WeightTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Weights of which some are rewritten. The data of a rewritten weight is computed when it is first
 * asked for, kept off-heap, and freed with this object; steps between two rewrites of one weight are
 * not kept.
 */
public final class RewrittenWeights implements WeightSource {
    private final WeightSource base;
    private final Map<String, List<WeightRewrite>> rewrites;
    private final Map<String, WeightTensor> computed = new ConcurrentHashMap<>();

    private RewrittenWeights(WeightSource base, Map<String, List<WeightRewrite>> rewrites) {
        this.base = base;
        this.rewrites = rewrites;
    }

    /** The weights of {@code base}, those named in {@code rewrites} changed. */
    public static WeightSource of(WeightSource base, Map<String, WeightRewrite> rewrites) {
        if (rewrites.isEmpty()) {
            return base;
        }
        return base instanceof RewrittenWeights earlier
                ? earlier.then(rewrites)
                : new RewrittenWeights(base, Map.of()).then(rewrites);
    }

    private RewrittenWeights then(Map<String, WeightRewrite> later) {
        Map<String, List<WeightRewrite>> all = new HashMap<>(rewrites);
        later.forEach((name, rewrite) -> all.merge(name, List.of(rewrite), RewrittenWeights::chain));
        return new RewrittenWeights(base, Map.copyOf(all));
    }

    private static List<WeightRewrite> chain(List<WeightRewrite> first, List<WeightRewrite> then) {
        return Stream.concat(first.stream(), then.stream()).toList();
    }

    @Override
    public WeightSpec spec(String name) {
        WeightSpec spec = base.spec(name);
        for (WeightRewrite rewrite : rewrites(name)) {
            spec = rewrite.spec(spec);
        }
        return spec;
    }

    @Override
    public boolean hasData(String name) {
        return base.hasData(name);
    }

    @Override
    public WeightTensor weight(String name) {
        return rewrites.containsKey(name) ? computed.computeIfAbsent(name, this::compute) : base.weight(name);
    }

    private WeightTensor compute(String name) {
        WeightTensor tensor = base.weight(name);
        for (WeightRewrite rewrite : rewrites(name)) {
            tensor = apply(rewrite, tensor);
        }
        return tensor;
    }

    private static WeightTensor apply(WeightRewrite rewrite, WeightTensor source) {
        WeightSpec spec = rewrite.spec(source.spec());
        if (!source.hasData()) {
            return new WeightTensor(spec, Optional.empty());
        }
        MemorySegment target = Arena.ofAuto().allocate(spec.bytes());
        rewrite.write(source, target);
        return new WeightTensor(spec, Optional.of(target.asReadOnly()));
    }

    private List<WeightRewrite> rewrites(String name) {
        return rewrites.getOrDefault(name, List.of());
    }
}
