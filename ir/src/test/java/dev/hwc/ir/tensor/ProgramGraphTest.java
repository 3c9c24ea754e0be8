package dev.hwc.ir.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProgramGraphTest {
    private static final Value X = new Value("x", TensorType.f32(Dim.tokens(), Dim.of(4)));

    @Test
    void longestPathOfDiamondHasThreeOperations() {
        var top = new Add("top", X, X);
        var left = new Mul("left", top.result(), top.result());
        var right = new Mul("right", top.result(), X);
        var bottom = new Add("bottom", left.result(), right.result());
        var program = TensorProgram.of("p", List.of(X), List.of(top, left, right, bottom), List.of(bottom.result()));
        var graph = program.asGraph();
        assertEquals(3, graph.criticalPathLength());
        assertEquals(4, graph.dag().vertexSet().size());
        assertEquals(4, graph.dag().edgeSet().size());
        assertEquals(11, graph.criticalPathLength(op -> op.equals(left) ? 9 : 1));
    }

    @Test
    void orderPutsEachOperationBeforeItsUsers() {
        long seed = 7;
        var random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            TensorProgram program = RandomPrograms.next(random);
            List<TensorOp> order = program.asGraph().topologicalOrder();
            assertEquals(program.ops().size(), order.size());
            Map<Value, Integer> assignedAt = new HashMap<>();
            for (int at = 0; at < order.size(); at++) {
                for (Value operand : order.get(at).operands()) {
                    assertTrue(
                            program.inputs().contains(operand) || assignedAt.containsKey(operand),
                            "seed " + seed + " program " + i + " " + operand);
                }
                for (Value result : order.get(at).results()) {
                    assignedAt.put(result, at);
                }
            }
        }
    }
}
