package dev.hwc.compiler.lower;

import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.tile.Expr;
import dev.hwc.ir.tile.TileNode;
import dev.hwc.ir.tile.TileStatement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Collects the statements of one kernel, engine by engine. */
final class KernelBuilder {
    private final String label;
    private final Map<Queue, Deque<List<TileStatement>>> open = new EnumMap<>(Queue.class);

    KernelBuilder(String label) {
        this.label = label;
        for (Queue queue : Queue.values()) {
            Deque<List<TileStatement>> stack = new ArrayDeque<>();
            stack.push(new ArrayList<>());
            open.put(queue, stack);
        }
    }

    String label() {
        return label;
    }

    private Deque<List<TileStatement>> stack(Queue queue) {
        return Objects.requireNonNull(open.get(queue));
    }

    private List<TileStatement> body(Queue queue) {
        return stack(queue).element();
    }

    KernelBuilder add(Queue queue, TileStatement statement) {
        body(queue).add(statement);
        return this;
    }

    /** The same statement several times. */
    KernelBuilder times(Queue queue, int count, TileStatement statement) {
        for (int i = 0; i < count; i++) {
            add(queue, statement);
        }
        return this;
    }

    KernelBuilder load(TileStatement statement) {
        return add(Queue.LOAD, statement);
    }

    KernelBuilder matrix(TileStatement statement) {
        return add(Queue.MATRIX, statement);
    }

    KernelBuilder vector(TileStatement statement) {
        return add(Queue.VECTOR, statement);
    }

    KernelBuilder store(TileStatement statement) {
        return add(Queue.STORE, statement);
    }

    /** The vector queue goes on to the next slot of the store buffer. */
    void nextStoreSlot() {
        vector(new TileStatement.Advance(Kernels.STORE_WORDS));
        vector(new TileStatement.Advance(Kernels.STORE_HALVES));
        vector(new TileStatement.Advance(Kernels.STORE_LANES));
    }

    /** A loop of one engine around what {@code content} adds to that engine. */
    void loop(Queue queue, String variable, Expr count, Runnable content) {
        stack(queue).push(new ArrayList<>());
        content.run();
        List<TileStatement> inner = stack(queue).pop();
        if (!inner.isEmpty()) {
            add(queue, new TileStatement.Loop(variable, count, inner));
        }
    }

    /** A loop with a constant count; a single pass is written without a loop. */
    void loop(Queue queue, String variable, int count, Runnable content) {
        loop(queue, variable, Expr.of(count), content);
    }

    /** One loop in every engine, over what {@code content} adds to each. */
    void loopAll(String variable, int count, Runnable content) {
        for (Queue queue : Queue.values()) {
            stack(queue).push(new ArrayList<>());
        }
        content.run();
        for (Queue queue : Queue.values()) {
            List<TileStatement> inner = stack(queue).pop();
            if (!inner.isEmpty()) {
                add(queue, new TileStatement.Loop(variable, Expr.of(count), inner));
            }
        }
    }

    TileNode.Kernel build() {
        Map<Queue, List<TileStatement>> engines = new EnumMap<>(Queue.class);
        open.forEach((queue, stack) -> engines.put(queue, stack.element()));
        return new TileNode.Kernel(label, engines);
    }
}
