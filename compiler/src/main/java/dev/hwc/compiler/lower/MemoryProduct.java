package dev.hwc.compiler.lower;

import dev.hwc.ir.device.PimProduct;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorMemory;
import dev.hwc.ir.isa.VectorTarget;
import dev.hwc.ir.tile.Expr;
import dev.hwc.ir.tile.Ring;
import dev.hwc.ir.tile.TileStatement;

/**
 * A product that memory computes (docs/spec/pim-window.md): the operand leaves as fp32 through the
 * store buffer, results come back through a ring of the load buffer. Its slots share the tokens of the
 * other ring of that buffer: each of the two has as many slots as there are tokens, so a token always
 * stands for a free slot, whichever is loaded next.
 */
final class MemoryProduct {
    private static final String PIECE = "send";

    private final BufferPlan plan;
    private final KernelBuilder kernel;
    private final PimProduct product;
    private final Expr place;
    private final int rows;
    private final String ring;

    /** @param place of the product in the window, in every layer of the loop */
    MemoryProduct(Kernels kernels, KernelBuilder kernel, PimProduct product, Expr place, int rows, Ring ring) {
        this.plan = kernels.plan();
        this.kernel = kernel;
        this.product = product;
        this.place = place;
        this.rows = rows;
        this.ring = ring.name();
    }

    /** Sends the operand, fp32 rows of the vector buffer; results can be loaded behind it. */
    void send(long word, int rowWords) {
        int piece = Math.min(product.inputs(), plan.storeSlotElements(rows));
        int whole = product.inputs() / piece;
        int rest = product.inputs() - whole * piece;
        sendPieces(word, rowWords, 0, whole, piece);
        if (rest > 0) {
            sendPieces(word, rowWords, whole * piece, 1, rest);
        }
        kernel.store(Ops.sync(Tokens.NONE.signalling(Queue.LOAD), true));
        kernel.load(Ops.await(Queue.STORE));
        kernel.load(new TileStatement.Reset(ring));
        kernel.vector(new TileStatement.Reset(ring));
    }

    private void sendPieces(long word, int rowWords, int first, int count, int elements) {
        kernel.loop(Queue.VECTOR, PIECE, count, () -> {
            kernel.vector(Ops.vector(VectorFunction.COPY, rows, Expr.of(elements))
                    .a(
                            VectorMemory.VECTOR,
                            Expr.loop(PIECE, elements / plan.lanes()).plus(word + first / plan.lanes()),
                            rowWords)
                    .to(
                            VectorTarget.STORE_FP32,
                            Expr.ring(Kernels.STORE_WORDS),
                            BufferPlan.divUp(elements, plan.lanes()))
                    .build(Tokens.NONE.awaiting(Queue.STORE).signalling(Queue.STORE)));
            kernel.nextStoreSlot();
        });
        kernel.loop(Queue.STORE, PIECE, count, () -> {
            kernel.store(Ops.store(
                    Tokens.NONE.awaiting(Queue.VECTOR).signalling(Queue.VECTOR),
                    PimProduct.WINDOW,
                    place.plus(Expr.loop(PIECE, 4L * elements)).plus(4L * first),
                    Expr.ring(Kernels.STORE_HALVES),
                    rows,
                    4 * elements,
                    2 * plan.lanes() * BufferPlan.divUp(elements, plan.lanes()),
                    product.inputStride()));
            kernel.store(new TileStatement.Advance(Kernels.STORE_HALVES));
        });
    }

    /**
     * Loads columns of one part as a part of an output group.
     *
     * @param column first column
     * @param columns a multiple of the lanes
     * @param of parts of the group
     */
    void load(int part, Expr column, int columns, int index, int of) {
        Tokens tokens = new Tokens(index == 0 ? Queue.VECTOR.bit() : 0, index == of - 1 ? Queue.VECTOR.bit() : 0);
        kernel.load(Ops.load(
                Opcode.LOAD_LINEAR,
                tokens,
                PimProduct.WINDOW,
                place.plus(product.output(0) - product.offset() + product.partOffset(part))
                        .plus(column.times(4)),
                Expr.ring(ring).plus((long) index * rows * columns / plan.lanes()),
                rows,
                4 * columns,
                product.outputStride()));
        if (index == of - 1) {
            kernel.load(new TileStatement.Advance(ring));
        }
    }

    /** The vector queue goes on to the next group. */
    void advance() {
        kernel.vector(new TileStatement.Advance(ring));
    }

    /** An output group of parts with so many columns. */
    ProductResults results(int columns) {
        int words = columns / plan.lanes();
        return new ProductResults(Queue.LOAD, Expr.ring(ring), rows * words, words);
    }
}
