package dev.hwc.compiler.lower;

import dev.hwc.compiler.CompileException;
import dev.hwc.ir.device.PimAttention;
import dev.hwc.ir.device.PimProduct;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorMemory;
import dev.hwc.ir.isa.VectorTarget;
import dev.hwc.ir.tensor.FusedKind;
import dev.hwc.ir.tile.Expr;
import dev.hwc.ir.tile.TileNode;
import dev.hwc.ir.tile.TileStatement;
import java.util.Objects;
import java.util.Optional;

/**
 * Norm, projections of keys, values and queries, biases and rotation. Keys and values leave to the
 * KV cache as int8, and to memory that computes if it computes attention; queries stay in the activation
 * buffer as operand of the scores, or go there too.
 */
final class QkvKernel {
    private static final String HEAD = "head";

    private final Kernels kernels;
    private final ModelLayout layout;
    private final BufferPlan plan;
    private final ModelLayout.LayerGroup group;
    private final ModelLayout.LayerStreams streams;
    private final Network.Layer layer;
    private final ModelLayout.KvLayout kv;
    private final String ring;
    private final Optional<MemoryProduct> memory;
    private final int slotColumns;
    private final boolean biased;
    private final KernelBuilder kernel;
    private final LoadSlot vectors;
    private int keyNormWord;
    private int queryNormWord;

    QkvKernel(Kernels kernels, ModelLayout.LayerGroup group, String label) {
        this.kernels = kernels;
        this.layout = kernels.layout();
        this.plan = kernels.plan();
        this.group = group;
        this.streams = group.streams().getFirst();
        this.layer = group.layer();
        this.kv = group.kv();
        this.biased = layer.query().bias() != null;
        this.slotColumns = slotColumns(plan, layer);
        int words = plan.tokens() * slotColumns / plan.lanes();
        this.kernel = new KernelBuilder(label);
        this.memory = kernels.memoryProduct(kernel, group, FusedKind.QKV, plan.tokens(), words);
        this.ring = memory.isPresent() ? "" : outputRing(label, words);
        this.vectors = new LoadSlot(kernels, kernel);
    }

    private String outputRing(String label, int words) {
        if (2 * words > layout.spec().outputWords()) {
            throw new CompileException("a step of " + plan.tokens() + " tokens does not fit buffer 'output' of "
                    + layout.spec().name() + ": the projections need " + 2 * words + " words, it has "
                    + layout.spec().outputWords() + "; use fewer tokens or larger hardware");
        }
        return kernels.outputRing(label, words);
    }

    TileNode.Kernel write() {
        Expr weight = group.constant(layer.norm().weight());
        NormStep.write(kernels, kernel, weight, layer.norm(), 0, plan.tokens(), memory.isPresent());
        nameVectors();
        vectors.load();
        memory.ifPresentOrElse(
                product -> product.send(plan.temporary(), plan.widthWords()), () -> kernels.openProduct(kernel, ring));
        vectors.open();
        keysOrValues(true);
        keysOrValues(false);
        queries();
        vectors.close();
        if (memory.isEmpty()) {
            kernels.closeProduct(kernel);
        }
        kernel.store(Ops.sync(Tokens.NONE.signalling(Queue.LOAD), true));
        return kernel.build();
    }

    /** Biases of keys, values and queries from word 0 of the slot on, then the norms of heads. */
    private void nameVectors() {
        if (biased) {
            vectors.vector(group.constant(Objects.requireNonNull(layer.key().bias())), layer.headElements());
        }
        if (layer.keyNorm() != null) {
            keyNormWord = vectors.vector(group.constant(layer.keyNorm().weight()), layer.headSize());
        }
        if (layer.queryNorm() != null) {
            queryNormWord = vectors.vector(group.constant(layer.queryNorm().weight()), layer.headSize());
        }
    }

    private Expr weights(WeightStream stream) {
        return Expr.loop(Kernels.LAYER, group.weightStride()).plus(group.weightOffset() + streams.offset(stream));
    }

    private int rowWords() {
        return slotColumns / plan.lanes();
    }

    /** Heads whose columns make whole tiles. */
    private static int headsOfWholeTiles(BufferPlan plan, Network.Layer layer) {
        int tile = plan.tileColumns();
        return tile / gcd(tile, layer.headSize());
    }

