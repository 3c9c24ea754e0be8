package dev.hwc.compiler.codegen;

import dev.hwc.compiler.CompileException;
import dev.hwc.ir.isa.Instruction;
import dev.hwc.ir.isa.MemoryAddress;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.isa.Word;
import dev.hwc.ir.tile.Expr;
import dev.hwc.ir.tile.JobArgument;
import dev.hwc.ir.tile.Operands;
import dev.hwc.ir.tile.Ring;
import dev.hwc.ir.tile.TileProgram;
import dev.hwc.ir.tile.TileStatement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes the stream of one queue. Every loop level has one register per distinct pointer used below
 * it, set before the loop from the pointer of the level above and incremented at the end of the body.
 */
final class QueueWriter {
    private final Queue queue;
    private final TileProgram program;
    private final Registers registers;
    private final List<Instruction> instructions = new ArrayList<>();
    private final List<Integer> sources = new ArrayList<>();
    private final Map<String, Ring> rings = new HashMap<>();
    private final Map<String, Integer> ringRegisters = new HashMap<>();
    private final Map<String, Integer> fetchedRegisters = new HashMap<>();
    private final Map<Pointer, Integer> pointers = new HashMap<>();
    private final List<String> variables = new ArrayList<>();
    private final LocalRings localRings;
    private final Set<String> finishedRings = new LinkedHashSet<>();
    private int source;

    /** The part of an expression that a register holds: its base and its loop terms, without the constant. */
    private record Pointer(List<Expr.Term> terms) {}

    QueueWriter(Queue queue, TileProgram program) {
        this.queue = queue;
        this.registers = new Registers(queue);
        this.program = program;
        this.localRings = new LocalRings(queue, program.nodes());
        program.rings().forEach(ring -> rings.put(ring.name(), ring));
    }

    List<Instruction> instructions() {
        return instructions;
    }

    List<Integer> sources() {
        return sources;
    }

    /** Operator that the following instructions come from. */
    void source(int label) {
        source = label;
    }

    void halt() {
        add(new Instruction.Halt(queue, Tokens.NONE));
    }

    /** A kernel: what it fetched is forgotten behind it. */
    void kernel(int label, List<TileStatement> body) {
        source(label);
        statements(body);
        fetchedRegisters.forEach((name, register) -> {
            registers.release(register);
            registers.forget(Expr.fetched(name));
        });
        fetchedRegisters.clear();
        finishedRings.addAll(localRings.of(body));
    }

    /** A register until it is released; those of rings that no later kernel uses are given up for it. */
    private int take() {
        if (!registers.hasFree()) {
            for (String ring : finishedRings) {
                Integer register = ringRegisters.remove(ring);
                if (register != null) {
                    registers.forget(Expr.ring(ring));
                    registers.release(register);
                }
            }
            finishedRings.clear();
        }
        return registers.take();
    }

    void statements(List<TileStatement> body) {
        body.forEach(this::statement);
    }

    private void statement(TileStatement statement) {
        switch (statement) {
            case TileStatement.Loop loop -> loop(loop);
            case TileStatement.Command command -> command(command);
            case TileStatement.Advance advance -> advance(ring(advance.ring()));
            case TileStatement.Reset reset -> reset(ring(reset.ring()));
            case TileStatement.Fetch fetch -> fetch(fetch);
        }
    }

    /** A repetition with a constant count whose body is emitted by the caller. */
    void repeat(String variable, int count, List<TileStatement> below, Runnable body) {
        loop(variable, Expr.of(count), below, body);
    }

    private void loop(TileStatement.Loop loop) {
        if (loop.count().isConstant() && loop.count().constant() == 0) {
            return;
        }
        loop(loop.variable(), loop.count(), loop.body(), () -> statements(loop.body()));
    }

    private void loop(String variable, Expr count, List<TileStatement> below, Runnable body) {
        variables.add(variable);
        Map<Pointer, Long> own = ownPointers(variable, below);
        for (Pointer pointer : own.keySet()) {
            open(pointer);
        }
        int register = value(count, new LinkedHashSet<>());
        add(new Instruction.Loop(queue, (int) count.constant(), register));
        registers.forgetTemporaries();
        body.run();
        own.forEach((pointer, step) -> {
            int r = pointerRegister(pointer);
            add(new Instruction.Add(queue, r, r, 0, step & Registers.MASK));
        });
        add(new Instruction.Next(queue));
        registers.forgetTemporaries();
        own.keySet().forEach(pointer -> registers.release(pointerRegister(pointer)));
        own.keySet().forEach(pointers::remove);
        variables.remove(variables.size() - 1);
    }

