package dev.hwc.compiler.lower;

import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorMemory;
import dev.hwc.ir.isa.VectorTarget;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.ir.numerics.SoftCaps;
import dev.hwc.ir.tile.Expr;
import dev.hwc.ir.tile.TileNode;
import dev.hwc.ir.tile.TileStatement;

/**
 * Attention over the KV cache: keys are weight columns (one per token), scores go through softmax
 * into int8 probabilities, values are weights again with tokens as inner dimension. Row tiles of one
 * KV head share each pass over keys and values, in chunks; the scores of a chunk are computed while
 * the softmax of the one before runs. The number of key tiles and value pieces is an argument, so one
 * program serves every position.
 */
final class AttentionKernel {
    private static final String KV_HEAD = "kv";

    private final Kernels kernels;
    private final ModelLayout layout;
    private final BufferPlan plan;
    private final ModelLayout.LayerGroup group;
    private final ModelLayout.KvLayout kv;
    private final Network.Layer layer;
    private final KernelBuilder kernel;
    private final AttentionTiles tiles;
    private final int tileWords;
    private final int regionWords;

    AttentionKernel(Kernels kernels, ModelLayout.LayerGroup group, String label) {
        this.kernels = kernels;
        this.layout = kernels.layout();
        this.plan = kernels.plan();
        this.group = group;
        this.kv = group.kv();
        this.layer = group.layer();
        this.kernel = new KernelBuilder(label);
        this.tiles = plan.attention(group);
        int rows = tiles.rows().getFirst();
        this.tileWords = rows * plan.scoreWords();
        this.regionWords = tiles.chunk() * (tileWords + rows * plan.valueWords());
    }

    TileNode.Kernel write() {
        kernel.load(Ops.await(Queue.STORE));
        kernel.vector(Ops.signal(Queue.MATRIX));
        kernel.matrix(Ops.await(Queue.VECTOR));
        kernel.loopAll(KV_HEAD, layer.kvHeads(), () -> {
            loadValueScales();
            if (tiles.buffers() == 2) {
                overlapped();
            } else {
                oneByOne();
            }
        });
        return kernel.build();
    }

    private Expr cache(long offset, long perHead) {
        return Expr.loop(Kernels.LAYER, group.kvStride())
                .plus(Expr.loop(KV_HEAD, perHead))
                .plus(group.kvOffset() + offset);
    }

    private void loadValueScales() {
        int tokens = layout.scaleTokens();
        int words = 2 * tokens / (4 * plan.lanes());
        kernel.load(Ops.await(Queue.VECTOR));
        kernel.loop(
                Queue.LOAD,
                "vs",
                Expr.arg(Lowering.SCALE_ROWS),
                () -> kernel.load(Ops.load(
                        Opcode.LOAD_LINEAR,
                        Tokens.NONE,
                        ModelLayout.KV_CACHE,
                        cache(kv.valueScales(), kv.valueScalesPerHead()).plus(Expr.loop("vs", 2L * tokens)),
                        Expr.ring(Kernels.LOADED).plus(Expr.loop("vs", words)),
                        1,
                        2 * tokens,
                        0)));
        kernel.load(Ops.sync(Tokens.NONE.signalling(Queue.VECTOR), true));
        kernel.load(new TileStatement.Advance(Kernels.LOADED));
    }

    /** scores 0, softmax 0, values 0, scores 1, … */
    private void oneByOne() {
        for (int c = 0; c < chunks(); c++) {
            scores(c);
            softmax(c);
            values(c);
            collect(c);
        }
    }

    /**
     * scores 0, scores 1, values 0, scores 2, values 1, … in the matrix unit, with softmax c+1 before
     * collection c in the vector unit. A region is written again two chunks later, when the token that
     * follows its last use has been taken.
     */
    private void overlapped() {
        scores(0);
        softmax(0);
        for (int c = 0; c < chunks(); c++) {
            if (c + 1 < chunks()) {
                scores(c + 1);
                softmax(c + 1);
            }
            values(c);
            collect(c);
        }
    }

    private int chunks() {
        return BufferPlan.divUp(tiles.rows().size(), tiles.chunk());
    }

    private int from(int chunk) {
        return chunk * tiles.chunk();
    }

    private int tiles(int chunk) {
        return Math.min(tiles.chunk(), tiles.rows().size() - from(chunk));
    }

    /** Which of the regions for scores, probabilities and outputs a chunk uses. */
    private int region(int chunk) {
        return chunk % tiles.buffers();
    }