    /** KV heads per output group. */
    private static int headsPerGroup(BufferPlan plan, Network.Layer layer) {
        return Math.min(headsOfWholeTiles(plan, layer), layer.kvHeads());
    }

    /** Columns of the largest output group. */
    static int slotColumns(BufferPlan plan, Network.Layer layer) {
        return Math.max(headsPerGroup(plan, layer), queryHeadsPerGroup(plan, layer)) * layer.headSize();
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    // ---- keys and values -------------------------------------------------------------------------

    private void keysOrValues(boolean keys) {
        WeightStream stream = keys ? streams.key() : streams.value();
        int heads = headsPerGroup(plan, layer);
        int whole = layer.kvHeads() / heads;
        int rest = layer.kvHeads() % heads;
        String tile = keys ? "k" : "v";
        if (memory.isEmpty()) {
            kernels.product().stream(kernel, stream, weights(stream), tile);
        }
        group(stream, keys, tile + HEAD, whole, heads, 0);
        if (rest > 0) {
            group(stream, keys, tile + HEAD, 1, rest, whole * heads);
        }
    }

    private void group(WeightStream stream, boolean keys, String variable, int count, int heads, int firstHead) {
        produce(stream, keys ? 0 : 1, variable, count, heads, firstHead);
        ProductResults results = results(heads);
        kernel.loop(Queue.VECTOR, variable, count, () -> {
            kernel.vector(Ops.await(results.from()));
            for (int h = 0; h < heads; h++) {
                Expr head = Expr.loop(variable, heads).plus(firstHead + h);
                finishHead(keys, results, h, head, h == heads - 1);
            }
            advance();
        });
        kernel.loop(Queue.STORE, variable, count, () -> {
            for (int h = 0; h < heads; h++) {
                storeHead(keys, Expr.loop(variable, heads).plus(firstHead + h));
            }
        });
    }

    /** The output groups of some heads: by the array, or by memory. */
    private void produce(WeightStream stream, int part, String variable, int count, int heads, int firstHead) {
        int columns = heads * layer.headSize();
        memory.ifPresentOrElse(
                product -> kernel.loop(Queue.LOAD, variable, count, () -> {
                    Expr column = Expr.loop(variable, columns).plus((long) firstHead * layer.headSize());
                    product.load(part, column, columns, 0, 1);
                }),
                () -> kernel.loop(Queue.MATRIX, variable, count, () -> {
                    multiply(stream, firstHead, heads);
                    kernel.matrix(new TileStatement.Advance(ring));
                }));
    }

    /** An output group of so many heads. */
    private ProductResults results(int heads) {
        return memory.map(product -> product.results(heads * layer.headSize()))
                .orElseGet(() -> new ProductResults(Queue.MATRIX, Expr.ring(ring), 0, rowWords()));
    }

    private void advance() {
        memory.ifPresentOrElse(MemoryProduct::advance, () -> kernel.vector(new TileStatement.Advance(ring)));
    }

    private void multiply(WeightStream stream, int firstHead, int heads) {
        int firstTile = firstHead * layer.headSize() / plan.tileColumns();
        int tiles = BufferPlan.divUp(heads * layer.headSize(), plan.tileColumns());
        for (int t = 0; t < tiles; t++) {
            kernels.product()
                    .multiplyTile(
                            kernel,
                            stream,
                            0,
                            plan.widthBlocks(),
                            plan.rowTiles(),
                            Expr.ring(ring).plus((long) t * plan.tileColumns() / plan.lanes()),
                            rowWords(),
                            stream.width(firstTile + t),
                            t,
                            t == 0 ? Kernels.TAKE_SLOT : Kernels.NONE,
                            t == tiles - 1 ? Kernels.GIVE_GROUP : Kernels.NONE);
        }
    }

    private void finishHead(boolean keys, ProductResults results, int slotHead, Expr head, boolean last) {
        Expr source = results.base().plus((long) slotHead * plan.headWords());
        VectorMemory memory = results.memory();
        int stride = results.rowStride();
        if (biased) {
            int firstBias = keys ? 0 : layer.kvHeads() * plan.headWords();
            addBias(memory, source, head.times(plan.headWords()).plus(firstBias), plan.tokens(), stride, 0);
            source = Expr.of(plan.temporary());
            memory = VectorMemory.VECTOR;
            stride = plan.headWords();
        }
        if (keys && layer.keyNorm() != null) {
            normHeads(layer.keyNorm(), keyNormWord, memory, source, plan.tokens(), stride);
            source = Expr.of(plan.temporary());
            memory = VectorMemory.VECTOR;
            stride = plan.headWords();
        }
        int codes = plan.tokens() * layer.headSize();
        Ops.VectorBuilder vector = Ops.vector(
                        keys ? rotation() : VectorFunction.COPY, plan.tokens(), Expr.of(layer.headSize()))
                .a(memory, source, stride)
                .to(VectorTarget.STORE_INT8, Expr.ring(Kernels.STORE_LANES), plan.headWords())
                .constants(Expr.ring(Kernels.STORE_HALVES).plus(codes / 2), Expr.of(plan.tokens()));
        if (!keys) {
            vector.rowScale();
        } else if (rotates()) {
            vector.b(VectorMemory.LOAD, Expr.ZERO, plan.headWords());
        }
        Tokens tokens = new Tokens(
                Queue.STORE.bit(), Queue.STORE.bit() | (last ? results.from().bit() : 0));
        kernel.vector(vector.build(tokens));
        kernel.vector(new TileStatement.Advance(Kernels.STORE_LANES));
        kernel.vector(new TileStatement.Advance(Kernels.STORE_HALVES));
        kernel.vector(new TileStatement.Advance(Kernels.STORE_WORDS));
    }

    /** Adds the biases of a head, which start at a word of the bias slot. */
    private void addBias(VectorMemory memory, Expr source, Expr biasWord, int rows, int stride, int biasStride) {
        kernel.vector(Ops.vector(VectorFunction.ADD, rows, Expr.of(layer.headSize()))
                .a(memory, source, stride)
                .b(VectorMemory.LOAD, Expr.ring(Kernels.LOADED).plus(biasWord), biasStride)
                .to(VectorTarget.VECTOR_FP32, Expr.of(plan.temporary()), plan.headWords())
                .build(Tokens.NONE));
    }

    /** Norms heads, which are rows, into the temporaries. */
    private void normHeads(Network.Norm norm, int word, VectorMemory memory, Expr source, int rows, int stride) {
        kernel.vector(Ops.vector(VectorFunction.NORM, rows, Expr.of(layer.headSize()))
                .a(memory, source, stride)
                .b(VectorMemory.LOAD, LoadSlot.at(word), 0)
                .to(VectorTarget.VECTOR_FP32, Expr.of(plan.temporary()), plan.headWords())
                .constants(Ops.bits((float) (1.0 / layer.headSize())), Ops.bits(norm.epsilon()))
                .build(Tokens.NONE));
    }

    private void storeHead(boolean keys, Expr head) {
        Expr cache = Expr.loop(Kernels.LAYER, group.kvStride()).plus(group.kvOffset());
        long codes = keys ? 0 : kv.values();
        long scales = keys ? kv.keyScales() : kv.valueScales();
        long scalesPerHead = keys ? kv.keyScalesPerHead() : kv.valueScalesPerHead();
        int codeBytes = plan.tokens() * layer.headSize();
        Expr source = Expr.ring(Kernels.STORE_HALVES);
        kernel.store(Ops.store(
                Tokens.NONE.awaiting(Queue.VECTOR),
                ModelLayout.KV_CACHE,
                Expr.arg(Lowering.CODE_OFFSET)
                        .plus(cache)
                        .plus(head.times(kv.codesPerHead()))
                        .plus(codes),
                source,
                1,
                codeBytes,
                0,
                0));
        if (plan.keysInMemory()) {
            storeInMemory(keys, head, source);
        }
        kernel.store(Ops.store(
                Tokens.NONE.signalling(Queue.VECTOR),
                ModelLayout.KV_CACHE,
                Expr.arg(Lowering.SCALE_OFFSET)
                        .plus(cache)
                        .plus(head.times(scalesPerHead))
                        .plus(scales),
                source.plus(codeBytes / 2),
                keys ? kv.headBlocks() : 1,
                2 * plan.tokens(),
                plan.tokens(),
                2L * kv.tokens()));
        kernel.store(new TileStatement.Advance(Kernels.STORE_HALVES));
    }

    /** The same codes and scales once more, a row per token, for attention in memory. */
    private void storeInMemory(boolean keys, Expr head, Expr source) {
        PimAttention attention = group.attention().orElseThrow();
        Expr row = Kernels.memoryRow(group, keys ? attention.keys() : attention.values())
                .plus(head.times(attention.headStride()));
        int tokens = plan.tokens();
        int halves = layer.headSize() / 2;
        storeRows(row, source, layer.headSize(), halves);
        int blocks = keys ? kv.headBlocks() : 1;
        Expr scales = source.plus((long) tokens * halves);
        if (tokens == 1) {
            storeRows(row.plus(attention.scales()), scales, 2 * blocks, 0);
            return;
        }
        for (int b = 0; b < blocks; b++) {
            storeRows(row.plus(attention.scales() + 2L * b), scales.plus((long) b * tokens), 2, 1);
        }
    }

    private void storeRows(Expr row, Expr source, int rowBytes, int sourceStride) {
        kernel.store(Ops.store(
                Tokens.NONE,
                PimProduct.WINDOW,
                row,
                source,
                plan.tokens(),
                rowBytes,
                sourceStride,
                layout.attentionRowBytes()));
    }

    // ---- queries ---------------------------------------------------------------------------------

    /** Heads per output group of queries: as few as make whole tiles, with one token those of whole KV heads. */
    private static int queryHeadsPerGroup(BufferPlan plan, Network.Layer layer) {
        int heads = headsOfWholeTiles(plan, layer);
        if (plan.tokens() == 1) {
            heads = heads / gcd(heads, layer.group()) * layer.group();
        }
        return Math.min(heads, layer.heads());
    }

    private void queries() {
        WeightStream stream = streams.query();
        if (memory.isEmpty()) {
            kernels.product().stream(kernel, stream, weights(stream), "q");
        }
        int heads = queryHeadsPerGroup(plan, layer);
        int whole = layer.heads() / heads;
        int rest = layer.heads() % heads;
        queryGroup(stream, whole, heads, 0);
        if (rest > 0) {
            queryGroup(stream, 1, rest, whole * heads);
        }
    }

    private void queryGroup(WeightStream stream, int count, int heads, int firstHead) {
        String variable = "q" + HEAD;
        produce(stream, 2, variable, count, heads, firstHead);
        ProductResults results = results(heads);
        kernel.loop(Queue.VECTOR, variable, count, () -> {
            kernel.vector(Ops.await(results.from()));
            if (plan.tokens() == 1) {
                for (int first = 0; first < heads; first += layer.group()) {
                    rotateHeads(results, variable, heads, firstHead, first);
                }
            } else {
                rotateTokens(results, variable, heads, firstHead);
            }
            kernel.vector(Ops.signal(results.from()));
            advance();
        });
        if (plan.inMemory(FusedKind.ATTENTION)) {
            storeQueries(variable, count, heads, firstHead);
        }
    }

    /** Rotated queries leave for memory, as many heads at a time as the vector queue writes. */
    private void storeQueries(String variable, int count, int heads, int firstHead) {
        PimAttention attention = group.attention().orElseThrow();
        kernel.loop(Queue.STORE, variable, count, () -> {
            for (int first = 0; first < heads; first += layer.group()) {
                for (int done = 0; done < layer.group(); done += rowsOfHeads()) {
                    int rows = Math.min(rowsOfHeads(), layer.group() - done);
                    long at = attention.query() + 4L * (firstHead + first + done) * layer.headSize();
                    Expr place = Kernels.memoryRow(group, at).plus(Expr.loop(variable, 4L * heads * layer.headSize()));
                    kernel.store(Ops.store(
                            Tokens.NONE.awaiting(Queue.VECTOR).signalling(Queue.VECTOR),
                            PimProduct.WINDOW,
                            place,
                            Expr.ring(Kernels.STORE_HALVES),
                            1,
                            4 * rows * layer.headSize(),
                            0,
                            0));
                    kernel.store(new TileStatement.Advance(Kernels.STORE_HALVES));
                }
            }
        });
    }

    /** Heads of one token that are rotated together. */
    private int rowsOfHeads() {
        int rows = layout.spec().array().rows();
        return plan.inMemory(FusedKind.ATTENTION) ? Math.min(rows, plan.queryHeadsPerStore(layer)) : rows;
    }

    private boolean rotates() {
        return layer.rotaryDims() > 0;
    }

    /** The function that puts positions into heads. */
    private VectorFunction rotation() {
        return rotates() ? VectorFunction.ROPE : VectorFunction.COPY;
    }

    /** Heads of queries with their positions; {@code angleStride} words lie between the angles of two rows. */
    private Ops.VectorBuilder rotated(int rows, VectorMemory memory, Expr source, int stride, int angleStride) {
        Ops.VectorBuilder vector =
                Ops.vector(rotation(), rows, Expr.of(layer.headSize())).a(memory, source, stride);
        return rotates() ? vector.b(VectorMemory.LOAD, Expr.ZERO, angleStride) : vector;
    }

    /** The word of the bias slot where a query head's biases start. */
    private Expr queryBias(String variable, int heads, int head) {
        long words = plan.headWords();
        return Expr.loop(variable, heads * words).plus((2L * layer.kvHeads() + head) * words);
    }

    /** One token: the heads of a KV head are the rows of an operand tile. */
    private void rotateHeads(ProductResults results, String variable, int heads, int firstHead, int firstOfKv) {
        int rows = rowsOfHeads();
        int subtiles = BufferPlan.divUp(layer.group(), rows);
        int kvHead = (firstHead + firstOfKv) / layer.group();
        for (int s = 0; s < subtiles; s++) {
            int head = firstOfKv + s * rows;
            int count = Math.min(rows, layer.group() - s * rows);
            Expr source = results.base().plus((long) head * plan.headWords());
            VectorMemory memory = results.memory();
            if (biased) {
                addBias(
                        memory,
                        source,
                        queryBias(variable, heads, firstHead + head),
                        count,
                        plan.headWords(),
                        plan.headWords());
                source = Expr.of(plan.temporary());
                memory = VectorMemory.VECTOR;
            }
            if (layer.queryNorm() != null) {
                normHeads(layer.queryNorm(), queryNormWord, memory, source, count, plan.headWords());
                source = Expr.of(plan.temporary());
                memory = VectorMemory.VECTOR;
            }
            if (plan.inMemory(FusedKind.ATTENTION)) {
                kernel.vector(rotated(count, memory, source, plan.headWords(), 0)
                        .to(VectorTarget.STORE_FP32, Expr.ring(Kernels.STORE_WORDS), plan.headWords())
                        .build(Tokens.NONE.awaiting(Queue.STORE).signalling(Queue.STORE)));
                kernel.nextStoreSlot();
                continue;
            }
            long perGroup = (long) heads / layer.group() * subtiles * plan.headBlocks();
            Expr target = Expr.loop(variable, perGroup)
                    .plus(plan.queryBase() + ((long) kvHead * subtiles + s) * plan.headBlocks());
            kernel.vector(rotated(count, memory, source, plan.headWords(), 0)
                    .to(VectorTarget.ACTIVATION_A8, target, 0)
                    .build(Tokens.NONE));
        }
    }

    /** Several tokens: per head, the tokens are the rows of operand tiles. */
    private void rotateTokens(ProductResults results, String variable, int heads, int firstHead) {
        for (int h = 0; h < heads; h++) {
            Expr source = results.base().plus((long) h * plan.headWords());
            VectorMemory memory = results.memory();
            int stride = results.rowStride();
            if (biased) {
                addBias(memory, source, queryBias(variable, heads, firstHead + h), plan.tokens(), stride, 0);
                source = Expr.of(plan.temporary());
                memory = VectorMemory.VECTOR;
                stride = plan.headWords();
            }
            if (layer.queryNorm() != null) {
                normHeads(layer.queryNorm(), queryNormWord, memory, source, plan.tokens(), stride);
                source = Expr.of(plan.temporary());
                memory = VectorMemory.VECTOR;
                stride = plan.headWords();
            }
            int perHead = plan.rowTiles().size() * plan.headBlocks();
            Expr target = Expr.loop(variable, (long) heads * perHead)
                    .plus(plan.queryBase() + (long) (firstHead + h) * perHead);
            kernel.vector(rotated(plan.tokens(), memory, source, stride, plan.headWords())
                    .to(VectorTarget.ACTIVATION_A8, target, plan.headBlocks())
                    .build(Tokens.NONE));
        }
    }
}