    /** Pointers that move with this variable, with their step. */
    private Map<Pointer, Long> ownPointers(String variable, List<TileStatement> below) {
        Map<Pointer, Long> own = new LinkedHashMap<>();
        for (Expr expr : expressions(below, new LinkedHashSet<>())) {
            long step = expr.coefficient(variable);
            if (step != 0) {
                own.put(pointer(expr), step);
            }
        }
        return own;
    }

    /** The pointer an expression has at the current depth: loop terms of open loops only. */
    private Pointer pointer(Expr expr) {
        List<Expr.Term> terms = new ArrayList<>();
        expr.base().ifPresent(terms::add);
        for (String variable : variables) {
            long c = expr.coefficient(variable);
            if (c != 0) {
                terms.add(new Expr.Term(Expr.Kind.LOOP, variable, c));
            }
        }
        return new Pointer(terms);
    }

    private void open(Pointer pointer) {
        int register = take();
        Pointer outer = new Pointer(pointer.terms().subList(0, pointer.terms().size() - 1));
        if (outer.terms().isEmpty()) {
            add(new Instruction.Set(queue, register, 0));
        } else if (outer.terms().size() == 1) {
            openFromBase(register, outer.terms().getFirst());
        } else {
            add(new Instruction.Add(queue, register, pointerRegister(outer), 0, 0));
        }
        pointers.put(pointer, register);
    }

    /** The outermost level of a pointer: its argument, ring, fetched value or first loop. */
    private void openFromBase(int register, Expr.Term term) {
        switch (term.kind()) {
            case ARG -> add(new Instruction.Arg(queue, register, argument(term.name()), 0));
            case RING -> add(new Instruction.Add(queue, register, ringRegister(term.name()), 0, 0));
            case FETCHED -> add(new Instruction.Add(queue, register, fetchedRegister(term.name()), 0, 0));
            case LOOP -> add(new Instruction.Add(queue, register, pointerRegister(new Pointer(List.of(term))), 0, 0));
        }
    }

    private int pointerRegister(Pointer pointer) {
        Integer register = pointers.get(pointer);
        if (register == null) {
            throw new CompileException("no register holds " + pointer + " in queue " + queue.text());
        }
        return register;
    }

    private static Set<Expr> expressions(List<TileStatement> body, Set<Expr> all) {
        for (TileStatement statement : body) {
            switch (statement) {
                case TileStatement.Loop loop -> expressions(loop.body(), all);
                case TileStatement.Command command ->
                    all.addAll(command.operands().values());
                case TileStatement.Fetch fetch -> all.add(fetch.address());
                case TileStatement.Advance advance -> {}
                case TileStatement.Reset reset -> {}
            }
        }
        return all;
    }

    private void reset(Ring ring) {
        add(new Instruction.Set(queue, ringRegister(ring.name()), ring.start()));
        registers.forget(Expr.ring(ring.name()));
    }

    private void advance(Ring ring) {
        registers.forget(Expr.ring(ring.name()));
        add(new Instruction.Wrap(queue, ringRegister(ring.name()), ring.step(), ring.limit(), ring.start()));
    }

    private void fetch(TileStatement.Fetch fetch) {
        int target = fetchedRegisters.computeIfAbsent(fetch.name(), name -> take());
        int register = value(fetch.address(), new LinkedHashSet<>());
        add(new Instruction.LoadRegister(
                Tokens.NONE,
                new MemoryAddress(fetch.window(), register, fetch.address().constant()),
                target));
        registers.forget(Expr.fetched(fetch.name()));
    }

    private Ring ring(String name) {
        Ring ring = rings.get(name);
        if (ring == null) {
            throw new CompileException("ring '" + name + "' is not declared");
        }
        return ring;
    }

    private int ringRegister(String name) {
        Integer known = ringRegisters.get(name);
        if (known != null) {
            return known;
        }
        int register = take();
        ringRegisters.put(name, register);
        return register;
    }

