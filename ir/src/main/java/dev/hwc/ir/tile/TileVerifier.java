package dev.hwc.ir.tile;

import dev.hwc.ir.IrException;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.LoopNest;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Queue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks a tile program against the rules of docs/spec/tile-ir.md for one hardware. What single
 * instructions must satisfy beyond that is the matter of {@link dev.hwc.ir.isa.ProgramValidator};
 * the order in which tokens are taken that of {@link dev.hwc.ir.isa.TokenCheck}.
 */
public final class TileVerifier {
    private static final int MESSAGES = 20;

    private final TileProgram program;
    private final Map<String, Ring> rings = new HashMap<>();
    private final Set<String> arguments = new HashSet<>();
    private final CommandRules commands;
    private final List<String> problems = new ArrayList<>();
    private final Deque<OpenLoop> loops = new ArrayDeque<>();
    private final Set<String> resets = new HashSet<>();
    private Set<String> fetched = new HashSet<>();
    private String place = "";
    private Queue queue = Queue.LOAD;

    private TileVerifier(TileProgram program, HardwareSpec hardware) {
        this.program = program;
        program.rings().forEach(ring -> rings.put(ring.name(), ring));
        program.arguments().forEach(argument -> arguments.add(argument.name()));
        this.commands = new CommandRules(hardware, rings);
    }

    /**
     * A loop around the statement at hand.
     *
     * @param passes constant number of passes, 1 if it depends on an argument
     * @param moved rings and fetched values that change inside, with their sigils
     */
    record OpenLoop(String variable, long passes, Set<String> moved) {}

    /** @throws IrException listing the broken rules, at most twenty of them */
    public static void check(TileProgram program, HardwareSpec hardware) {
        List<String> problems = problems(program, hardware);
        if (!problems.isEmpty()) {
            int hidden = problems.size() - MESSAGES;
            throw new IrException("tile program '" + program.name() + "' does not fit hardware '" + hardware.name()
                    + "': " + String.join("; ", problems.subList(0, Math.min(MESSAGES, problems.size())))
                    + (hidden > 0 ? "; and " + hidden + " more" : ""));
        }
    }

    /** One line per broken rule, with place, rule and what is allowed; empty for a valid program. */
    public static List<String> problems(TileProgram program, HardwareSpec hardware) {
        var verifier = new TileVerifier(program, hardware);
        DeclarationRules.check(program, verifier.problems);
        for (Queue queue : Queue.values()) {
            verifier.engine(queue);
        }
        if (verifier.problems.isEmpty()) {
            BalanceRules.check(program, verifier.problems);
        }
        return List.copyOf(verifier.problems);
    }

    /** Opcodes an engine has as commands: its own without {@code load.register}, and {@code sync}. */
    static List<Opcode> commands(Queue queue) {
        return Arrays.stream(Opcode.values())
                .filter(opcode -> (opcode.queue() == queue && opcode != Opcode.LOAD_REGISTER) || opcode == Opcode.SYNC)
                .toList();
    }

    // ---- walk of one engine ----------------------------------------------------------------------

    private void engine(Queue of) {
        queue = of;
        resets.clear();
        nodes(program.nodes());
    }

    private void nodes(List<TileNode> nodes) {
        for (TileNode node : nodes) {
            switch (node) {
                case TileNode.Repeat repeat -> {
                    place = "repeat " + repeat.variable();
                    open(repeat.variable(), repeat.count(), Moves.of(repeat.body(), queue));
                    nodes(repeat.body());
                    loops.pop();
                }
                case TileNode.Kernel kernel -> {
                    fetched = new HashSet<>();
                    statements(kernel.label(), kernel.engine(queue));
                }
            }
        }
    }

    private void statements(String label, List<TileStatement> body) {
        for (TileStatement statement : body) {
            place = "kernel '" + label + "' " + queue.text() + ": " + TileText.print(statement);
            switch (statement) {
                case TileStatement.Loop loop -> loop(label, loop);
                case TileStatement.Command command -> command(command);
                case TileStatement.Advance advance -> advance(advance.ring());
                case TileStatement.Reset reset -> {
                    declared(reset.ring(), rings.keySet(), "ring");
                    resets.add(reset.ring());
                }
                case TileStatement.Fetch fetch -> fetch(fetch);
            }
        }
    }

    private void loop(String label, TileStatement.Loop loop) {
        count(loop.count());
        open(loop.variable(), loop.count().isConstant() ? loop.count().constant() : 1, Moves.of(loop.body()));
        Set<String> before = new HashSet<>(fetched);
        statements(label, loop.body());
        fetched = before;
        loops.pop();
    }

