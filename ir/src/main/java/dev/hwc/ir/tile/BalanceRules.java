package dev.hwc.ir.tile;

import dev.hwc.ir.isa.Queue;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The rules T18 and T19: engines give as many tokens as are taken from them, and move a shared ring
 * equally often. Counts are polynomials over the arguments, because arguments are loop counts; two
 * counts agree for every position if their polynomials are equal.
 */
final class BalanceRules {
    private final Map<String, Count> counts = new TreeMap<>();
    private final Map<String, Map<Queue, Count>> advances = new TreeMap<>();

    private BalanceRules() {}

    /** A polynomial: coefficient per product of arguments, written {@code a*b} (empty for the constant). */
    private static final class Count {
        private final Map<String, Long> terms = new TreeMap<>();

        void add(String product, long coefficient) {
            terms.merge(product, coefficient, Long::sum);
            terms.values().removeIf(c -> c == 0);
        }

        void add(Count other) {
            other.terms.forEach(this::add);
        }

        /** This count times a loop's count. */
        Count times(Expr loop) {
            Count product = new Count();
            terms.forEach((arguments, c) -> {
                product.add(arguments, c * loop.constant());
                loop.base().ifPresent(base -> product.add(sorted(arguments, base.name()), c));
            });
            return product;
        }

        private static String sorted(String arguments, String name) {
            List<String> names = arguments.isEmpty() ? List.of(name) : List.of((arguments + "*" + name).split("\\*"));
            return String.join("*", names.stream().sorted().toList());
        }

        @Override
        public String toString() {
            if (terms.isEmpty()) {
                return "0";
            }
            return String.join(
                    " + ",
                    terms.entrySet().stream()
                            .map(e -> e.getValue() + (e.getKey().isEmpty() ? "" : "*" + e.getKey()))
                            .toList());
        }
    }

    static void check(TileProgram program, List<String> problems) {
        BalanceRules rules = of(program.nodes());
        rules.tokens("", problems);
        rules.rings(problems);
        repeats(program.nodes(), problems);
    }

    private static void repeats(List<TileNode> nodes, List<String> problems) {
        for (TileNode node : nodes) {
            if (node instanceof TileNode.Repeat repeat) {
                of(repeat.body()).tokens("repeat " + repeat.variable() + ": ", problems);
                repeats(repeat.body(), problems);
            }
        }
    }

    private static BalanceRules of(List<TileNode> nodes) {
        var rules = new BalanceRules();
        Count once = new Count();
        once.add("", 1);
        rules.nodes(nodes, once);
        return rules;
    }

    private void nodes(List<TileNode> nodes, Count times) {
        for (TileNode node : nodes) {
            switch (node) {
                case TileNode.Repeat repeat -> nodes(repeat.body(), times.times(Expr.of(repeat.count())));
                case TileNode.Kernel kernel ->
                    kernel.engines().forEach((queue, body) -> statements(queue, body, times));
            }
        }
    }

    private void statements(Queue queue, List<TileStatement> body, Count times) {
        for (TileStatement statement : body) {
            switch (statement) {
                case TileStatement.Loop loop -> statements(queue, loop.body(), times.times(loop.count()));
                case TileStatement.Command command -> tokens(queue, command, times);
                case TileStatement.Advance advance ->
                    moves(advance.ring(), queue).add(times);
                case TileStatement.Reset reset -> moves(reset.ring(), queue);
                case TileStatement.Fetch _ -> {}
            }
        }
    }

    private Count moves(String ring, Queue queue) {
        return advances.computeIfAbsent(ring, _ -> new EnumMap<>(Queue.class)).computeIfAbsent(queue, _ -> new Count());
    }

    private void tokens(Queue queue, TileStatement.Command command, Count times) {
        for (Queue other : Queue.values()) {
            if (command.tokens().signals(other)) {
                count("given", queue, other).add(times);
            }
            if (command.tokens().waitsFor(other)) {
                count("taken", other, queue).add(times);
            }
        }
    }

    private Count count(String what, Queue from, Queue to) {
        return counts.computeIfAbsent(what + from + to, _ -> new Count());
    }

    private void tokens(String place, List<String> problems) {
        for (Queue from : Queue.values()) {
            for (Queue to : Queue.values()) {
                String given = count("given", from, to).toString();
                String taken = count("taken", from, to).toString();
                if (!given.equals(taken)) {
                    problems.add(place + "tokens from " + from.text() + " to " + to.text() + ": " + given + " given, "
                            + taken + " taken, allowed equal numbers (T18)");
                }
            }
        }
    }

    private void rings(List<String> problems) {
        advances.forEach((ring, engines) -> {
            List<String> found = engines.entrySet().stream()
                    .map(e -> e.getValue() + " in " + e.getKey().text())
                    .toList();
            if (engines.values().stream().map(Count::toString).distinct().count() > 1) {
                problems.add("ring " + ring + ": advances are " + String.join(", ", found)
                        + ", allowed equal numbers (T19)");
            }
        });
    }
}
