package dev.hwc.compiler.lower;

import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.tile.Expr;
import dev.hwc.ir.tile.Ring;
import dev.hwc.ir.tile.TileStatement;
import java.util.ArrayList;
import java.util.List;

/**
 * What the kernels share: buffer plan, rings, and the matrix product of a weight stream.
 *
 * <p>Tokens. load → matrix: a slot of the weight ring is full; matrix → load: it is free. load →
 * vector and back: the same for the load ring. vector → store and back: the same for the store ring.
 * matrix → vector: an output group is complete. vector → matrix, in this order per product: operand
 * ready, two free output slots, then one for every group that was taken out. store → load: keys and
 * values are in memory.
 */
final class Kernels {
    static final String LAYER = "layer";
    static final String WEIGHTS = "weights";
    static final String LOADED = "load";
    static final String OUT = "out";
    static final String STORE_LANES = "store.lanes";
    static final String STORE_HALVES = "store.halves";
    static final String STORE_WORDS = "store.words";
    static final int OUT_SLOTS = 2;

    private final ModelLayout layout;
    private final BufferPlan plan;
    private final List<Ring> rings = new ArrayList<>();

    Kernels(ModelLayout layout, BufferPlan plan) {
        this.layout = layout;
        this.plan = plan;
        rings.add(plan.weightRing());
        rings.add(plan.loadRing());
        rings.add(plan.storeRing(STORE_LANES, plan.lanes()));
        rings.add(plan.storeRing(STORE_HALVES, 2));
        rings.add(plan.storeRing(STORE_WORDS, 4 * plan.lanes()));
    }

    ModelLayout layout() {
        return layout;
    }

    BufferPlan plan() {
        return plan;
    }

    List<Ring> rings() {
        return rings;
    }

    /** Declares a ring of two output groups for one kernel; its name. */
    String outputRing(String kernel, int slotWords) {
        String name = OUT + "." + kernel;
        int width = plan.tileColumns() / plan.lanes();
        rings.add(new Ring(name, 0, BufferPlan.roundUp(slotWords, width), OUT_SLOTS));
        return name;
    }

    /** Loads a vector of fp32 constants into a slot of the load ring. */
    void loadVector(KernelBuilder kernel, Expr offset, int elements) {
        int bytes = Math.toIntExact(ModelLayout.vectorBytes(elements));
        kernel.load(Ops.load(
                Opcode.LOAD_LINEAR,
                new Tokens(Queue.VECTOR.bit(), Queue.VECTOR.bit()),
                ModelLayout.CONSTANTS,
                offset,
                Expr.ring(LOADED),
                1,
                bytes,
                0));
        kernel.load(new TileStatement.Advance(LOADED));
    }

    /** The load side of a stream: every piece of tiles {@code 0…tiles−1} in order. */
    void streamTiles(KernelBuilder kernel, WeightStream stream, Expr base, String variable, int tiles) {
        kernel.loop(
                Queue.LOAD,
                variable,
                tiles,
                () -> streamTile(kernel, stream, base.plus(Expr.loop(variable, stream.tileBytes())), variable));
    }

    /** The load side of one tile. */
    void streamTile(KernelBuilder kernel, WeightStream stream, Expr offset, String prefix) {
        long done = 0;
        for (int r = 0; r < stream.runs().size(); r++) {
            WeightStream.Run run = stream.runs().get(r);
            long bytes = stream.recordBytes(run.blocks());
            Expr start = offset.plus(done);
            String piece = prefix + ".p" + r;
            if (run.count() == 1) {
                streamPiece(kernel, stream, start, run.blocks());
            } else {
                kernel.loop(
                        Queue.LOAD,
                        piece,
                        run.count(),
                        () -> streamPiece(kernel, stream, start.plus(Expr.loop(piece, bytes)), run.blocks()));
            }
            done += bytes * run.count();
        }
    }

    private void streamPiece(KernelBuilder kernel, WeightStream stream, Expr offset, int blocks) {
        kernel.load(Ops.loadWeights(
                new Tokens(Queue.MATRIX.bit(), Queue.MATRIX.bit()),
                offset,
                Expr.ring(WEIGHTS),
                blocks,
                stream.format()));
        kernel.load(new TileStatement.Advance(WEIGHTS));
    }

