package dev.hwc.ir.isa;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Four instruction streams that run side by side, with the source of every instruction.
 *
 * @param streams one list per queue, each ending in {@code halt}
 * @param sources per queue and instruction, an index into {@code labels}; same sizes as streams
 * @param labels names of the operators the instructions come from, e.g. {@code blk.*.qkv}
 */
public record Program(Map<Queue, List<Instruction>> streams, Map<Queue, List<Integer>> sources, List<String> labels) {
    public Program {
        streams = copy(streams);
        sources = copy(sources);
        labels = List.copyOf(labels);
    }

    private static <T> Map<Queue, List<T>> copy(Map<Queue, List<T>> map) {
        EnumMap<Queue, List<T>> copy = new EnumMap<>(Queue.class);
        for (Queue queue : Queue.values()) {
            copy.put(queue, List.copyOf(map.getOrDefault(queue, List.of())));
        }
        return Collections.unmodifiableMap(copy);
    }

    /** Instructions of a queue. */
    public List<Instruction> stream(Queue queue) {
        return streams.getOrDefault(queue, List.of());
    }

    /** Operator an instruction comes from. */
    public String label(Queue queue, int pc) {
        List<Integer> source = sources.getOrDefault(queue, List.of());
        return pc < source.size() ? labels.get(source.get(pc)) : "";
    }

    /** Instructions of all queues. */
    public int size() {
        return streams.values().stream().mapToInt(List::size).sum();
    }
}
