package dev.hwc.compiler.lower;

import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorMemory;
import dev.hwc.ir.isa.VectorTarget;
import dev.hwc.ir.tile.Expr;
import dev.hwc.ir.tile.TileNode;
import dev.hwc.ir.tile.TileStatement;

/**
 * Rows of the embedding table into the residual stream. The host writes, per token, where the row
 * starts; the load queue gathers the row from the weight records, the vector unit dequantizes it.
 */
final class EmbedKernel {
    private static final String TOKEN = "token";

    private final Kernels kernels;
    private final ModelLayout layout;
    private final BufferPlan plan;
    private final WeightStream table;

    EmbedKernel(Kernels kernels) {
        this.kernels = kernels;
        this.layout = kernels.layout();
        this.plan = kernels.plan();
        this.table = layout.table();
    }

    TileNode.Kernel write() {
        KernelBuilder kernel = new KernelBuilder("embed");
        kernel.loop(Queue.LOAD, TOKEN, plan.tokens(), () -> gather(kernel));
        kernel.loop(Queue.VECTOR, TOKEN, plan.tokens(), () -> dequantize(kernel));
        scale(kernel, layout.network().embeddingScale());
        if (layout.network().positions() != null) {
            kernel.loopAll("position", plan.tokens(), () -> addPosition(kernel));
        }
        return kernel.build();
    }

    /** Multiplies all rows by a number. */
    private void scale(KernelBuilder kernel, float factor) {
        if (factor == 1) {
            return;
        }
        LoadSlot slot = new LoadSlot(kernels, kernel);
        int word = slot.line(factor, layout.network().width());
        slot.load();
        slot.open();
        kernel.vector(Ops.vector(
                        VectorFunction.MUL,
                        plan.tokens(),
                        Expr.of(layout.network().width()))
                .a(VectorMemory.VECTOR, Expr.ZERO, plan.widthWords())
                .b(VectorMemory.LOAD, LoadSlot.at(word), 0)
                .to(VectorTarget.VECTOR_FP32, Expr.ZERO, plan.widthWords())
                .build(Tokens.NONE));
        slot.close();
    }

    /** Adds the row of its position to a token. */
    private void addPosition(KernelBuilder kernel) {
        int width = layout.network().width();
        LoadSlot slot = new LoadSlot(kernels, kernel);
        int word = slot.vector(
                Expr.arg(Lowering.POSITION_OFFSET)
                        .plus(Expr.loop("position", ModelLayout.vectorBytes(width)))
                        .plus(layout.positionOffset()),
                width);
        slot.load();
        slot.open();
        Expr row = Expr.loop("position", plan.widthWords());
        kernel.vector(Ops.vector(VectorFunction.ADD, 1, Expr.of(width))
                .a(VectorMemory.VECTOR, row, 0)
                .b(VectorMemory.LOAD, LoadSlot.at(word), 0)
                .to(VectorTarget.VECTOR_FP32, row, 0)
                .build(Tokens.NONE));
        slot.close();
    }

    private interface Piece {
        void at(long record, int blocks, int word, int firstBlock, boolean first, boolean last);
    }

    /** Visits the pieces of a row: offset of the record in its tile, blocks, word in the load slot. */
    private void pieces(Piece piece) {
        long record = 0;
        int word = 0;
        int block = 0;
        int left = table.runs().stream().mapToInt(WeightStream.Run::count).sum();
        boolean first = true;
        for (WeightStream.Run run : table.runs()) {
            for (int i = 0; i < run.count(); i++) {
                left--;
                piece.at(record, run.blocks(), word, block, first, left == 0);
                first = false;
                record += table.recordBytes(run.blocks(), table.tileColumns());
                word += plan.codeWords(run.blocks()) + plan.scaleWords(run.blocks());
                block += run.blocks();
            }
        }
    }

    private void gather(KernelBuilder kernel) {
        int columns = table.tileColumns();
        int segment = layout.segmentBytes(table);
        int groupBlocks = layout.spec().weightGroup(table.format()) / 32;
        kernel.load(new TileStatement.Fetch("codes", ModelLayout.IO, Expr.loop(TOKEN, 8)));
        kernel.load(new TileStatement.Fetch(
                "scales", ModelLayout.IO, Expr.loop(TOKEN, 8).plus(4)));
        pieces((record, blocks, word, block, first, last) -> {
            long base = layout.tableOffset() + record;
            kernel.load(Ops.load(
                    Opcode.LOAD_LINEAR,
                    first ? Tokens.NONE.awaiting(Queue.VECTOR) : Tokens.NONE,
                    ModelLayout.WEIGHTS,
                    Expr.fetched("codes").plus(base + 2L * blocks * columns),
                    Expr.ring(Kernels.LOADED).plus(word),
                    blocks / groupBlocks,
                    segment,
                    (long) columns * segment));
            kernel.load(Ops.loadHalves(
                    last ? Tokens.NONE.signalling(Queue.VECTOR) : Tokens.NONE,
                    Expr.fetched("scales").plus(base),
                    Expr.ring(Kernels.LOADED).plus(word + plan.codeWords(blocks)),
                    blocks,
                    2L * columns));
        });
        kernel.load(new TileStatement.Advance(Kernels.LOADED));
    }

    private void dequantize(KernelBuilder kernel) {
        int width = plan.widthWords() * plan.lanes();
        pieces((record, blocks, word, block, first, last) -> {
            int elements = Math.min(blocks * 32, width - block * 32);
            Tokens tokens = new Tokens(first ? Queue.LOAD.bit() : 0, last ? Queue.LOAD.bit() : 0);
            kernel.vector(Ops.vector(VectorFunction.DEQUANT, 1, Expr.of(Math.max(1, elements)))
                    .a(VectorMemory.LOAD, Expr.ring(Kernels.LOADED).plus(word), 0)
                    .b(VectorMemory.LOAD, Expr.ring(Kernels.LOADED).plus(word + plan.codeWords(blocks)), 0)
                    .to(
                            VectorTarget.VECTOR_FP32,
                            Expr.loop(TOKEN, plan.widthWords()).plus((long) block * 32 / plan.lanes()),
                            0)
                    .format(table.format())
                    .build(tokens));
        });
        kernel.vector(new TileStatement.Advance(Kernels.LOADED));
    }
}