    private long scoreAddress(int chunk, int place) {
        return (long) region(chunk) * regionWords + (long) place * tileWords;
    }

    private long valueAddress(int chunk, int place) {
        return (long) region(chunk) * regionWords
                + (long) tiles.chunk() * tileWords
                + (long) place * tiles.rows().getFirst() * plan.valueWords();
    }

    private long probabilityAddress(int chunk, int place) {
        return ((long) region(chunk) * tiles.chunk() + place) * plan.contextBlocks();
    }

    // ---- scores ----------------------------------------------------------------------------------

    private void scores(int chunk) {
        int from = from(chunk);
        int count = tiles(chunk);
        int columns = plan.keyColumns();
        kernel.loop(Queue.LOAD, "k", Expr.arg(Lowering.KEY_TILES), () -> {
            kernel.load(Ops.load(
                    Opcode.LOAD_ROWS,
                    Tokens.NONE.awaiting(Queue.MATRIX),
                    ModelLayout.KV_CACHE,
                    cache(0, kv.codesPerHead()).plus(Expr.loop("k", (long) columns * kv.headSize())),
                    Expr.ring(Kernels.WEIGHTS),
                    columns,
                    kv.headSize(),
                    kv.headSize()));
            kernel.load(Ops.loadScales(
                    Tokens.NONE.signalling(Queue.MATRIX),
                    cache(kv.keyScales(), kv.keyScalesPerHead()).plus(Expr.loop("k", 2L * columns)),
                    Expr.ring(Kernels.WEIGHTS),
                    kv.headBlocks(),
                    2L * kv.tokens(),
                    columns == plan.tileColumns() ? 0 : columns));
            kernel.load(new TileStatement.Advance(Kernels.WEIGHTS));
        });
        int slots = plan.attentionSlots();
        kernel.loop(Queue.MATRIX, "k", Expr.arg(Lowering.KEY_TILES), () -> {
            for (int i = 0; i < count; i++) {
                int m = tiles.rows().get(from + i);
                Tokens tokens = new Tokens(i == 0 ? Queue.LOAD.bit() : 0, i == count - 1 ? Queue.LOAD.bit() : 0);
                kernel.matrix(Ops.matmul(
                        tokens,
                        queries(from + i),
                        Expr.ring(Kernels.WEIGHTS),
                        kv.headBlocks(),
                        m,
                        columns,
                        i % slots,
                        BlockMatrix.Format.I8,
                        false));
                kernel.matrix(Ops.emit(
                        Tokens.NONE,
                        Expr.loop("k", columns / plan.lanes()).plus(scoreAddress(chunk, i)),
                        plan.scoreWords(),
                        m,
                        columns,
                        i % slots));
            }
            kernel.matrix(new TileStatement.Advance(Kernels.WEIGHTS));
        });
        kernel.matrix(Ops.sync(Tokens.NONE.signalling(Queue.VECTOR), true));
    }

    /** First block of a row tile's queries. */
    private Expr queries(int tile) {
        int perKv = tiles.rows().size() * plan.headBlocks();
        return Expr.loop(KV_HEAD, perKv).plus(plan.queryBase() + (long) tile * plan.headBlocks());
    }

    // ---- softmax ---------------------------------------------------------------------------------

    private void softmax(int chunk) {
        int from = from(chunk);
        int count = tiles(chunk);
        boolean firstOfHead = chunk == 0;
        boolean lastOfHead = chunk == chunks() - 1;
        for (int i = 0; i < count; i++) {
            int waits = (i == 0 ? Queue.MATRIX.bit() : 0) | (i == 0 && firstOfHead ? Queue.LOAD.bit() : 0);
            boolean last = i == count - 1;
            int signals = (last ? Queue.MATRIX.bit() : 0) | (last && lastOfHead ? Queue.LOAD.bit() : 0);
            int firstToken = plan.tokens() == 1
                    ? 0
                    : (from + i)
                            % plan.rowTiles().size()
                            * layout.spec().array().rows();
            VectorMemory memory = VectorMemory.OUTPUT;
            Expr scores = Expr.of(scoreAddress(chunk, i));
            if (layer.softCap() != 0) {
                kernel.vector(Ops.sync(new Tokens(waits, 0), false));
                cap(scores, tiles.rows().get(from + i));
                memory = VectorMemory.VECTOR;
                scores = Expr.of(plan.scoreTemporary(layer));
                waits = 0;
            }
            if (layer.window() > 0) {
                mask(memory, scores, tiles.rows().get(from + i), firstToken, new Tokens(waits, 0));
                memory = VectorMemory.VECTOR;
                scores = Expr.of(plan.scoreTemporary(layer));
                waits = 0;
            }
            kernel.vector(Ops.vector(
                            VectorFunction.SOFTMAX,
                            tiles.rows().get(from + i),
                            Expr.arg(Lowering.FIRST_LENGTH).plus(firstToken))
                    .a(memory, scores, plan.scoreWords())
                    .b(VectorMemory.LOAD, Expr.ring(Kernels.LOADED), 0)
                    .to(VectorTarget.ACTIVATION_A8, Expr.of(probabilityAddress(chunk, i)), 0)
                    .constants(
                            Ops.bits(layer.softCap() == 0 ? layer.scale() : layer.softCap()), Expr.arg(Lowering.FILL))
                    .growing(plan.tokens() > 1)
                    .build(new Tokens(waits, signals)));
        }
        if (lastOfHead) {
            kernel.vector(new TileStatement.Advance(Kernels.LOADED));
        }
    }

