package dev.hwc.compiler.codegen;

import dev.hwc.ir.isa.Instruction;
import dev.hwc.ir.isa.Program;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.tile.TileNode;
import dev.hwc.ir.tile.TileProgram;
import dev.hwc.ir.tile.TileStatement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Generates the four instruction streams of a tile program.
 *
 * <pre>
 * before: loop n 28 { load.weights off=64+952*n dst=$weights … ; advance weights }
 * after:  set r3 0 ; loop 28 ; load.weights off=64 ra=3 rd=1 … ; wrap r1 … ; add r3 r3 952 ; next
 * </pre>
 */
public final class CodeGenerator {
    private final TileProgram program;
    private final List<String> labels;

    private CodeGenerator(TileProgram program) {
        this.program = program;
        Set<String> names = new LinkedHashSet<>();
        names.add("program");
        collectLabels(program.nodes(), names);
        this.labels = List.copyOf(names);
    }

    /** The instructions of a tile program. */
    public static Program generate(TileProgram program) {
        return new CodeGenerator(program).generate();
    }

    private Program generate() {
        Map<Queue, List<Instruction>> streams = new EnumMap<>(Queue.class);
        Map<Queue, List<Integer>> sources = new EnumMap<>(Queue.class);
        for (Queue queue : Queue.values()) {
            QueueWriter writer = new QueueWriter(queue, program);
            emit(program.nodes(), queue, writer);
            writer.source(0);
            writer.halt();
            streams.put(queue, writer.instructions());
            sources.put(queue, writer.sources());
        }
        return new Program(streams, sources, labels);
    }

    private void emit(List<TileNode> nodes, Queue queue, QueueWriter writer) {
        for (TileNode node : nodes) {
            switch (node) {
                case TileNode.Kernel kernel -> writer.kernel(labels.indexOf(kernel.label()), kernel.engine(queue));
                case TileNode.Repeat repeat -> {
                    if (hasWork(repeat.body(), queue)) {
                        writer.repeat(
                                repeat.variable(),
                                repeat.count(),
                                statements(repeat.body(), queue),
                                () -> emit(repeat.body(), queue, writer));
                    }
                }
            }
        }
    }

    private static boolean hasWork(List<TileNode> nodes, Queue queue) {
        return !statements(nodes, queue).isEmpty();
    }

    /** All statements of an engine below some nodes, for the collection of pointers. */
    private static List<TileStatement> statements(List<TileNode> nodes, Queue queue) {
        List<TileStatement> all = new ArrayList<>();
        for (TileNode node : nodes) {
            switch (node) {
                case TileNode.Kernel kernel -> all.addAll(kernel.engine(queue));
                case TileNode.Repeat repeat -> all.addAll(statements(repeat.body(), queue));
            }
        }
        return all;
    }

    private static void collectLabels(List<TileNode> nodes, Set<String> names) {
        for (TileNode node : nodes) {
            switch (node) {
                case TileNode.Kernel kernel -> names.add(kernel.label());
                case TileNode.Repeat repeat -> collectLabels(repeat.body(), names);
            }
        }
    }
}
