package dev.hwc.compiler.codegen;

import dev.hwc.ir.isa.Instruction;
import dev.hwc.ir.isa.LoopNest;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Program;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.tile.Operands;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Runs one queue's instructions on 16 registers (isa.md §3). */
final class StreamRun {
    private final List<Instruction> stream;
    private final LoopNest nest;
    private final long[] arguments;
    private final long[] registers = new long[16];
    private final Deque<Long> remaining = new ArrayDeque<>();
    private final List<Resolved> commands = new ArrayList<>();
    private int pc;

    private StreamRun(Queue queue, Program program, long[] arguments) {
        this.stream = program.stream(queue);
        this.nest = new LoopNest(queue, stream);
        this.arguments = arguments;
    }

    /** The commands of a queue in order, without the last halt. Constants count when rk is not 0. */
    static List<Resolved> commands(Program program, Queue queue, long... arguments) {
        StreamRun run = new StreamRun(queue, program, arguments);
        while (!(run.stream.get(run.pc) instanceof Instruction.Halt)) {
            run.step(run.stream.get(run.pc));
        }
        return run.commands;
    }

    private void step(Instruction instruction) {
        pc++;
        switch (instruction) {
            case Instruction.Set i -> write(i.rd(), i.imm());
            case Instruction.Arg i -> write(i.rd(), arguments[i.index()] + i.imm());
            case Instruction.Add i -> write(i.rd(), registers[i.rs()] + registers[i.rt()] + i.imm());
            case Instruction.Wrap i -> {
                long sum = registers[i.rd()] + i.step();
                write(i.rd(), sum >= i.limit() ? i.start() : sum);
            }
            case Instruction.Loop i -> {
                long count = i.count() + registers[i.rs()];
                if (count == 0) {
                    pc = nest.partner(pc - 1) + 1;
                } else {
                    remaining.push(count);
                }
            }
            case Instruction.Next _ -> {
                long rest = remaining.pop() - 1;
                if (rest > 0) {
                    remaining.push(rest);
                    pc = nest.partner(pc - 1) + 1;
                }
            }
            case Instruction.LoadRegister i ->
                write(
                        i.rd(),
                        Resolved.memory(
                                i.source().window(),
                                i.source().offset() + registers[i.source().register()]));
            default -> command(instruction);
        }
    }

    private void write(int register, long value) {
        if (register != 0) {
            registers[register] = value & Resolved.MASK;
        }
    }

    private void command(Instruction instruction) {
        Opcode opcode = instruction.opcode();
        Map<String, Long> fields = new TreeMap<>();
        for (int i = 0; i < opcode.fields().size(); i++) {
            fields.put(opcode.fields().get(i).name(), instruction.operands()[i]);
        }
        Map<String, Long> operands = new TreeMap<>();
        int constants = fields.getOrDefault("rk", 0L).intValue();
        for (String name : Operands.names(opcode)) {
            if (!name.equals(Operands.K0) && !name.equals(Operands.K1)) {
                operands.put(name, value(opcode, name, fields) & Resolved.MASK);
            } else if (constants != 0) {
                operands.put(name, registers[constants + (name.equals(Operands.K1) ? 1 : 0)]);
            }
        }
        commands.add(new Resolved(opcode, instruction.tokens(), instruction.flags(), operands));
    }

    private long value(Opcode opcode, String name, Map<String, Long> fields) {
        long field = fields.getOrDefault(name, 0L);
        if (Operands.inRegister(opcode, name)) {
            return registers[(int) field];
        }
        Optional<String> register = Operands.registerOf(opcode, name);
        return field
                + register.map(r -> registers[fields.getOrDefault(r, 0L).intValue()])
                        .orElse(0L);
    }
}