    /** The tangents of rows of scores, key tile by key tile: the softmax multiplies them by the cap. */
    private void cap(Expr scores, int rows) {
        int columns = plan.keyColumns();
        Expr tile = Expr.loop("cap", columns / plan.lanes());
        int first = plan.scoreTemporary(layer);
        long behind = first + (long) tiles.rows().getFirst() * plan.scoreWords();
        kernel.loop(Queue.VECTOR, "cap", Expr.arg(Lowering.KEY_TILES), () -> {
            CapStep step = new CapStep(kernels, kernel, rows, columns, behind);
            Composition.Place source = new Composition.Place(VectorMemory.OUTPUT, tile.plus(scores), plan.scoreWords());
            kernel.vector(step.tanh(source, SoftCaps.argument(layer.scale(), layer.softCap()))
                    .to(VectorTarget.VECTOR_FP32, tile.plus(first), plan.scoreWords())
                    .build(Tokens.NONE));
        });
    }

    /** Adds the masks of the window to rows of scores: the rows are tokens, or with one token its heads. */
    private void mask(VectorMemory memory, Expr scores, int rows, int firstToken, Tokens tokens) {
        int longest = plan.tokens() == 1 ? 0 : firstToken + rows - 1;
        kernel.vector(Ops.vector(
                        VectorFunction.ADD,
                        rows,
                        Expr.arg(Lowering.FIRST_LENGTH).plus(longest))
                .a(memory, scores, plan.scoreWords())
                .b(
                        VectorMemory.LOAD,
                        Expr.of(plan.maskBase() + (long) firstToken * plan.scoreWords()),
                        plan.tokens() == 1 ? 0 : plan.scoreWords())
                .to(VectorTarget.VECTOR_FP32, Expr.of(plan.scoreTemporary(layer)), plan.scoreWords())
                .build(tokens));
    }

    // ---- values ----------------------------------------------------------------------------------

    private void values(int chunk) {
        kernel.matrix(Ops.await(Queue.VECTOR));
        int perPass = plan.columnTilesPerPass();
        for (int c = 0; c < plan.columnTiles(); c += perPass) {
            valuePass(chunk, c, Math.min(perPass, plan.columnTiles() - c));
        }
    }

