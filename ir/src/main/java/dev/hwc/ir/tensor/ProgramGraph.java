package dev.hwc.ir.tensor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jgrapht.graph.DefaultEdge;
import org.jgrapht.graph.DirectedAcyclicGraph;

/**
 * The data flow of a program: an edge leads from each operation to each operation that reads one of
 * its results. Regions ({@link Fused}) are single vertices.
 *
 * @param dag the graph, for JGraphT's algorithms; vertices stand in program order
 */
public record ProgramGraph(DirectedAcyclicGraph<TensorOp, DefaultEdge> dag) {
    static ProgramGraph of(TensorProgram program) {
        var dag = new DirectedAcyclicGraph<TensorOp, DefaultEdge>(DefaultEdge.class);
        Map<String, TensorOp> producers = new HashMap<>();
        for (TensorOp op : program.ops()) {
            dag.addVertex(op);
            for (Value operand : op.operands()) {
                TensorOp producer = producers.get(operand.name());
                if (producer != null) {
                    dag.addEdge(producer, op);
                }
            }
            op.results().forEach(result -> producers.put(result.name(), op));
        }
        return new ProgramGraph(dag);
    }

    /** The operations in an order in which each stands before its users. */
    public List<TensorOp> topologicalOrder() {
        List<TensorOp> order = new ArrayList<>();
        dag.iterator().forEachRemaining(order::add);
        return List.copyOf(order);
    }

    /** The number of operations on the longest path. */
    public long criticalPathLength() {
        return criticalPathLength(op -> 1);
    }

    /** The largest sum of weights along a path, for example of cycles or MACs; weights are at least 0. */
    public long criticalPathLength(ToLongFunction<TensorOp> weight) {
        Map<TensorOp, Long> finish = new HashMap<>();
        long longest = 0;
        for (TensorOp op : topologicalOrder()) {
            long start = dag.incomingEdgesOf(op).stream()
                    .mapToLong(edge -> finish.getOrDefault(dag.getEdgeSource(edge), 0L))
                    .max()
                    .orElse(0);
            long end = Math.addExact(start, weight.applyAsLong(op));
            finish.put(op, end);
            longest = Math.max(longest, end);
        }
        return longest;
    }
}
