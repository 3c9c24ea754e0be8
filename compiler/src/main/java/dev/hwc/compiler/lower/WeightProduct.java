package dev.hwc.compiler.lower;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.tile.Expr;
import dev.hwc.ir.tile.TileStatement;
import java.util.ArrayList;
import java.util.List;

/**
 * The product of activations with a streamed weight matrix, tile by tile: the load queue fills slots
 * of the weight ring, the matrix queue multiplies and frees them.
 */
final class WeightProduct {
    private final HardwareSpec.Array array;

    WeightProduct(HardwareSpec spec) {
        this.array = spec.array();
    }

    /** The load side of a whole stream: every piece of every tile in order. */
    void stream(KernelBuilder kernel, WeightStream stream, Expr base, String variable) {
        streamTiles(kernel, stream, base, variable, 0, stream.tiles());
    }

    /** The load side of some tiles, of which the first one starts at {@code base}. */
    void streamTiles(KernelBuilder kernel, WeightStream stream, Expr base, String variable, int firstTile, int tiles) {
        int whole = Math.min(tiles, stream.wholeTiles() - firstTile);
        kernel.loop(
                Queue.LOAD,
                variable,
                whole,
                () -> streamTile(
                        kernel,
                        stream,
                        base.plus(Expr.loop(variable, stream.tileBytes())),
                        variable,
                        stream.tileColumns()));
        if (whole < tiles) {
            Expr last = base.plus(whole * stream.tileBytes());
            streamTile(kernel, stream, last, variable, stream.width(firstTile + whole));
        }
    }

    /** The load side of one tile. */
    private void streamTile(KernelBuilder kernel, WeightStream stream, Expr offset, String prefix, int columns) {
        long done = 0;
        for (int r = 0; r < stream.runs().size(); r++) {
            WeightStream.Run run = stream.runs().get(r);
            long bytes = stream.recordBytes(run.blocks(), columns);
            Expr start = offset.plus(done);
            String piece = prefix + ".p" + r;
            if (run.count() == 1) {
                streamPiece(kernel, stream, start, run.blocks(), columns);
            } else {
                kernel.loop(
                        Queue.LOAD,
                        piece,
                        run.count(),
                        () -> streamPiece(kernel, stream, start.plus(Expr.loop(piece, bytes)), run.blocks(), columns));
            }
            done += bytes * run.count();
        }
    }

    private void streamPiece(KernelBuilder kernel, WeightStream stream, Expr offset, int blocks, int columns) {
        kernel.load(Ops.loadWeights(
                new Tokens(Queue.MATRIX.bit(), Queue.MATRIX.bit()),
                offset,
                Expr.ring(Kernels.WEIGHTS),
                blocks,
                stream.format(),
                columns == array.columns() ? 0 : columns));
        kernel.load(new TileStatement.Advance(Kernels.WEIGHTS));
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
     * @param columns of the tile
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
            int columns,
            int parity,
            Tokens first,
            Tokens last) {
        int slots = array.accumulatorSlots();
        int slotBase = 2 * rows.size() <= slots ? (parity & 1) * rows.size() : 0;
        int block = 0;
        for (WeightStream.Run run : multiplied(stream)) {
            int start = operand + block;
            if (run.count() == 1) {
                multiplyPiece(kernel, stream, Expr.of(start), operandStride, rows, slotBase, run.blocks(), columns);
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
                                run.blocks(),
                                columns));
            }
            block += run.blocks() * run.count();
        }
        int arrayRows = array.rows();
        for (int i = 0; i < rows.size(); i++) {
            Tokens tokens = new Tokens(
                    i == 0 ? first.waits() | last.waits() : 0,
                    i == rows.size() - 1 ? first.signals() | last.signals() : 0);
            kernel.matrix(Ops.emit(
                    tokens,
                    target.plus((long) i * arrayRows * rowStride),
                    rowStride,
                    rows.get(i),
                    columns,
                    slotBase + i));
        }
    }

    /** The pieces with the blocks that are multiplied: the last one without the padding to a weight group. */
    private static List<WeightStream.Run> multiplied(WeightStream stream) {
        int padding = stream.blocks() - stream.innerBlocks();
        if (padding == 0) {
            return stream.runs();
        }
        List<WeightStream.Run> runs = new ArrayList<>(stream.runs());
        WeightStream.Run last = runs.removeLast();
        if (last.count() > 1) {
            runs.add(new WeightStream.Run(last.blocks(), last.count() - 1));
        }
        runs.add(new WeightStream.Run(last.blocks() - padding, 1));
        return runs;
    }

    private void multiplyPiece(
            KernelBuilder kernel,
            WeightStream stream,
            Expr operand,
            int operandStride,
            List<Integer> rows,
            int slotBase,
            int blocks,
            int columns) {
        for (int i = 0; i < rows.size(); i++) {
            Tokens tokens = new Tokens(i == 0 ? Queue.LOAD.bit() : 0, i == rows.size() - 1 ? Queue.LOAD.bit() : 0);
            kernel.matrix(Ops.matmul(
                    tokens,
                    operand.plus((long) i * operandStride),
                    Expr.ring(Kernels.WEIGHTS),
                    blocks,
                    rows.get(i),
                    columns,
                    slotBase + i,
                    stream.format(),
                    false));
        }
        kernel.matrix(new TileStatement.Advance(Kernels.WEIGHTS));
    }
}
