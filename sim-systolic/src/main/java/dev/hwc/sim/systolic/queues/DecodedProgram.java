package dev.hwc.sim.systolic.queues;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.FaultCode;
import dev.hwc.ir.isa.Instruction;
import dev.hwc.ir.isa.LoopNest;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Program;
import dev.hwc.ir.isa.ProgramValidator;
import dev.hwc.ir.isa.Queue;
import dev.hwc.sim.systolic.DeviceFault;
import java.util.ArrayList;
import java.util.List;

/**
 * A program as primitive arrays, checked against one hardware. What its instructions break of
 * isa.md §6 is a {@link DeviceFault} of code INSTRUCTION, as in hardware.
 */
public final class DecodedProgram {
    /** Most loops inside one another. */
    static final int LOOP_DEPTH = LoopNest.MAX_DEPTH;

    private final HardwareSpec spec;
    private final Stream[] streams = new Stream[4];
    private final List<String> labels;

    private DecodedProgram(HardwareSpec spec, Program program) {
        this.spec = spec;
        ProgramValidator.first(program, spec).ifPresent(problem -> {
            throw fault(problem.queue(), problem.pc(), problem.toString());
        });
        List<String> names = new ArrayList<>(program.labels());
        names.add(""); // instructions without a source
        labels = List.copyOf(names);
        for (Queue queue : Queue.values()) {
            streams[queue.ordinal()] = new Stream(program, queue);
        }
    }

    /** Decodes and checks a program. */
    public static DecodedProgram decode(Program program, HardwareSpec spec) {
        return new DecodedProgram(spec, program);
    }

    /** The hardware it was checked against. */
    public HardwareSpec spec() {
        return spec;
    }

    /** Operator names; the last is the empty name of instructions without a source. */
    public List<String> labels() {
        return labels;
    }

    Stream stream(int queue) {
        return streams[queue];
    }

    /** Instructions of a queue. */
    public int length(int queue) {
        return streams[queue].opcodes.length;
    }

    /** Bytes of a queue's program in memory: 16 an instruction, whole beats. */
    public int bytes(int queue) {
        int beat = spec.port().beatBytes();
        return (16 * length(queue) + beat - 1) / beat * beat;
    }

    /** Byte offsets of programs that lie one after the other from 0 on. */
    public long[] contiguousOffsets() {
        long[] offsets = new long[4];
        for (int q = 1; q < 4; q++) {
            offsets[q] = offsets[q - 1] + bytes(q - 1);
        }
        return offsets;
    }

    /** One queue's instructions. */
    static final class Stream {
        final Opcode[] opcodes;
        final int[] waits;
        final int[] signals;
        final int[] flags;
        final long[][] operands;
        /** Of a loop its next, of a next its loop. */
        final int[] partner;
        /** Operator number of each instruction. */
        final int[] labels;

        final RegisterRoles roles;

        Stream(Program program, Queue queue) {
            List<Instruction> list = program.stream(queue);
            int n = list.size();
            opcodes = new Opcode[n];
            waits = new int[n];
            signals = new int[n];
            flags = new int[n];
            operands = new long[n][];
            partner = new int[n];
            labels = new int[n];
            List<Integer> sources = program.sources().getOrDefault(queue, List.of());
            int[] open = new int[LOOP_DEPTH];
            int depth = 0;
            for (int pc = 0; pc < n; pc++) {
                Instruction instruction = list.get(pc);
                opcodes[pc] = instruction.opcode();
                waits[pc] = instruction.tokens().waits();
                signals[pc] = instruction.tokens().signals();
                flags[pc] = instruction.flags();
                operands[pc] = instruction.operands();
                labels[pc] =
                        pc < sources.size() ? sources.get(pc) : program.labels().size();
                if (instruction instanceof Instruction.Loop) {
                    open[depth++] = pc;
                } else if (instruction instanceof Instruction.Next) {
                    partner[pc] = open[--depth];
                    partner[partner[pc]] = pc;
                }
            }
            roles = new RegisterRoles(opcodes, operands, partner);
        }
    }

    static DeviceFault fault(Queue queue, int pc, String detail) {
        return new DeviceFault(FaultCode.INSTRUCTION, queue, pc, 0, detail);
    }
}
