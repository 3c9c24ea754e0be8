package dev.hwc.compiler.codegen;

import dev.hwc.compiler.CompileException;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.tile.Expr;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Registers r1…r15 of one queue: long-lived ones from below, temporaries with known contents from
 * above, least recently used first.
 */
final class Registers {
    /** Registers have 40 bits. */
    static final long MASK = (1L << 40) - 1;

    private static final int COUNT = 16;

    private final boolean[] taken = new boolean[COUNT];
    private final Map<Integer, Expr> temporaries = new LinkedHashMap<>();

    private final Queue queue;
    private final int pointers;

    Registers(Queue queue) {
        this.queue = queue;
        this.pointers = queue == Queue.VECTOR ? 9 : 11; // the rest serves strides, lengths and constants
        taken[0] = true;
    }

    /** Whether {@link #take} can give a register. */
    boolean hasFree() {
        for (int r = 1; r <= pointers; r++) {
            if (!taken[r]) {
                return true;
            }
        }
        return false;
    }

    /** A register until {@link #release}. */
    int take() {
        for (int r = 1; r <= pointers; r++) {
            if (!taken[r]) {
                taken[r] = true;
                temporaries.remove(r);
                return r;
            }
        }
        throw new CompileException(
                "queue " + queue.text() + " needs more than " + pointers + " pointers at once; split the kernel");
    }

    void release(int register) {
        taken[register] = false;
    }

    /** The temporary that holds an expression, if one does. */
    @Nullable
    Integer find(Expr expr) {
        for (Map.Entry<Integer, Expr> entry : temporaries.entrySet()) {
            if (entry.getValue().equals(expr)) {
                touch(entry.getKey());
                return entry.getKey();
            }
        }
        return null;
    }

    private void touch(int register) {
        Expr held = temporaries.remove(register);
        if (held != null) {
            temporaries.put(register, held);
        }
    }

    /** A register for an expression, not one of those that the current instruction already uses. */
    int temporary(Expr expr, Set<Integer> pinned) {
        for (int r = COUNT - 1; r > 0; r--) {
            if (!taken[r] && !temporaries.containsKey(r) && !pinned.contains(r)) {
                temporaries.put(r, expr);
                return r;
            }
        }
        for (int r : temporaries.keySet()) {
            if (!pinned.contains(r)) {
                temporaries.remove(r);
                temporaries.put(r, expr);
                return r;
            }
        }
        throw new CompileException("queue " + queue.text() + " has no register left for " + expr);
    }

    /** Two adjacent registers for two expressions; the first one. */
    int pair(Expr first, Expr second, Set<Integer> pinned) {
        for (int r = COUNT - 2; r > 0; r--) {
            if (free(r, pinned) && free(r + 1, pinned)) {
                temporaries.remove(r);
                temporaries.remove(r + 1);
                temporaries.put(r, first);
                temporaries.put(r + 1, second);
                return r;
            }
        }
        throw new CompileException("queue " + queue.text() + " has no two adjacent registers left");
    }

    /** The first of two adjacent temporaries that hold two expressions, if there are such. */
    @Nullable
    Integer findPair(Expr first, Expr second) {
        List<Integer> held = new ArrayList<>(temporaries.keySet());
        for (int r : held) {
            if (first.equals(temporaries.get(r)) && second.equals(temporaries.get(r + 1))) {
                return r;
            }
        }
        return null;
    }

    private boolean free(int register, Set<Integer> pinned) {
        return !taken[register] && !pinned.contains(register);
    }

    /** A ring has moved, or a value was fetched again: what was computed from it is stale. */
    void forget(Expr base) {
        Expr.Term moved = base.base().orElseThrow();
        temporaries.values().removeIf(expr -> expr.terms().contains(moved));
    }

    /** At a loop boundary nothing is known about temporaries. */
    void forgetTemporaries() {
        temporaries.clear();
    }
}