    private void count(Expr count) {
        expression("count", count);
        boolean argument = count.terms().isEmpty()
                || (count.terms().size() == 1
                        && count.terms().getFirst().kind() == Expr.Kind.ARG
                        && count.terms().getFirst().coefficient() == 1);
        if (!argument || count.constant() < 0 || count.constant() > DeclarationRules.MAX_COUNT) {
            problem("T4", "count is " + count, "0.." + DeclarationRules.MAX_COUNT + ", or that and one argument");
        }
    }

    private void open(String variable, long passes, Set<String> moved) {
        if (loops.stream().anyMatch(open -> open.variable().equals(variable))) {
            problem("T6", "loop variable " + variable + " hides one of the same name", "distinct names");
        }
        loops.push(new OpenLoop(variable, passes, moved));
        if (loops.size() > LoopNest.MAX_DEPTH) {
            problem("T7", "loop at depth " + loops.size(), "1.." + LoopNest.MAX_DEPTH);
        }
    }

    private void command(TileStatement.Command command) {
        command.operands().forEach(this::expression);
        commands.check(command, queue, loops, this::problem);
    }

    private void advance(String ring) {
        declared(ring, rings.keySet(), "ring");
        used(ring);
    }

    private void used(String ring) {
        if (!resets.contains(ring)) {
            problem("T17", "ring " + ring + " is used before its reset", "a reset in this engine first");
        }
    }

    private void fetch(TileStatement.Fetch fetch) {
        if (queue != Queue.LOAD) {
            problem("T11", "fetch in engine " + queue.text(), "engine load");
        }
        if (fetch.window() < 0 || fetch.window() > 7) {
            problem("T13", "window is " + fetch.window(), "0..7");
        }
        expression("off", fetch.address());
        commands.memory(fetch.address(), this::problem);
        fetched.add(fetch.name());
    }

    // ---- expressions -----------------------------------------------------------------------------

    private void expression(String name, Expr value) {
        Set<String> seen = new HashSet<>();
        int bases = 0;
        for (Expr.Term term : value.terms()) {
            bases += term.kind() == Expr.Kind.LOOP ? 0 : 1;
            boolean coefficient = term.kind() == Expr.Kind.LOOP ? term.coefficient() != 0 : term.coefficient() == 1;
            if (!coefficient || bases > 1 || !seen.add(term.kind().sigil() + term.name())) {
                problem(
                        "T8",
                        name + " is " + value,
                        "each loop variable once, and at most one argument, ring or fetched value, without a factor");
                return;
            }
        }
        value.terms().forEach(term -> known(name, value, term));
    }

    private void known(String name, Expr value, Expr.Term term) {
        switch (term.kind()) {
            case LOOP -> {
                if (loops.stream().noneMatch(open -> open.variable().equals(term.name()))) {
                    problem("T5", name + " is " + value, "variables of the loops around it");
                }
            }
            case ARG -> declared(term.name(), arguments, "argument");
            case RING -> {
                declared(term.name(), rings.keySet(), "ring");
                used(term.name());
                still(name, value, term);
            }
            case FETCHED -> {
                if (!fetched.contains(term.name())) {
                    problem(
                            "T9",
                            "value " + term.name() + " is not fetched",
                            "values fetched before, in the same kernel and in this loop or one around it");
                }
                still(name, value, term);
            }
        }
    }

    private void declared(String name, Set<String> declared, String what) {
        if (!declared.contains(name)) {
            problem(
                    "T9",
                    what + " " + name + " is not declared",
                    declared.isEmpty()
                            ? "none"
                            : String.join(", ", declared.stream().sorted().toList()));
        }
    }

    /** A pointer that moves with loops is computed before the outermost of them: its base must not move inside. */
    private void still(String name, Expr value, Expr.Term base) {
        String moving = base.kind().sigil() + base.name();
        for (OpenLoop open : loops) {
            if (value.coefficient(open.variable()) != 0 && open.moved().contains(moving)) {
                problem(
                        "T10",
                        name + " is " + value + ", and " + moving + " changes in loop " + open.variable(),
                        "a base that stays the same inside the loops of its expression");
                return;
            }
        }
    }

    private void problem(String rule, String found, String allowed) {
        problems.add(place + ": " + found + ", allowed " + allowed + " (" + rule + ")");
    }
}