    /** Column tiles {@code firstColumn…} of the values, for all row tiles of the chunk. */
    private void valuePass(int chunk, int firstColumn, int columnTiles) {
        int from = from(chunk);
        int count = tiles(chunk);
        int tokens = plan.valueTokens();
        int rowBytes = Math.min(columnTiles * plan.tileColumns(), kv.headSize() - firstColumn * plan.tileColumns());
        kernel.loop(Queue.LOAD, "v", Expr.arg(Lowering.VALUE_PIECES), () -> {
            kernel.load(Ops.load(
                    Opcode.LOAD_TRANSPOSED,
                    Tokens.NONE.awaiting(Queue.MATRIX).signalling(Queue.MATRIX),
                    ModelLayout.KV_CACHE,
                    cache(kv.values(), kv.codesPerHead())
                            .plus(Expr.loop("v", (long) tokens * kv.headSize()))
                            .plus((long) firstColumn * plan.tileColumns()),
                    Expr.ring(Kernels.WEIGHTS),
                    tokens,
                    rowBytes,
                    kv.headSize()));
            kernel.load(new TileStatement.Advance(Kernels.WEIGHTS));
        });
        int blocks = tokens / 32;
        kernel.loop(Queue.MATRIX, "v", Expr.arg(Lowering.VALUE_PIECES), () -> {
            for (int i = 0; i < count; i++) {
                for (int c = 0; c < columnTiles; c++) {
                    boolean first = i == 0 && c == 0;
                    boolean last = i == count - 1 && c == columnTiles - 1;
                    kernel.matrix(Ops.matmul(
                            new Tokens(first ? Queue.LOAD.bit() : 0, last ? Queue.LOAD.bit() : 0),
                            Expr.loop("v", blocks).plus(probabilityAddress(chunk, i)),
                            Expr.ring(Kernels.WEIGHTS).plus((long) c * 2 * blocks),
                            blocks,
                            tiles.rows().get(from + i),
                            columns(firstColumn + c),
                            i * columnTiles + c,
                            BlockMatrix.Format.I8,
                            true));
                }
            }
            kernel.matrix(new TileStatement.Advance(Kernels.WEIGHTS));
        });
        boolean lastPass = firstColumn + columnTiles == plan.columnTiles();
        for (int i = 0; i < count; i++) {
            for (int c = 0; c < columnTiles; c++) {
                boolean last = lastPass && i == count - 1 && c == columnTiles - 1;
                kernel.matrix(Ops.emit(
                        last ? Kernels.GIVE_GROUP : Kernels.NONE,
                        Expr.of(valueAddress(chunk, i) + (long) (firstColumn + c) * plan.tileColumns() / plan.lanes()),
                        plan.headWords(),
                        tiles.rows().get(from + i),
                        columns(firstColumn + c),
                        i * columnTiles + c));
            }
        }
    }

    /** Columns of a column tile of the values. */
    private int columns(int tile) {
        return Math.min(plan.tileColumns(), kv.headSize() - tile * plan.tileColumns());
    }

    /** Head outputs become the operand of the output projection. */
    private void collect(int chunk) {
        int from = from(chunk);
        for (int i = 0; i < tiles(chunk); i++) {
            int rows = tiles.rows().get(from + i);
            Tokens tokens = i == 0 ? Tokens.NONE.awaiting(Queue.MATRIX) : Tokens.NONE;
            kernel.vector(
                    plan.tokens() == 1
                            ? oneToken(from + i, valueAddress(chunk, i), rows, tokens)
                            : oneHead(from + i, valueAddress(chunk, i), rows, tokens));
        }
    }

    /** The heads of one token stand side by side in one row. */
    private TileStatement.Command oneToken(int tile, long address, int rows, Tokens tokens) {
        int before = tile * layout.spec().array().rows();
        Ops.VectorBuilder copy = Ops.vector(VectorFunction.COPY, 1, Expr.of((long) rows * kv.headSize()))
                .a(VectorMemory.OUTPUT, Expr.of(address), 0);
        return collected(copy, before, 0, 0, 0).build(tokens);
    }

    /** The tokens of one head are the rows of one row tile. */
    private TileStatement.Command oneHead(int tile, long address, int rows, Tokens tokens) {
        int rowTiles = plan.rowTiles().size();
        int head = tile / rowTiles;
        int rowTile = tile % rowTiles;
        Ops.VectorBuilder copy = Ops.vector(VectorFunction.COPY, rows, Expr.of(kv.headSize()))
                .a(VectorMemory.OUTPUT, Expr.of(address), plan.headWords());
        return collected(copy, head, rowTile, rowTile * layout.spec().array().rows(), plan.mixedWords(layer))
                .build(tokens);
    }

    /**
     * The destination of heads from {@code head} of the KV head on: operand of the output projection, or the
     * temporaries if they are normed first or go to memory.
     */
    private Ops.VectorBuilder collected(Ops.VectorBuilder copy, int head, int rowTile, int row, int rowWords) {
        if (!plan.mixedInVector(layer)) {
            Expr target = Expr.loop(KV_HEAD, (long) layer.group() * plan.headBlocks())
                    .plus(plan.secondBase() + (long) rowTile * plan.mixedBlocks() + (long) head * plan.headBlocks());
            return copy.to(VectorTarget.ACTIVATION_A8, target, 0);
        }
        Expr target = Expr.loop(KV_HEAD, (long) layer.group() * plan.headWords())
                .plus(plan.temporary() + (long) row * plan.mixedWords(layer) + (long) head * plan.headWords());
        return copy.to(VectorTarget.VECTOR_FP32, target, rowWords);
    }
}
