package dev.hwc.ir.tile;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The rules about names, arguments, rings and repetitions: T1 to T4. */
final class DeclarationRules {
    /** Largest count of a loop and largest limit of a ring: 24 bits (isa.md §3). */
    static final long MAX_COUNT = (1L << 24) - 1;

    private static final int MAX_ARGUMENTS = 32;

    private final List<String> problems;

    private DeclarationRules(List<String> problems) {
        this.problems = problems;
    }

    static void check(TileProgram program, List<String> problems) {
        var rules = new DeclarationRules(problems);
        rules.label("program", program.name());
        rules.arguments(program.arguments());
        rules.rings(program.rings());
        rules.nodes(program.nodes());
    }

    private void arguments(List<JobArgument> arguments) {
        if (arguments.size() > MAX_ARGUMENTS) {
            problem("T2", arguments.size() + " arguments", "at most " + MAX_ARGUMENTS);
        }
        Set<String> seen = new HashSet<>();
        for (JobArgument argument : arguments) {
            name("argument", argument.name());
            if (!seen.add(argument.name())) {
                problem("T1", "argument " + argument.name() + " is declared twice", "each name once");
            }
            if (argument.divisor() < 1) {
                problem("T2", "argument " + argument.name() + " divides by " + argument.divisor(), "at least 1");
            }
        }
    }

    private void rings(List<Ring> rings) {
        Set<String> seen = new HashSet<>();
        for (Ring ring : rings) {
            name("ring", ring.name());
            if (!seen.add(ring.name())) {
                problem("T1", "ring " + ring.name() + " is declared twice", "each name once");
            }
            long limit = ring.start() + (long) ring.step() * ring.slots();
            if (ring.start() < 0 || ring.step() < 1 || ring.slots() < 1 || limit > MAX_COUNT) {
                problem(
                        "T3",
                        "ring " + ring.name() + " has start " + ring.start() + ", step " + ring.step() + ", "
                                + ring.slots() + " slots",
                        "start from 0, step and slots from 1, the end at most " + MAX_COUNT);
            }
        }
    }

    private void nodes(List<TileNode> nodes) {
        for (TileNode node : nodes) {
            switch (node) {
                case TileNode.Kernel kernel -> {
                    label("kernel", kernel.label());
                    kernel.engines().values().forEach(this::statements);
                }
                case TileNode.Repeat repeat -> {
                    name("loop variable", repeat.variable());
                    if (repeat.count() < 1 || repeat.count() > MAX_COUNT) {
                        problem(
                                "T4",
                                "repeat " + repeat.variable() + " has count " + repeat.count(),
                                "1.." + MAX_COUNT);
                    }
                    nodes(repeat.body());
                }
            }
        }
    }

    private void statements(List<TileStatement> body) {
        for (TileStatement statement : body) {
            switch (statement) {
                case TileStatement.Loop loop -> {
                    name("loop variable", loop.variable());
                    statements(loop.body());
                }
                case TileStatement.Fetch fetch -> name("fetched value", fetch.name());
                case TileStatement.Command _, TileStatement.Advance _, TileStatement.Reset _ -> {}
            }
        }
    }

    private void name(String what, String name) {
        if (!TileLines.NAME.matcher(name).matches()) {
            problem("T1", what + " '" + name + "'", "names of letters, digits, _ . and -, not with a digit first");
        }
    }

    private void label(String what, String label) {
        if (!label.equals(label.strip()) || label.lines().count() != 1) {
            problem("T1", what + " '" + label.replace('\n', ' ') + "'", "one line without blanks around it");
        }
    }

    private void problem(String rule, String found, String allowed) {
        problems.add(found + ", allowed " + allowed + " (" + rule + ")");
    }
}
