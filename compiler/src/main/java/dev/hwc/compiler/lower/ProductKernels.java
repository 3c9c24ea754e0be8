package dev.hwc.compiler.lower;

import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorMemory;
import dev.hwc.ir.isa.VectorTarget;
import dev.hwc.ir.numerics.SoftCaps;
import dev.hwc.ir.tensor.FusedKind;
import dev.hwc.ir.tile.Expr;
import dev.hwc.ir.tile.TileNode;
import dev.hwc.ir.tile.TileStatement;
import java.util.List;
import java.util.Optional;

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

    /** The output projection of attention, added to the residual stream. */
    TileNode.Kernel output(ModelLayout.LayerGroup group, String label) {
        KernelBuilder kernel = new KernelBuilder(label);
        Network.Layer layer = group.layer();
        int elements = layer.heads() * layer.headSize();
        norm(kernel, group, layer.output(), elements, plan.mixedWords(layer), plan.mixedBlocks(), FusedKind.OUTPUT_ADD);
        WeightStream stream = group.streams().getFirst().output();
        return addProduct(
                kernel,
                group,
                layer.output(),
                stream,
                FusedKind.OUTPUT_ADD,
                plan.mixedWords(layer),
                plan.mixedBlocks(),
                label);
    }

    /** The down projection of the feed-forward layer, added to the residual stream. */
    TileNode.Kernel down(ModelLayout.LayerGroup group, String label) {
        KernelBuilder kernel = new KernelBuilder(label);
        Network.Layer layer = group.layer();
        norm(
                kernel,
                group,
                layer.down(),
                layer.inner(),
                plan.innerWords(layer),
                plan.innerBlocks(),
                FusedKind.DOWN_ADD);
        WeightStream stream = group.streams().getFirst().down();
        return addProduct(
                kernel,
                group,
                layer.down(),
                stream,
                FusedKind.DOWN_ADD,
                plan.innerWords(layer),
                plan.innerBlocks(),
                label);
    }

    /** The norm of an operand that is not quantized yet, where the layer has one. */
    private void norm(
            KernelBuilder kernel,
            ModelLayout.LayerGroup group,
            Network.Addition addition,
            int elements,
            int words,
            int blocks,
            FusedKind operator) {
        if (addition.before() != null) {
            Expr weight = group.constant(addition.before().weight());
            NormStep.writeOperand(
                    kernels, kernel, weight, addition.before(), elements, words, blocks, plan.inMemory(operator));
        }
    }

    private static Expr weights(ModelLayout.LayerGroup group, WeightStream stream) {
        return Expr.loop(Kernels.LAYER, group.weightStride())
                .plus(group.weightOffset() + group.streams().getFirst().offset(stream));
    }

    /** Product with an operand that is ready, added to the residual stream. */
    private TileNode.Kernel addProduct(
            KernelBuilder kernel,
            ModelLayout.LayerGroup group,
            Network.Addition addition,
            WeightStream stream,
            FusedKind operator,
            int operandWords,
            int operandBlocks,
            String label) {
        int width = plan.widthWords() * plan.lanes();
        int tiles = plan.groupTiles(operator, 1, 1, plan.tokens(), stream.tiles());
        int rowWords = words(stream, tiles);
        Optional<MemoryProduct> memory =
                kernels.memoryProduct(kernel, group, operator, plan.tokens(), plan.tokens() * rowWords);
        AddStep add = new AddStep(kernels, kernel, group, addition, rowWords);
        add.load();
        Consumer consumer = (results, variable, size, firstTile) -> {
            int elements = Math.min(stream.width(firstTile, size), width - firstTile * plan.tileColumns());
            Expr word =
                    Expr.loop(variable, words(stream, size)).plus((long) firstTile * plan.tileColumns() / plan.lanes());
            add.write(results, word, elements);
        };
        if (memory.isPresent()) {
            memory.get().send(plan.temporary(), operandWords);
            add.open();
            inMemory(kernel, memory.get(), List.of(stream), tiles, consumer);
            add.loadNorm();
            add.close();
            return kernel.build();
        }
        String ring = kernels.outputRing(label, plan.tokens() * rowWords);
        add.loadNorm();
        kernels.product().stream(kernel, stream, weights(group, stream), "n");
        kernels.openProduct(kernel, ring);
        add.open();
        ProductResults results = new ProductResults(Queue.MATRIX, Expr.ring(ring), 0, rowWords);
        groups(stream, tiles, (variable, count, size, firstTile) -> {
            kernel.loop(Queue.MATRIX, variable, count, () -> {
                multiply(
                        kernel,
                        stream,
                        firstTile,
                        size,
                        plan.secondBase(),
                        operandBlocks,
                        plan.rowTiles(),
                        ring,
                        0,
                        rowWords,
                        Kernels.TAKE_SLOT,
                        Kernels.GIVE_GROUP);
                kernel.matrix(new TileStatement.Advance(ring));
            });
            kernel.loop(Queue.VECTOR, variable, count, () -> {
                consumer.write(results, variable, size, firstTile);
                kernel.vector(new TileStatement.Advance(ring));
            });
        });
        add.close();
        kernels.closeProduct(kernel);
        return kernel.build();
    }

    private interface Consumer {
        /** Writes the vector commands of one group. */
        void write(ProductResults results, String variable, int size, int firstTile);
    }

    /** The groups of a product that memory computes: parts side by side, as streams say. */
    private void inMemory(
            KernelBuilder kernel, MemoryProduct product, List<WeightStream> parts, int tiles, Consumer consumer) {
        WeightStream shape = parts.getLast();
        groups(shape, tiles, (variable, count, size, firstTile) -> {
            int columns = shape.width(firstTile, size);
            kernel.loop(Queue.LOAD, variable, count, () -> {
                Expr column = Expr.loop(variable, columns).plus((long) firstTile * shape.tileColumns());
                for (int part = 0; part < parts.size(); part++) {
                    product.load(part, column, columns, part, parts.size());
                }
            });
            kernel.loop(Queue.VECTOR, variable, count, () -> {
                consumer.write(product.results(columns), variable, size, firstTile);
                product.advance();
            });
        });
    }

    /** Norm, gate and up products, gate function; leaves the operand of the down projection. */
    TileNode.Kernel gateUp(ModelLayout.LayerGroup group, String label) {
        KernelBuilder kernel = new KernelBuilder(label);
        Network.Layer layer = group.layer();
        Network.Norm norm = layer.feedForwardNorm();
        Expr weight = group.constant(norm.weight());
        NormStep.write(kernels, kernel, weight, norm, 0, plan.tokens(), plan.inMemory(FusedKind.GATE_UP));
        WeightStream up = group.streams().getFirst().up();
        List<WeightStream> parts = group.streams().getFirst().gated();
        int unit = plan.fillTiles();
        int tiles = plan.groupTiles(FusedKind.GATE_UP, unit, parts.size(), plan.tokens(), up.tiles());
        int rowWords = parts.size() * words(up, tiles);
        Optional<MemoryProduct> memory =
                kernels.memoryProduct(kernel, group, FusedKind.GATE_UP, plan.tokens(), plan.tokens() * rowWords);
        Optional<FunctionStep> function = layer.function() == Network.Gate.SILU
                ? Optional.empty()
                : Optional.of(new FunctionStep(kernels, kernel, group, words(up, tiles)));
        function.ifPresent(FunctionStep::load);
        Consumer consumer = (results, variable, size, firstTile) ->
                gate(kernel, group, function, results, variable, size, firstTile);
        if (memory.isPresent()) {
            memory.get().send(plan.temporary(), plan.widthWords());
            function.ifPresent(FunctionStep::open);
            inMemory(kernel, memory.get(), parts, tiles, consumer);
            function.ifPresent(FunctionStep::close);
            return kernel.build();
        }
        String ring = kernels.outputRing(label, plan.tokens() * rowWords);
        kernels.openProduct(kernel, ring);
        function.ifPresent(FunctionStep::open);
        groups(up, tiles, (variable, count, size, firstTile) -> {
            kernel.loop(Queue.LOAD, variable, count, () -> {
                for (int part = 0; part < parts.size(); part++) {
                    WeightStream stream = parts.get(part);
                    Expr at = Expr.loop(variable, size * stream.tileBytes()).plus(firstTile * stream.tileBytes());
                    String name = stream == up ? "u" : "g";
                    kernels.product()
                            .streamTiles(kernel, stream, weights(group, stream).plus(at), name, firstTile, size);
                }
            });
            kernel.loop(Queue.MATRIX, variable, count, () -> {
                for (int part = 0; part < parts.size(); part++) {
                    multiply(
                            kernel,
                            parts.get(part),
                            firstTile,
                            size,
                            0,
                            plan.widthBlocks(),
                            plan.rowTiles(),
                            ring,
                            part * words(up, size),
                            rowWords,
                            part == 0 ? Kernels.TAKE_SLOT : Kernels.NONE,
                            part == parts.size() - 1 ? Kernels.GIVE_GROUP : Kernels.NONE);
                }
                kernel.matrix(new TileStatement.Advance(ring));
            });
            kernel.loop(Queue.VECTOR, variable, count, () -> {
                ProductResults results = new ProductResults(Queue.MATRIX, Expr.ring(ring), words(up, size), rowWords);
                consumer.write(results, variable, size, firstTile);
                kernel.vector(new TileStatement.Advance(ring));
            });
        });
        function.ifPresent(FunctionStep::close);
        kernels.closeProduct(kernel);
        return kernel.build();
    }

    /** The gate function of one output group. */
    private void gate(
            KernelBuilder kernel,
            ModelLayout.LayerGroup group,
            Optional<FunctionStep> function,
            ProductResults results,
            String variable,
            int size,
            int firstTile) {
        Network.Layer layer = group.layer();
        WeightStream up = group.streams().getFirst().up();
        int elements = up.width(firstTile, size);
        if (function.isPresent()) {
            Expr column =
                    Expr.loop(variable, words(up, size)).plus((long) firstTile * plan.tileColumns() / plan.lanes());
            function.get().write(results, elements, column, last -> inner(last, layer, variable, size, firstTile));
        } else {
            Ops.VectorBuilder gated = Ops.vector(VectorFunction.SILUMUL, plan.tokens(), Expr.of(elements))
                    .a(results.memory(), results.part(0), results.rowStride())
                    .b(results.memory(), results.part(1), results.rowStride());
            kernel.vector(inner(gated, layer, variable, size, firstTile).build(results.consume()));
        }
    }

    /**
     * The destination of gated activations: operand of the down projection, or the temporaries if they are
     * normed first or go to memory.
     */
    private Ops.VectorBuilder inner(
            Ops.VectorBuilder vector, Network.Layer layer, String variable, int size, int firstTile) {
        long columns = (long) size * plan.tileColumns();
        long first = (long) firstTile * plan.tileColumns();
        if (!plan.innerInVector(layer)) {
            Expr target = Expr.loop(variable, columns / 32).plus(plan.secondBase() + first / 32);
            return vector.to(VectorTarget.ACTIVATION_A8, target, plan.innerBlocks());
        }
        Expr target = Expr.loop(variable, columns / plan.lanes()).plus(plan.temporary() + first / plan.lanes());
        return vector.to(VectorTarget.VECTOR_FP32, target, plan.innerWords(layer));
    }

    /** Last norm and logits of the last token. */
    TileNode.Kernel head() {
        KernelBuilder kernel = new KernelBuilder("head");
        Network network = layout.network();
        Expr normOffset = Expr.of(layout.outputNormOffset());
        NormStep.write(
                kernels, kernel, normOffset, network.outputNorm(), plan.tokens() - 1, 1, plan.inMemory(FusedKind.HEAD));
        WeightStream stream = layout.head();
        int tiles = Math.min(plan.headGroupTiles(), stream.tiles());
        Optional<MemoryProduct> memory = kernels.memoryHead(kernel, words(stream, tiles));
        LoadSlot vectors = new LoadSlot(kernels, kernel);
        int factor = network.logitScale() == 1 ? -1 : vectors.line(network.logitScale(), tiles * stream.tileColumns());
        vectors.load();
        Consumer consumer =
                (results, variable, size, firstTile) -> logits(kernel, stream, results, factor, size, firstTile);
        if (memory.isPresent()) {
            memory.get().send(plan.temporary(), plan.widthWords());
            vectors.open();
            inMemory(kernel, memory.get(), List.of(stream), tiles, consumer);
            groups(
                    stream,
                    tiles,
                    (variable, count, size, firstTile) ->
                            storeLogits(kernel, stream, variable, count, size, firstTile));
            vectors.close();
            return kernel.build();
        }
        String ring = kernels.outputRing("head", words(stream, tiles));
        kernels.product().stream(kernel, stream, Expr.of(layout.headOffset()), "n");
        kernels.openProduct(kernel, ring);
        vectors.open();
        ProductResults results = new ProductResults(Queue.MATRIX, Expr.ring(ring), 0, words(stream, tiles));
        groups(stream, tiles, (variable, count, size, firstTile) -> {
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
                consumer.write(results, variable, size, firstTile);
                kernel.vector(new TileStatement.Advance(ring));
            });
            storeLogits(kernel, stream, variable, count, size, firstTile);
        });
        vectors.close();
        kernels.closeProduct(kernel);
        return kernel.build();
    }

    /** One group of logits on its way to the store buffer. */
    private void logits(
            KernelBuilder kernel, WeightStream stream, ProductResults results, int factor, int size, int firstTile) {
        int elements = stream.width(firstTile, size);
        float cap = layout.network().logitCap();
        Tokens tokens = results.consume().awaiting(Queue.STORE).signalling(Queue.STORE);
        Ops.VectorBuilder finish;
        if (cap != 0) {
            kernel.vector(Ops.await(results.from()));
            tokens = new Tokens(
                    Queue.STORE.bit(), Queue.STORE.bit() | results.from().bit());
            CapStep step = new CapStep(kernels, kernel, 1, elements, plan.temporary());
            Composition.Place source = new Composition.Place(results.memory(), results.base(), 0);
            finish = step.scaledTanh(source, SoftCaps.argument(1, cap), cap);
        } else if (factor < 0) {
            finish = Ops.vector(VectorFunction.COPY, 1, Expr.of(elements)).a(results.memory(), results.base(), 0);
        } else {
            finish = Ops.vector(VectorFunction.MUL, 1, Expr.of(elements))
                    .a(results.memory(), results.base(), 0)
                    .b(VectorMemory.LOAD, LoadSlot.at(factor), 0);
        }
        kernel.vector(finish.to(VectorTarget.STORE_FP32, Expr.ring(Kernels.STORE_WORDS), 0)
                .build(tokens));
        kernel.nextStoreSlot();
    }

    private void storeLogits(
            KernelBuilder kernel, WeightStream stream, String variable, int count, int size, int firstTile) {
        int elements = stream.width(firstTile, size);
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