    private void command(TileStatement.Command command) {
        Map<String, Long> fields = new HashMap<>();
        Set<Integer> pinned = new LinkedHashSet<>();
        if (command.operands().containsKey(Operands.K0)) {
            fields.put("rk", (long) constants(command.operand(Operands.K0), command.operand(Operands.K1), pinned));
        }
        command.operands().forEach((name, expr) -> operand(command.opcode(), name, expr, fields, pinned));
        long[] values = command.opcode().fields().stream()
                .mapToLong(field -> fields.getOrDefault(field.name(), 0L))
                .toArray();
        add(Word.instruction(command.opcode(), queue, command.tokens(), command.flags(), values));
    }

    private void operand(Opcode opcode, String name, Expr expr, Map<String, Long> fields, Set<Integer> pinned) {
        if (name.equals(Operands.K0) || name.equals(Operands.K1)) {
            return; // constants()
        }
        Optional<String> register = Operands.registerOf(opcode, name);
        if (Operands.inRegister(opcode, name)) {
            fields.put(name, (long) whole(expr, pinned));
        } else if (register.isPresent()) {
            fields.put(register.get(), (long) value(expr, pinned));
            fields.put(name, expr.constant());
        } else if (expr.isConstant()) {
            fields.put(name, expr.constant());
        } else {
            throw new CompileException(opcode.text() + ": operand " + name + " = " + expr + " must be constant");
        }
    }

    /** The first of two adjacent registers that hold the constants K0 and K1. */
    private int constants(Expr k0, Expr k1, Set<Integer> pinned) {
        Integer known = registers.findPair(k0, k1);
        int first = known != null ? known : registers.pair(k0, k1, pinned);
        pinned.add(first);
        pinned.add(first + 1);
        if (known == null) {
            load(first, sourceOf(k0, pinned), k0);
            load(first + 1, sourceOf(k1, pinned), k1);
        }
        return first;
    }

    private int sourceOf(Expr expr, Set<Integer> pinned) {
        return expr.isConstant() || isArgument(expr) ? 0 : value(expr, pinned);
    }

    /** Register that holds an expression without its constant (r0 for a constant). */
    private int value(Expr expr, Set<Integer> pinned) {
        if (expr.isConstant()) {
            return 0;
        }
        if (expr.usesLoops()) {
            return pointerRegister(pointer(expr));
        }
        Expr.Term base = expr.base().orElseThrow();
        return switch (base.kind()) {
            case RING -> ringRegister(base.name());
            case FETCHED -> fetchedRegister(base.name());
            case ARG -> temporary(Expr.arg(base.name()), pinned);
            case LOOP -> throw new IllegalStateException("a base is never a loop variable");
        };
    }

    private int fetchedRegister(String name) {
        Integer register = fetchedRegisters.get(name);
        if (register == null) {
            throw new CompileException("value '" + name + "' is used before it is fetched");
        }
        return register;
    }

    /** Register that holds a whole expression. */
    private int whole(Expr expr, Set<Integer> pinned) {
        if (expr.isConstant() && expr.constant() == 0) {
            return 0;
        }
        if (expr.constant() == 0 && !expr.isConstant()) {
            int register = value(expr, pinned);
            pinned.add(register);
            return register;
        }
        return temporary(expr, pinned);
    }

    private int temporary(Expr expr, Set<Integer> pinned) {
        Integer known = registers.find(expr);
        if (known != null) {
            pinned.add(known);
            return known;
        }
        int from = sourceOf(expr, pinned);
        int register = registers.temporary(expr, pinned);
        pinned.add(register);
        load(register, from, expr);
        return register;
    }

    private static boolean isArgument(Expr expr) {
        return !expr.usesLoops()
                && expr.base().map(term -> term.kind() == Expr.Kind.ARG).orElse(false);
    }

    private void load(int register, int from, Expr expr) {
        long constant = expr.constant() & Registers.MASK;
        if (expr.isConstant()) {
            add(new Instruction.Set(queue, register, constant));
        } else if (isArgument(expr)) {
            add(new Instruction.Arg(
                    queue, register, argument(expr.base().orElseThrow().name()), constant));
        } else {
            add(new Instruction.Add(queue, register, from, 0, constant));
        }
    }

    private int argument(String name) {
        List<JobArgument> arguments = program.arguments();
        for (int i = 0; i < arguments.size(); i++) {
            if (arguments.get(i).name().equals(name)) {
                return i;
            }
        }
        throw new CompileException("argument '" + name + "' is not declared");
    }

    private void add(Instruction instruction) {
        instructions.add(instruction);
        sources.add(source);
    }
}
