package dev.hwc.compiler.image;

import dev.hwc.ir.IrException;
import dev.hwc.ir.isa.Instruction;
import dev.hwc.ir.isa.Program;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.tensor.Fused;
import dev.hwc.ir.tensor.Parameter;
import dev.hwc.ir.tensor.TensorOp;
import dev.hwc.ir.tensor.TensorProgram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Where the instructions of a program come from: instruction → operator → weights.
 *
 * @param labels operators
 * @param sources per queue, runs [label, instructions] in order
 * @param tensors weights of each operator that has some, by label
 */
public record SourceMap(
        List<String> labels, Map<String, List<List<Integer>>> sources, Map<String, List<String>> tensors) {

    /**
     * Label of a kernel in a repetition over layers: {@code blk.0-23.qkv}, {@code blk.3.qkv}, or {@code
     * blk.0-24by2.qkv} for every second layer.
     */
    private static final Pattern LAYERS = Pattern.compile("blk\\.(\\d+)(?:-(\\d+)(?:by(\\d+))?)?\\.(\\w+)");

    private static final int MAX_INSTRUCTIONS = 1 << 16;

    public SourceMap {
        labels = List.copyOf(labels);
        Map<String, List<List<Integer>>> runs = new TreeMap<>(sources);
        runs.replaceAll((_, list) -> list.stream().map(List::copyOf).toList());
        sources = Collections.unmodifiableMap(runs);
        Map<String, List<String>> names = new TreeMap<>(tensors);
        names.replaceAll((_, list) -> List.copyOf(list));
        tensors = Collections.unmodifiableMap(names);
    }

    /** The map of a program that was lowered from a tensor program. */
    static SourceMap of(Program program, TensorProgram origin) {
        Map<String, List<List<Integer>>> sources = new TreeMap<>();
        program.sources().forEach((queue, indexes) -> sources.put(queue.text(), runs(indexes)));
        Map<String, List<String>> tensors = new TreeMap<>();
        for (String label : program.labels()) {
            List<String> names = tensors(label, origin);
            if (!names.isEmpty()) {
                tensors.put(label, names);
            }
        }
        return new SourceMap(program.labels(), sources, tensors);
    }

    private static List<List<Integer>> runs(List<Integer> indexes) {
        List<List<Integer>> runs = new ArrayList<>();
        int start = 0;
        for (int i = 1; i <= indexes.size(); i++) {
            if (i == indexes.size() || !indexes.get(i).equals(indexes.get(start))) {
                runs.add(List.of(indexes.get(start), i - start));
                start = i;
            }
        }
        return runs;
    }

    /** Weights of the operators that a label names: all layers of a range, or the only operator of a kind. */
    private static List<String> tensors(String label, TensorProgram origin) {
        Matcher layers = LAYERS.matcher(label);
        boolean layered = layers.matches();
        String kind = layered ? layers.group(4) : label;
        int first = layered ? Integer.parseInt(layers.group(1)) : 0;
        int last = layered && layers.group(2) != null ? Integer.parseInt(layers.group(2)) : first;
        int step = layered && layers.group(3) != null ? Integer.parseInt(layers.group(3)) : 1;
        List<TensorOp> regions = origin.ops().stream()
                .filter(op -> op instanceof Fused fused && fused.kind().text().equals(kind))
                .toList();
        return IntStream.iterate(first, i -> i <= last && i < regions.size(), i -> i + step)
                .mapToObj(regions::get)
                .flatMap(op -> op.parameters().stream())
                .map(Parameter::name)
                .toList();
    }

    /**
     * The program of four streams with these sources.
     *
     * @throws IrException when they do not belong together
     */
    Program attach(Map<Queue, List<Instruction>> streams) {
        Map<Queue, List<Integer>> expanded = new EnumMap<>(Queue.class);
        for (Queue queue : Queue.values()) {
            expanded.put(queue, expand(queue, sources.getOrDefault(queue.text(), List.of())));
        }
        for (String name : sources.keySet()) {
            if (Arrays.stream(Queue.values()).noneMatch(queue -> queue.text().equals(name))) {
                throw new IrException("sources of queue '" + name + "'; allowed are load, matrix, vector, store");
            }
        }
        return new Program(streams, expanded, labels);
    }

    private static List<Integer> expand(Queue queue, List<List<Integer>> runs) {
        List<Integer> indexes = new ArrayList<>();
        for (List<Integer> run : runs) {
            if (run.size() != 2 || run.get(1) < 1 || run.get(1) > MAX_INSTRUCTIONS - indexes.size()) {
                throw new IrException("sources of queue " + queue.text() + " have the run " + run
                        + "; needed is [label, instructions], together at most " + MAX_INSTRUCTIONS);
            }
            for (int i = 0; i < run.get(1); i++) {
                indexes.add(run.get(0));
            }
        }
        return indexes;
    }
}
