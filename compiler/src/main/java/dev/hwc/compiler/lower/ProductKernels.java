package dev.hwc.compiler.lower;

import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorMemory;
import dev.hwc.ir.isa.VectorTarget;
import dev.hwc.ir.tile.Expr;
import dev.hwc.ir.tile.TileNode;
import dev.hwc.ir.tile.TileStatement;
import java.util.List;

/** Projections with their epilogues: residual addition, gate, and logits. */
final class ProductKernels {
    private final Kernels kernels;
    private final ModelLayout layout;
    private final BufferPlan plan;

    ProductKernels(Kernels kernels) {
        this.kernels = kernels;
        this.layout = kernels.layout();
        this.plan = kernels.plan();
    }

    /** Product with an operand that is ready, added to the residual stream. */
    TileNode.Kernel addProduct(WeightStream stream, Expr weights, int operandStride, String label) {
        KernelBuilder kernel = new KernelBuilder(label);
        int width = plan.widthWords() * plan.lanes();
        int tiles = plan.groupTiles(1, 1, plan.tokens(), stream.tiles());
        int rowWords = words(stream, tiles);
        String ring = kernels.outputRing(label, plan.tokens() * rowWords);
        kernels.product().stream(kernel, stream, weights, "n");
        kernels.openProduct(kernel, ring);
        groups(stream, tiles, (variable, count, size, firstTile) -> {
            kernel.loop(Queue.MATRIX, variable, count, () -> {
                multiply(
                        kernel,
                        stream,
                        firstTile,
                        size,
                        plan.secondBase(),
                        operandStride,
                        plan.rowTiles(),
                        ring,
                        0,
                        rowWords,
                        Kernels.TAKE_SLOT,
                        Kernels.GIVE_GROUP);
                kernel.matrix(new TileStatement.Advance(ring));
            });
            kernel.loop(Queue.VECTOR, variable, count, () -> {
                int elements = Math.min(stream.width(firstTile, size), width - firstTile * plan.tileColumns());
                Expr residual = Expr.loop(variable, words(stream, size))
                        .plus((long) firstTile * plan.tileColumns() / plan.lanes());
                kernel.vector(Ops.vector(VectorFunction.ADD, plan.tokens(), Expr.of(elements))
                        .a(VectorMemory.VECTOR, residual, plan.widthWords())
                        .b(VectorMemory.OUTPUT, Expr.ring(ring), rowWords)
                        .to(VectorTarget.VECTOR_FP32, residual, plan.widthWords())
                        .build(Kernels.CONSUME_GROUP));
                kernel.vector(new TileStatement.Advance(ring));
            });
        });
        kernels.closeProduct(kernel);
        return kernel.build();
    }

    /** Norm, gate and up products, gate function; leaves the operand of the down projection. */
    TileNode.Kernel gateUp(ModelLayout.LayerGroup group, String label) {
        KernelBuilder kernel = new KernelBuilder(label);
        ModelLayout.LayerStreams streams = group.streams().getFirst();
        Expr constants = Expr.loop(Kernels.LAYER, group.constantStride())
                .plus(group.constantOffset() + layout.feedForwardNormOffset());
        NormStep.write(kernels, kernel, constants, group.layers().getFirst().epsilon(), 0, plan.tokens());
        WeightStream gate = streams.gate();
        int unit = Math.max(1, 32 / plan.tileColumns());
        int tiles = plan.groupTiles(unit, 2, plan.tokens(), gate.tiles());
        int rowWords = 2 * words(gate, tiles);
        String ring = kernels.outputRing(label, plan.tokens() * rowWords);
        kernels.openProduct(kernel, ring);
        Expr layer = Expr.loop(Kernels.LAYER, group.weightStride()).plus(group.weightOffset());
        Expr gateBase = layer.plus(streams.offset(gate));
        Expr upBase = layer.plus(streams.offset(streams.up()));
        groups(gate, tiles, (variable, count, size, firstTile) -> {
            kernel.loop(Queue.LOAD, variable, count, () -> {
                Expr at = Expr.loop(variable, size * gate.tileBytes()).plus(firstTile * gate.tileBytes());
                kernels.product().streamTiles(kernel, gate, gateBase.plus(at), "g", firstTile, size);
                Expr upAt = Expr.loop(variable, size * streams.up().tileBytes())
                        .plus(firstTile * streams.up().tileBytes());
                kernels.product().streamTiles(kernel, streams.up(), upBase.plus(upAt), "u", firstTile, size);
            });
            kernel.loop(Queue.MATRIX, variable, count, () -> {
                multiply(
                        kernel,
                        gate,
                        firstTile,
                        size,
                        0,
                        plan.widthBlocks(),
                        plan.rowTiles(),
                        ring,
                        0,
                        rowWords,
                        Kernels.TAKE_SLOT,
                        Kernels.NONE);
                multiply(
                        kernel,
                        streams.up(),
                        firstTile,
                        size,
                        0,
                        plan.widthBlocks(),
                        plan.rowTiles(),
                        ring,
                        words(gate, size),
                        rowWords,
                        Kernels.NONE,
                        Kernels.GIVE_GROUP);
                kernel.matrix(new TileStatement.Advance(ring));
            });
            kernel.loop(Queue.VECTOR, variable, count, () -> {
                long blocks = (long) size * plan.tileColumns() / 32;
                kernel.vector(Ops.vector(VectorFunction.SILUMUL, plan.tokens(), Expr.of(gate.width(firstTile, size)))
                        .a(VectorMemory.OUTPUT, Expr.ring(ring), rowWords)
                        .b(VectorMemory.OUTPUT, Expr.ring(ring).plus(words(gate, size)), rowWords)
                        .to(
                                VectorTarget.ACTIVATION_A8,
                                Expr.loop(variable, blocks)
                                        .plus(plan.secondBase() + (long) firstTile * plan.tileColumns() / 32),
                                plan.innerBlocks())
                        .build(Kernels.CONSUME_GROUP));
                kernel.vector(new TileStatement.Advance(ring));
            });
        });
        kernels.closeProduct(kernel);
        return kernel.build();
    }

