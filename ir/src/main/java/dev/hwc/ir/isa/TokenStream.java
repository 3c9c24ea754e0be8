package dev.hwc.ir.isa;

import dev.hwc.ir.IrException;
import java.util.ArrayList;
import java.util.List;

/**
 * One queue's way through its stream: executes control instructions on the 16 registers and stops at
 * every command. Data are not touched, so what {@code load.register} reads is unknown.
 */
final class TokenStream {
    private static final long MASK = (1L << 40) - 1;
    private static final long MAX_COUNT = (1L << 24) - 1;

    private final Queue queue;
    private final Program program;
    private final List<Instruction> stream;
    private final LoopNest nest;
    private final long[] arguments;
    private final long[] registers = new long[16];
    private final boolean[] unknown = new boolean[16];
    private final List<Long> remaining = new ArrayList<>();
    private int pc;
    private boolean halted;

    TokenStream(Queue queue, Program program, long[] arguments) {
        this.queue = queue;
        this.program = program;
        this.stream = program.stream(queue);
        this.nest = new LoopNest(queue, stream);
        this.arguments = arguments;
        if (stream.isEmpty() || !(stream.getLast() instanceof Instruction.Halt)) {
            throw new IrException("queue " + queue.text() + ": the stream ends without halt (I6)");
        }
    }

    Queue queue() {
        return queue;
    }

    boolean halted() {
        return halted;
    }

    Tokens tokens() {
        return stream.get(pc).tokens();
    }

    /** Queue, pc, operation and source, for messages. */
    String place() {
        String label = program.label(queue, pc);
        return "queue " + queue.text() + " pc " + pc + " "
                + stream.get(pc).opcode().text() + (label.isEmpty() ? "" : " (" + label + ")");
    }

    /**
     * Executes control instructions up to the next command.
     *
     * @param limit instructions that may be executed
     * @return instructions executed
     */
    long advanceToCommand(long limit) {
        long steps = 0;
        while (!stream.get(pc).opcode().command()) {
            if (steps >= limit) {
                throw new IrException("token check gave up at " + place()
                        + ": the limit of instructions is reached; check with smaller loop counts or a higher limit");
            }
            control(stream.get(pc));
            steps++;
        }
        return steps;
    }

    /** Passes the command at which this stream stands. */
    void executeCommand() {
        switch (stream.get(pc)) {
            case Instruction.Halt _ -> halted = true;
            case Instruction.LoadRegister i -> {
                unknown[i.rd()] = i.rd() != 0;
                pc++;
            }
            default -> pc++;
        }
    }

    private void control(Instruction instruction) {
        switch (instruction) {
            case Instruction.Set i -> write(i.rd(), i.imm(), false);
            case Instruction.Arg i -> write(i.rd(), argument(i.index()) + i.imm(), false);
            case Instruction.Add i ->
                write(i.rd(), registers[i.rs()] + registers[i.rt()] + i.imm(), unknown[i.rs()] || unknown[i.rt()]);
            case Instruction.Wrap i -> wrap(i);
            case Instruction.Loop i -> loop(i);
            case Instruction.Next _ -> next();
            default -> throw new IllegalStateException(instruction.opcode().text() + " is a command");
        }
    }

    private long argument(int index) {
        return index < arguments.length ? arguments[index] : 0;
    }

    private void wrap(Instruction.Wrap i) {
        long sum = (registers[i.rd()] + i.step()) & MASK;
        write(i.rd(), sum >= i.limit() ? i.start() : sum, unknown[i.rd()]);
    }

    private void write(int register, long value, boolean isUnknown) {
        pc++;
        if (register != 0) {
            registers[register] = value & MASK;
            unknown[register] = isUnknown;
        }
    }

    private void loop(Instruction.Loop i) {
        if (unknown[i.rs()]) {
            throw new IrException(place() + ": the count depends on r" + i.rs()
                    + ", which comes from memory (load.register); only counts from arguments can be checked");
        }
        long count = i.count() + registers[i.rs()];
        if (count > MAX_COUNT) {
            throw new IrException(place() + ": the count is " + count + ", allowed 0.." + MAX_COUNT);
        }
        if (count == 0) {
            pc = nest.partner(pc) + 1;
        } else {
            remaining.add(count);
            pc++;
        }
    }

    private void next() {
        long rest = remaining.removeLast() - 1;
        if (rest == 0) {
            pc++;
        } else {
            remaining.add(rest);
            pc = nest.partner(pc) + 1;
        }
    }
}
