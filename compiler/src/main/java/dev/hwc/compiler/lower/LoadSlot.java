package dev.hwc.compiler.lower;

import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.tile.Expr;
import dev.hwc.ir.tile.TileStatement;
import java.util.ArrayList;
import java.util.List;

/**
 * Vectors that a kernel keeps in one slot of the load ring while it runs: norm weights, biases, and
 * rows of copies of a number. The parts are named first, {@link #load} writes the load queue's side,
 * {@link #open} and {@link #close} stand around the vector commands that read them.
 */
final class LoadSlot {
    private final Kernels kernels;
    private final KernelBuilder kernel;
    private final List<Part> parts = new ArrayList<>();
    private int words;

    /** @param stride bytes from row to row in memory */
    private record Part(Expr offset, int rows, int rowBytes, int stride, int word) {}

    LoadSlot(Kernels kernels, KernelBuilder kernel) {
        this.kernels = kernels;
        this.kernel = kernel;
    }

    /** A vector in window 1, loaded as several rows if it is long; the word in the slot at which it will stand. */
    int vector(Expr offset, int elements) {
        int bytes = Math.toIntExact(ModelLayout.vectorBytes(elements));
        int rows = 1;
        while (bytes / rows > BufferPlan.MAX_ROW_BYTES
                || bytes % (rows * 4 * kernels.plan().lanes()) != 0 && rows > 1) {
            rows++;
        }
        return add(offset, rows, bytes / rows, rows == 1 ? 0 : bytes / rows);
    }

    /** A row of copies of a number; the word in the slot at which it will stand. */
    int line(float value, int elements) {
        int perLine = ModelLayout.lineElements();
        return add(Expr.of(kernels.layout().line(value)), BufferPlan.divUp(elements, perLine), 4 * perLine, 0);
    }

    private int add(Expr offset, int rows, int rowBytes, int stride) {
        int word = words;
        parts.add(new Part(offset, rows, rowBytes, stride, word));
        words += BufferPlan.divUp(rows * rowBytes, 4 * kernels.plan().lanes());
        return word;
    }

    boolean isEmpty() {
        return parts.isEmpty();
    }

    /** The load queue's commands. */
    void load() {
        for (Part part : parts) {
            Tokens tokens = new Tokens(
                    part == parts.getFirst() ? Queue.VECTOR.bit() : 0,
                    part == parts.getLast() ? Queue.VECTOR.bit() : 0);
            kernel.load(Ops.load(
                    Opcode.LOAD_LINEAR,
                    tokens,
                    ModelLayout.CONSTANTS,
                    part.offset(),
                    Expr.ring(Kernels.LOADED).plus(part.word()),
                    part.rows(),
                    part.rowBytes(),
                    part.stride()));
        }
        if (!isEmpty()) {
            kernel.load(new TileStatement.Advance(Kernels.LOADED));
        }
    }

    /** Before the first vector command that reads a part. */
    void open() {
        if (!isEmpty()) {
            kernel.vector(Ops.await(Queue.LOAD));
        }
    }

    /** Behind the last one. */
    void close() {
        if (!isEmpty()) {
            kernel.vector(Ops.signal(Queue.LOAD)).vector(new TileStatement.Advance(Kernels.LOADED));
        }
    }

    /** The address of a part, or of a word behind its start. */
    static Expr at(long word) {
        return Expr.ring(Kernels.LOADED).plus(word);
    }
}
