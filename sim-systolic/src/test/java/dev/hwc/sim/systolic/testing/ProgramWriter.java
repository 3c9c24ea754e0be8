package dev.hwc.sim.systolic.testing;

import dev.hwc.ir.isa.Instruction;
import dev.hwc.ir.isa.Program;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Collects instructions for the four queues and ends each with a halt. */
public final class ProgramWriter {
    private final List<List<Instruction>> streams = new ArrayList<>();
    private final List<List<Integer>> sources = new ArrayList<>();
    private final List<String> labels = new ArrayList<>();
    private int label;

    public ProgramWriter() {
        for (int q = 0; q < 4; q++) {
            streams.add(new ArrayList<>());
            sources.add(new ArrayList<>());
        }
        labels.add("start");
    }

    /** Instructions from here on come from this operator. */
    public ProgramWriter label(String label) {
        this.label = labels.indexOf(label);
        if (this.label < 0) {
            this.label = labels.size();
            labels.add(label);
        }
        return this;
    }

    public ProgramWriter add(Instruction... instructions) {
        for (Instruction instruction : instructions) {
            stream(instruction.queue()).add(instruction);
            sources.get(instruction.queue().ordinal()).add(label);
        }
        return this;
    }

    /** Instructions of a queue so far; may be changed. */
    public List<Instruction> stream(Queue queue) {
        return streams.get(queue.ordinal());
    }

    /** The program, with a halt at the end of each queue. */
    public Program program() {
        Map<Queue, List<Instruction>> ended = new EnumMap<>(Queue.class);
        Map<Queue, List<Integer>> labelled = new EnumMap<>(Queue.class);
        for (Queue queue : Queue.values()) {
            List<Instruction> list = new ArrayList<>(stream(queue));
            list.add(new Instruction.Halt(queue, Tokens.NONE));
            ended.put(queue, list);
            List<Integer> from = new ArrayList<>(sources.get(queue.ordinal()));
            from.add(label);
            labelled.put(queue, from);
        }
        return new Program(ended, labelled, labels);
    }
}
