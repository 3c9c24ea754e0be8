package dev.hwc.ir.isa;

import dev.hwc.ir.IrException;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Four instruction streams that run side by side, with the source of every instruction.
 *
 * @param streams one list per queue, each ending in {@code halt}
 * @param sources per queue and instruction, an index into {@code labels}; for each queue as long as
 *     its stream, or empty if the sources are not known
 * @param labels names of the operators the instructions come from, e.g. {@code blk.*.qkv}; distinct
 *     and each one line
 */
public record Program(Map<Queue, List<Instruction>> streams, Map<Queue, List<Integer>> sources, List<String> labels) {
    public Program {
        streams = copy(streams);
        sources = copy(sources);
        labels = List.copyOf(labels);
        checkLabels(labels);
        for (Queue queue : Queue.values()) {
            checkSources(queue, streams.getOrDefault(queue, List.of()), sources.getOrDefault(queue, List.of()), labels);
        }
    }

    private static void checkLabels(List<String> labels) {
        Set<String> seen = new HashSet<>();
        for (String label : labels) {
            if (!label.equals(label.strip()) || label.lines().count() > 1) {
                throw new IrException("program label '" + label + "' must be one line without blanks around it");
            }
            if (!seen.add(label)) {
                throw new IrException("program label '" + label + "' stands twice; labels must be distinct");
            }
        }
    }

    private static void checkSources(
            Queue queue, List<Instruction> stream, List<Integer> sources, List<String> labels) {
        if (!sources.isEmpty() && sources.size() != stream.size()) {
            throw new IrException("queue " + queue.text() + " has " + stream.size() + " instructions and "
                    + sources.size() + " sources; needed is one source per instruction, or none");
        }
        for (int source : sources) {
            if (source < 0 || source >= labels.size()) {
                throw new IrException("queue " + queue.text() + " has source " + source + "; allowed are 0.."
                        + (labels.size() - 1) + ", the indexes of the labels");
            }
        }
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

    /** Operator an instruction comes from; empty if it is not known. */
    public String label(Queue queue, int pc) {
        List<Integer> source = sources.getOrDefault(queue, List.of());
        return pc < source.size() ? labels.get(source.get(pc)) : "";
    }

    /** Instructions of all queues. */
    public int size() {
        return streams.values().stream().mapToInt(List::size).sum();
    }
}
