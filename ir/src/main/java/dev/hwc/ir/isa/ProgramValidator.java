package dev.hwc.ir.isa;

import dev.hwc.ir.IrException;
import dev.hwc.ir.hw.HardwareSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Checks a program against the rules I2 to I11 of isa.md for one hardware. I1 and I3 are about
 * words: {@link ProgramCodec} checks them when it decodes. Tokens across queues are the matter of
 * {@link TokenCheck}.
 */
public final class ProgramValidator {
    private static final int MESSAGES = 20;

    private final HardwareSpec hardware;
    private final List<Problem> problems = new ArrayList<>();

    /**
     * A broken rule.
     *
     * @param pc of the instruction, or behind the last one if something is missing
     * @param text what is wrong and what is allowed, with the rule
     */
    public record Problem(Queue queue, int pc, String text) {
        @Override
        public String toString() {
            return "queue " + queue.text() + " pc " + pc + ": " + text;
        }
    }

    private ProgramValidator(HardwareSpec hardware) {
        this.hardware = hardware;
    }

    /** @throws IrException listing the broken rules, at most twenty of them */
    public static void check(Program program, HardwareSpec hardware) {
        List<String> problems = problems(program, hardware);
        if (!problems.isEmpty()) {
            int hidden = problems.size() - MESSAGES;
            throw new IrException("program does not fit hardware '" + hardware.name() + "': "
                    + String.join("; ", problems.subList(0, Math.min(MESSAGES, problems.size())))
                    + (hidden > 0 ? "; and " + hidden + " more" : ""));
        }
    }

    /** One line per broken rule, with queue, pc, rule and what is allowed; empty for a valid program. */
    public static List<String> problems(Program program, HardwareSpec hardware) {
        return all(program, hardware).stream().map(Problem::toString).toList();
    }

    /** The first broken rule in the order in which hardware reads a program (isa.md §7). */
    public static Optional<Problem> first(Program program, HardwareSpec hardware) {
        return all(program, hardware).stream()
                .min(Comparator.comparing(Problem::queue).thenComparingInt(Problem::pc));
    }

    private static List<Problem> all(Program program, HardwareSpec hardware) {
        var validator = new ProgramValidator(hardware);
        for (Queue queue : Queue.values()) {
            validator.stream(queue, program.stream(queue));
        }
        return validator.problems;
    }

    private void stream(Queue queue, List<Instruction> stream) {
        size(queue, stream);
        halt(queue, stream);
        loops(queue, stream);
        for (int pc = 0; pc < stream.size(); pc++) {
            instruction(queue, pc, stream.get(pc));
        }
    }

    private void instruction(Queue queue, int pc, Instruction instruction) {
        String name = instruction.opcode().text() + ": ";
        var rules = new InstructionRules(hardware, text -> add(queue, pc, name + text));
        if (instruction.queue() == queue) {
            rules.check(instruction);
        } else {
            add(
                    queue,
                    pc,
                    instruction.opcode().text() + " is of queue "
                            + instruction.queue().text() + ", allowed are instructions of its own queue (I2)");
        }
    }

    private void size(Queue queue, List<Instruction> stream) {
        int most = hardware.buffers().instructions();
        if (stream.size() > most) {
            add(
                    queue,
                    most,
                    "the stream has " + stream.size() + " instructions, allowed are " + most
                            + " (buffers.instructions) (I8)");
        }
    }

    private void halt(Queue queue, List<Instruction> stream) {
        for (int pc = 0; pc < stream.size() - 1; pc++) {
            if (stream.get(pc) instanceof Instruction.Halt) {
                add(queue, pc, "halt before the end, allowed is one, as the last instruction (I6)");
            }
        }
        if (stream.isEmpty() || !(stream.getLast() instanceof Instruction.Halt)) {
            add(queue, stream.size(), "the stream ends without halt, needed is one, as the last instruction (I6)");
        }
    }

    private void loops(Queue queue, List<Instruction> stream) {
        int depth = 0;
        for (int pc = 0; pc < stream.size(); pc++) {
            switch (stream.get(pc)) {
                case Instruction.Loop _ -> {
                    depth++;
                    if (depth > LoopNest.MAX_DEPTH) {
                        add(queue, pc, "loop at depth " + depth + ", allowed 1.." + LoopNest.MAX_DEPTH + " (I5)");
                    }
                }
                case Instruction.Next _ -> {
                    if (depth == 0) {
                        add(queue, pc, "next without a loop, allowed is one next per loop (I5)");
                    } else {
                        depth--;
                    }
                }
                default -> {}
            }
        }
        if (depth > 0) {
            add(queue, stream.size(), depth + " loops without next, needed is one next per loop (I5)");
        }
    }

    private void add(Queue queue, int pc, String problem) {
        problems.add(new Problem(queue, pc, problem));
    }
}