    /**
     * The matrix side of one column tile: all pieces of the inner dimension for all row tiles, then the
     * emission of each row tile.
     *
     * @param operand first block of the activations
     * @param operandStride blocks from row tile to row tile
     * @param rows rows of each row tile
     * @param target word of the first row's results
     * @param rowStride words from row to row
     * @param parity alternates accumulator slots between consecutive tiles
     * @param first tokens of the first emission, {@code last} of the last one
     */
    void multiplyTile(
            KernelBuilder kernel,
            WeightStream stream,
            int operand,
            int operandStride,
            List<Integer> rows,
            Expr target,
            int rowStride,
            int parity,
            Tokens first,
            Tokens last) {
        int slots = layout.spec().array().accumulatorSlots();
        int slotBase = 2 * rows.size() <= slots ? (parity & 1) * rows.size() : 0;
        int block = operand;
        for (WeightStream.Run run : stream.runs()) {
            int start = block;
            if (run.count() == 1) {
                multiplyPiece(kernel, stream, Expr.of(start), operandStride, rows, slotBase, run.blocks());
            } else {
                kernel.loop(
                        Queue.MATRIX,
                        "piece",
                        run.count(),
                        () -> multiplyPiece(
                                kernel,
                                stream,
                                Expr.loop("piece", run.blocks()).plus(start),
                                operandStride,
                                rows,
                                slotBase,
                                run.blocks()));
            }
            block += run.blocks() * run.count();
        }
        int arrayRows = layout.spec().array().rows();
        for (int i = 0; i < rows.size(); i++) {
            Tokens tokens = new Tokens(
                    i == 0 ? first.waits() | last.waits() : 0,
                    i == rows.size() - 1 ? first.signals() | last.signals() : 0);
            kernel.matrix(Ops.emit(
                    tokens,
                    target.plus((long) i * arrayRows * rowStride),
                    rowStride,
                    rows.get(i),
                    plan.tileColumns(),
                    slotBase + i));
        }
    }

    private void multiplyPiece(
            KernelBuilder kernel,
            WeightStream stream,
            Expr operand,
            int operandStride,
            List<Integer> rows,
            int slotBase,
            int blocks) {
        for (int i = 0; i < rows.size(); i++) {
            Tokens tokens = new Tokens(i == 0 ? Queue.LOAD.bit() : 0, i == rows.size() - 1 ? Queue.LOAD.bit() : 0);
            kernel.matrix(Ops.matmul(
                    tokens,
                    operand.plus((long) i * operandStride),
                    Expr.ring(WEIGHTS),
                    blocks,
                    rows.get(i),
                    plan.tileColumns(),
                    slotBase + i,
                    stream.format(),
                    false));
        }
        kernel.matrix(new TileStatement.Advance(WEIGHTS));
    }

    /** The vector side before a product: operand ready, then the free output slots. */
    void openProduct(KernelBuilder kernel, String ring) {
        kernel.times(Queue.VECTOR, 1 + OUT_SLOTS, Ops.signal(Queue.MATRIX));
        kernel.vector(new TileStatement.Reset(ring));
        kernel.matrix(Ops.await(Queue.VECTOR));
        kernel.matrix(new TileStatement.Reset(ring));
    }

    /** The matrix side behind a product: takes back the free output slots. */
    void closeProduct(KernelBuilder kernel) {
        kernel.times(Queue.MATRIX, OUT_SLOTS, Ops.await(Queue.VECTOR));
    }

    static final Tokens NONE = Tokens.NONE;
    /** A free output slot. */
    static final Tokens TAKE_SLOT = Tokens.NONE.awaiting(Queue.VECTOR);
    /** A complete output group. */
    static final Tokens GIVE_GROUP = Tokens.NONE.signalling(Queue.VECTOR);
    /** Takes a complete output group and frees its slot. */
    static final Tokens CONSUME_GROUP = Tokens.NONE.awaiting(Queue.MATRIX).signalling(Queue.MATRIX);
}