    /** Last norm and logits of the last token. */
    TileNode.Kernel head() {
        KernelBuilder kernel = new KernelBuilder("head");
        Network network = layout.network();
        NormStep.write(kernels, kernel, Expr.of(layout.outputNormOffset()), network.epsilon(), plan.tokens() - 1, 1);
        WeightStream stream = layout.head();
        int tiles = Math.min(plan.headGroupTiles(), stream.tiles());
        String ring = kernels.outputRing("head", words(stream, tiles));
        kernels.product().stream(kernel, stream, Expr.of(layout.headOffset()), "n");
        kernels.openProduct(kernel, ring);
        groups(stream, tiles, (variable, count, size, firstTile) -> {
            int elements = stream.width(firstTile, size);
            kernel.loop(Queue.MATRIX, variable, count, () -> {
                multiply(
                        kernel,
                        stream,
                        firstTile,
                        size,
                        0,
                        plan.widthBlocks(),
                        List.of(1),
                        ring,
                        0,
                        words(stream, tiles),
                        Kernels.TAKE_SLOT,
                        Kernels.GIVE_GROUP);
                kernel.matrix(new TileStatement.Advance(ring));
            });
            kernel.loop(Queue.VECTOR, variable, count, () -> {
                Tokens tokens = Kernels.CONSUME_GROUP.awaiting(Queue.STORE).signalling(Queue.STORE);
                kernel.vector(Ops.vector(VectorFunction.COPY, 1, Expr.of(elements))
                        .a(VectorMemory.OUTPUT, Expr.ring(ring), 0)
                        .to(VectorTarget.STORE_FP32, Expr.ring(Kernels.STORE_WORDS), 0)
                        .build(tokens));
                kernel.vector(new TileStatement.Advance(ring));
                kernel.vector(new TileStatement.Advance(Kernels.STORE_WORDS));
                kernel.vector(new TileStatement.Advance(Kernels.STORE_HALVES));
                kernel.vector(new TileStatement.Advance(Kernels.STORE_LANES));
            });
            kernel.loop(Queue.STORE, variable, count, () -> {
                kernel.store(Ops.store(
                        Tokens.NONE.awaiting(Queue.VECTOR).signalling(Queue.VECTOR),
                        ModelLayout.IO,
                        Expr.loop(variable, 4L * elements)
                                .plus(layout.logitsOffset(plan.tokens()) + 4L * firstTile * stream.tileColumns()),
                        Expr.ring(Kernels.STORE_HALVES),
                        1,
                        4 * elements,
                        0,
                        0));
                kernel.store(new TileStatement.Advance(Kernels.STORE_HALVES));
            });
        });
        kernels.closeProduct(kernel);
        return kernel.build();
    }

    private int words(WeightStream stream, int tiles) {
        return tiles * stream.tileColumns() / plan.lanes();
    }

    private void multiply(
            KernelBuilder kernel,
            WeightStream stream,
            int firstTile,
            int tiles,
            int operand,
            int operandStride,
            List<Integer> rows,
            String ring,
            int firstWord,
            int rowWords,
            Tokens first,
            Tokens last) {
        for (int t = 0; t < tiles; t++) {
            kernels.product()
                    .multiplyTile(
                            kernel,
                            stream,
                            operand,
                            operandStride,
                            rows,
                            Expr.ring(ring).plus(firstWord + (long) words(stream, t)),
                            rowWords,
                            stream.width(firstTile + t),
                            t,
                            t == 0 ? first : Kernels.NONE,
                            t == tiles - 1 ? last : Kernels.NONE);
        }
    }

    private interface Group {
        /** Writes {@code count} groups of {@code size} tiles from a tile on. */
        void write(String variable, int count, int size, int firstTile);
    }

    /** Groups of whole tiles in a loop, then the rest. */
    private static void groups(WeightStream stream, int size, Group group) {
        int whole = stream.wholeTiles() / size;
        int rest = stream.tiles() - whole * size;
        if (whole > 0) {
            group.write("group", whole, size, 0);
        }
        if (rest > 0) {
            group.write("rest", 1, rest, whole * size);
        }
    }
}
