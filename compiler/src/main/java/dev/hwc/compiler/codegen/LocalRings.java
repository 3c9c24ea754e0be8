package dev.hwc.compiler.codegen;

import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.tile.Expr;
import dev.hwc.ir.tile.TileNode;
import dev.hwc.ir.tile.TileStatement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rings that one engine uses in a single kernel only, where it resets them first: behind that
 * kernel their registers may serve something else, in a repetition too.
 */
final class LocalRings {
    private final Queue queue;
    private final Map<String, Integer> kernels = new HashMap<>();
    private final Set<String> resetElsewhere = new HashSet<>();

    LocalRings(Queue queue, List<TileNode> nodes) {
        this.queue = queue;
        count(nodes);
    }

    private void count(List<TileNode> nodes) {
        for (TileNode node : nodes) {
            switch (node) {
                case TileNode.Repeat repeat -> count(repeat.body());
                case TileNode.Kernel kernel ->
                    used(kernel.engine(queue)).forEach(ring -> {
                        kernels.merge(ring, 1, Integer::sum);
                        if (!kernel.engine(queue).contains(new TileStatement.Reset(ring))) {
                            resetElsewhere.add(ring);
                        }
                    });
            }
        }
    }

    /** The local rings among those that a kernel uses. */
    List<String> of(List<TileStatement> body) {
        return used(body).stream()
                .filter(ring -> kernels.getOrDefault(ring, 0) == 1 && !resetElsewhere.contains(ring))
                .toList();
    }

    private static Set<String> used(List<TileStatement> body) {
        Set<String> rings = new LinkedHashSet<>();
        collect(body, rings);
        return rings;
    }

    private static void collect(List<TileStatement> body, Set<String> rings) {
        for (TileStatement statement : body) {
            switch (statement) {
                case TileStatement.Loop loop -> collect(loop.body(), rings);
                case TileStatement.Command command ->
                    command.operands().values().forEach(expr -> collect(expr, rings));
                case TileStatement.Advance advance -> rings.add(advance.ring());
                case TileStatement.Reset reset -> rings.add(reset.ring());
                case TileStatement.Fetch fetch -> collect(fetch.address(), rings);
            }
        }
    }

    private static void collect(Expr expr, Set<String> rings) {
        expr.base().filter(base -> base.kind() == Expr.Kind.RING).ifPresent(base -> rings.add(base.name()));
    }
}
