package dev.hwc.compiler.lower;

import dev.hwc.compiler.CompileException;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.tensor.FusedKind;
import dev.hwc.ir.tile.Ring;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToIntFunction;

/**
 * Places everything that a program for {@code tokens} tokens keeps in the scratchpads. Addresses are
 * in each buffer's unit. Regions whose lives do not overlap share space.
 */
final class BufferPlan {
    /** Slots of each ring of the load buffer. */
    private static final int LOAD_SLOTS = 3;
    /** Where three slots do not fit. */
    private static final int LEAST_LOAD_SLOTS = 2;

    private static final int STORE_SLOTS = 4;
    /** Bytes of a row of a load or store: a field of 16 bits. */
    static final int MAX_ROW_BYTES = 65_535;

    private static final int MAX_ROW_ELEMENTS = MAX_ROW_BYTES / 4;

    private final ModelLayout layout;
    private final HardwareSpec spec;
    private final int tokens;
    private final TilingOptions options;
    private final int activationCapacity;
    private final List<Integer> rowTiles = new ArrayList<>();
    private final int lanes;
    private final int headSize;
    private final List<Network.Layer> shapes;

    // activation buffer, blocks
    private final int widthBlocks;
    private final int mixedBlocks;
    private final int innerBlocks;
    private final int queryBase;
    private final int secondBase;
    private final int activationBlocks;
    // attention
    private final Map<Network.Layer, AttentionTiles> attention = new HashMap<>();
    private final int queryTiles;
    // load buffer, words
    private final int maskBase;
    private final int capBase;
    private final int ringBase;
    private final int loadSlotWords;
    private final int loadSlots;
    private final int resultSlotWords;
    // store buffer, bytes
    private final int storeSlotBytes;
    private final int storeSlots;

    BufferPlan(ModelLayout layout, int tokens, TilingOptions options) {
        this.layout = layout;
        this.options = options;
        this.spec = layout.spec();
        this.tokens = tokens;
        this.lanes = spec.vectorLanes();
        this.shapes =
                layout.groups().stream().map(ModelLayout.LayerGroup::layer).toList();
        this.headSize = shapes.getFirst().headSize();
        int rows = spec.array().rows();
        for (int done = 0; done < tokens; done += rows) {
            rowTiles.add(Math.min(rows, tokens - done));
        }
        require(rowTiles.size() <= spec.array().accumulatorSlots(), "accumulators", rowTiles.size() + " row tiles");
        require(tokens <= 255, "vector unit", tokens + " rows");
        int fill = spec.activationFill();
        this.widthBlocks = roundUp(layout.network().width(), fill) / 32;
        this.mixedBlocks = roundUp(largest(Network.Layer::heads) * headSize + fill, fill) / 32;
        this.innerBlocks = roundUp(largest(Network.Layer::inner), fill) / 32;
        this.queryTiles = largest(layer -> AttentionTiles.queryTiles(layer, tokens, rowTiles, rows));
        int largestTile = largest(layer ->
                AttentionTiles.rows(layer.group(), tokens, rowTiles, rows).getFirst());
        this.activationCapacity = spec.activationBlocks(Math.max(tokens, largestTile));
        shapes.forEach(layer -> attention.put(layer, attention(layer)));
        int first = rowTiles.size() * widthBlocks;
        for (AttentionTiles tiles : attention.values()) {
            first = Math.max(first, tiles.buffers() * tiles.chunk() * contextBlocks());
        }
        int second = rowTiles.size() * Math.max(mixedBlocks, innerBlocks);
        this.secondBase = first;
        int queries = queryTiles * headBlocks() + fill / 32;
        boolean apart = first + second + queries <= activationCapacity;
        this.queryBase = first + (apart ? second : rowTiles.size() * mixedBlocks);
        this.activationBlocks = Math.max(first + second, queryBase + queries);
        require(
                activationBlocks <= activationCapacity,
                "activation",
                activationBlocks + " blocks per row, has " + activationCapacity);
        require(vectorWords() <= spec.vectorWords(), "vector", vectorWords() + " words, has " + spec.vectorWords());
        this.maskBase = layout.network().rotates() ? tokens * headSize / lanes : 0;
        this.capBase = maskBase + (layout.masks().isPresent() ? tokens * scoreWords() : 0);
        this.ringBase = capBase + CapStep.constants(layout.network()).size() * capWords();
        this.loadSlotWords = loadSlotWords();
        int slotWords = loadSlotWords + leastResultWords();
        this.loadSlots = ringBase + LOAD_SLOTS * slotWords <= spec.loadWords() ? LOAD_SLOTS : LEAST_LOAD_SLOTS;
        require(
                ringBase + loadSlots * slotWords <= spec.loadWords(),
                "load",
                ringBase + loadSlots * slotWords + " words, has " + spec.loadWords());
        this.resultSlotWords = (spec.loadWords() - resultBase()) / loadSlots;
        require(
                FusedKind.PRODUCTS.stream().noneMatch(this::inMemory) || tokens <= layout.pimRows(),
                "operands of memory that computes",
                tokens + " operands, has " + layout.pimRows());
        this.storeSlotBytes = storeSlotBytes();
        this.storeSlots = Math.min(STORE_SLOTS, spec.storeWords() * 4 * lanes / storeSlotBytes);
        require(storeSlots >= 1, "store", storeSlotBytes + " bytes, has " + spec.storeWords() * 4 * lanes);
        require(
                layout.slots() >= 2,
                "weight",
                "two slots of " + layout.slotUnits() + " units, has " + spec.weightUnits());
    }

    /** Whether memory computes an operator: attention only of steps of one token. */
    boolean inMemory(FusedKind operator) {
        return options.inMemory().contains(operator)
                && (operator != FusedKind.ATTENTION || (tokens == 1 && layout.attentionInMemory()));
    }

    /** Whether keys and values are also written to memory that computes, where attention of single tokens reads them. */
    boolean keysInMemory() {
        return options.inMemory().contains(FusedKind.ATTENTION) && layout.attentionInMemory();
    }

    /** Heads of an output group of attention in memory. */
    int attentionGroupHeads(Network.Layer layer) {
        return Math.min(layer.heads(), Math.min(resultSlotWords / headWords(), MAX_ROW_ELEMENTS / headSize));
    }

    /** Query heads that leave for memory together. */
    int queryHeadsPerStore(Network.Layer layer) {
        return Math.min(layer.group(), Math.min(255, storeSlotElements(1) / headSize));
    }

    /** First word of the ring of results in the load buffer. */
    int resultBase() {
        return ringBase + loadSlots * loadSlotWords;
    }

    /** Words that the smallest output group of a product in memory takes. */
    private int leastResultWords() {
        int tile = tileColumns() / lanes;
        int least = inMemory(FusedKind.OUTPUT_ADD) || inMemory(FusedKind.DOWN_ADD) ? tokens * tile : 0;
        least = inMemory(FusedKind.ATTENTION) ? Math.max(least, headWords()) : least;
        if (inMemory(FusedKind.GATE_UP)) {
            least = Math.max(least, 2 * tokens * fillTiles() * tile);
        }
        if (inMemory(FusedKind.QKV)) {
            least = Math.max(least, tokens * largest(layer -> QkvKernel.slotColumns(this, layer)) / lanes);
        }
        return inMemory(FusedKind.HEAD)
                ? Math.max(least, headGroupTiles() * layout.head().tileColumns() / lanes)
                : least;
    }

    /** Bytes of a slot of the store buffer; operands for memory leave in pieces as large as four slots allow. */
    private int storeSlotBytes() {
        int word = 4 * lanes;
        int needed = Math.max(
                tokens * headSize + 2 * tokens * headBlocks(),
                headGroupTiles() * layout.head().tileColumns() * 4);
        if (FusedKind.PLACED.stream().anyMatch(this::inMemory)) {
            needed = Math.max(needed, Math.max(tokens, spec.storeWords() / STORE_SLOTS) * word);
        }
        if (inMemory(FusedKind.ATTENTION)) {
            needed = Math.max(needed, 4 * headSize);
        }
        return roundUp(needed, word);
    }

    /** Elements of each of some rows that a slot of the store buffer holds: whole words. */
    int storeSlotElements(int rows) {
        return Math.min(storeSlotBytes / (4 * rows), MAX_ROW_ELEMENTS) / lanes * lanes;
    }

    /** Whether attention results stay in the vector buffer. */
    boolean mixedInVector(Network.Layer layer) {
        return layer.output().before() != null || inMemory(FusedKind.OUTPUT_ADD);
    }

    /** Whether gated activations stay in the vector buffer. */
    boolean innerInVector(Network.Layer layer) {
        return layer.down().before() != null || inMemory(FusedKind.DOWN_ADD);
    }

    private int largest(ToIntFunction<Network.Layer> size) {
        return shapes.stream().mapToInt(size).max().orElseThrow();
    }

    private void require(boolean fits, String buffer, String needed) {
        if (!fits) {
            throw new CompileException(
                    "a step of " + tokens + " tokens of " + layout.network().name()
                            + " with context " + layout.context() + " does not fit buffer '" + buffer + "' of "
                            + spec.name() + ": it needs " + needed
                            + "; use fewer tokens, a shorter context or larger hardware");
        }
    }

    /** How the attention of a group's layers is cut. */
    private AttentionTiles attention(Network.Layer layer) {
        int rows = spec.array().rows();
        List<Integer> tiles = AttentionTiles.rows(layer.group(), tokens, rowTiles, rows);
        int chunk = chunk(tiles);
        int layerTiles = AttentionTiles.queryTiles(layer, tokens, rowTiles, rows);
        return new AttentionTiles(tiles, layerTiles, chunk, chunkBuffers(tiles, chunk));
    }

    /** Row tiles that share a pass over keys and values. */
    private int chunk(List<Integer> tiles) {
        int slotsPerTile = columnTilesPerPass();
        int most = Math.min(Math.min(tiles.size(), options.attentionTiles()), attentionSlots() / slotsPerTile);
        int perTile = tiles.getFirst() * (scoreWords() + valueWords());
        int fitting = Math.min(spec.outputWords() / perTile, Math.max(1, freeBlocks() / contextBlocks()));
        if (Math.min(most, fitting) >= tiles.size()) {
            return tiles.size();
        }
        require(fitting >= 1, "output", perTile + " words for scores, has " + spec.outputWords());
        return Math.max(1, Math.min(most, fitting / 2));
    }

    private int chunkBuffers(List<Integer> tiles, int chunk) {
        if (chunk >= tiles.size()) {
            return 1;
        }
        int perTile = tiles.getFirst() * (scoreWords() + valueWords());
        return 2 * chunk * perTile <= spec.outputWords() && 2 * chunk * contextBlocks() <= freeBlocks() ? 2 : 1;
    }

    /** Blocks of the activation buffer beside those of attention results, gated activations and queries. */
    private int freeBlocks() {
        return activationCapacity - rowTiles.size() * Math.max(mixedBlocks, innerBlocks) - queryTiles * headBlocks();
    }

    /** Accumulator slots that attention uses. */
    int attentionSlots() {
        return Math.min(spec.array().accumulatorSlots(), options.attentionSlots());
    }

    /** Column tiles of a head. */
    int columnTiles() {
        return divUp(headSize, tileColumns());
    }

    /** Column tiles of the values that one pass accumulates; all of a head if the accumulators hold them. */
    int columnTilesPerPass() {
        int fitting = layout.slotUnits() * 16 / valueTokens();
        return Math.min(columnTiles(), Math.min(attentionSlots(), fitting));
    }

    /** Keys that share a tile: a power of two of which the scales are whole beats, and scores whole words. */
    int keyColumns() {
        int least = Math.max(lanes, spec.port().beatBytes() / 2);
        return Math.clamp(Integer.highestOneBit(options.keyColumns()), least, tileColumns());
    }

    private int loadSlotWords() {
        Network network = layout.network();
        int widest = Math.max(Math.toIntExact(ModelLayout.vectorBytes(network.width())), 2 * layout.context());
        widest = Math.max(widest, largest(this::layerSlotBytes));
        if (network.outputNorm().bias() != null) {
            widest = Math.max(widest, 2 * vectorBytes(network.width()));
        }
        if (network.embeddingScale() != 1) {
            widest = Math.max(widest, vectorBytes(network.width()));
        }
        if (network.logitScale() != 1) {
            widest = Math.max(
                    widest, vectorBytes(headGroupTiles() * layout.head().tileColumns()));
        }
        int words = divUp(widest, 4 * lanes);
        return Math.max(words, embeddingWords());
    }

    /** Bytes of the largest slot that a layer loads vectors into, besides the weights of norms of the stream. */
    private int layerSlotBytes(Network.Layer layer) {
        int heads = layer.query().bias() == null ? 0 : vectorBytes(layer.headElements());
        heads += layer.queryNorm() == null ? 0 : 2 * vectorBytes(headSize);
        int norm = layer.norm().bias() == null
                ? 0
                : 2 * vectorBytes(layout.network().width());
        int inner = layer.up().bias() == null ? 0 : vectorBytes(layer.inner());
        inner += FunctionStep.constants(layer.function()).size() * vectorBytes(groupElements());
        int added = Math.max(
                addedSlotBytes(layer.output(), layer.heads() * headSize), addedSlotBytes(layer.down(), layer.inner()));
        return Math.max(Math.max(heads, norm), Math.max(inner, added));
    }

    private int addedSlotBytes(Network.Addition addition, int operand) {
        int before = addition.before() == null ? 0 : vectorBytes(operand);
        int vectors = addition.projection().bias() == null
                ? 0
                : vectorBytes(layout.network().width());
        vectors += addition.scale() == 1 ? 0 : vectorBytes(groupElements());
        return Math.max(before, vectors);
    }

    /** Bytes of whole words that a vector takes in a slot. */
    private int vectorBytes(int elements) {
        return roundUp(Math.toIntExact(ModelLayout.vectorBytes(elements)), 4 * lanes);
    }

    /** Columns that an output group of a layer's product has at most. */
    int groupElements() {
        return Math.max(options.groupTiles(), fillTiles()) * tileColumns();
    }

    /** Tiles whose columns are whole blocks, and whole fills of a quantized row. */
    int fillTiles() {
        return Math.max(1, spec.activationFill() / tileColumns());
    }

    /** Words of a load slot that holds an embedding row: per piece codes, then scales. */
    int embeddingWords() {
        int words = 0;
        for (WeightStream.Run run : layout.table().runs()) {
            words += run.count() * (codeWords(run.blocks()) + scaleWords(run.blocks()));
        }
        return words;
    }

    int codeWords(int blocks) {
        return divUp(blocks * 4 * layout.table().format().bits(), 4 * lanes);
    }

    int scaleWords(int blocks) {
        return divUp(2 * blocks, 4 * lanes);
    }

    static int divUp(int a, int b) {
        return (a + b - 1) / b;
    }

    static int roundUp(int a, int b) {
        return divUp(a, b) * b;
    }

    int tokens() {
        return tokens;
    }

    /** Rows of each row tile. */
    List<Integer> rowTiles() {
        return rowTiles;
    }

    int lanes() {
        return lanes;
    }

    int tileColumns() {
        return spec.array().columns();
    }

    int headSize() {
        return headSize;
    }

    int headBlocks() {
        return headSize / 32;
    }

    int headWords() {
        return headSize / lanes;
    }

    /** Words of a row of the residual stream, which starts at word 0 of the vector buffer. */
    int widthWords() {
        return roundUp(layout.network().width(), 32) / lanes;
    }

    /** First word of the temporaries, which a kernel has for itself. */
    int temporary() {
        return tokens * widthWords();
    }

    private int vectorWords() {
        int head = layout.network().logitCap() == 0
                ? 0
                : CapStep.TEMPORARIES * divUp(headGroupTiles() * layout.head().tileColumns(), lanes);
        return temporary() + Math.max(largest(this::temporaryWords), head);
    }

    /** Words of the temporaries of a layer's kernels. */
    private int temporaryWords(Network.Layer layer) {
        boolean separate = layer.query().bias() != null || layer.queryNorm() != null;
        int heads = separate ? Math.max(tokens, layer.group()) * headWords() : 0;
        int norms = layer.norm().bias() == null && !inMemory(FusedKind.QKV) && !inMemory(FusedKind.GATE_UP)
                ? 0
                : tokens * widthWords();
        norms = inMemory(FusedKind.HEAD) ? Math.max(norms, widthWords()) : norms;
        int mixed = mixedInVector(layer) ? tokens * mixedWords(layer) : 0;
        if (layer.window() > 0 || layer.softCap() != 0) {
            mixed += Objects.requireNonNull(attention.get(layer)).rows().getFirst() * scoreWords();
        }
        if (layer.softCap() != 0) {
            mixed += CapStep.TEMPORARIES
                    * Objects.requireNonNull(attention.get(layer)).rows().getFirst()
                    * keyColumns()
                    / lanes;
        }
        int added = Math.max(addedWords(layer.output()), addedWords(layer.down()));
        return Math.max(Math.max(heads, norms), Math.max(mixed, Math.max(innerTemporaryWords(layer), added)));
    }

    private int addedWords(Network.Addition addition) {
        if (addition.isPlain()) {
            return 0;
        }
        return tokens * (addition.after() == null ? groupElements() / lanes : widthWords());
    }

    /** First word of a row tile's masked scores, behind attention results that are normed. */
    int scoreTemporary(Network.Layer layer) {
        return temporary() + (mixedInVector(layer) ? tokens * mixedWords(layer) : 0);
    }

    /** First word in the load buffer of the rows of constants that soft caps need. */
    int capBase() {
        return capBase;
    }

    /** Elements of such a row: as many as are capped at once. */
    int capElements() {
        return Math.max(keyColumns(), headGroupTiles() * layout.head().tileColumns());
    }

    /** Words of such a row. */
    int capWords() {
        return vectorBytes(capElements()) / (4 * lanes);
    }

    /** First word of the masks of windows in the load buffer, one per token. */
    int maskBase() {
        return maskBase;
    }

    /** Gated activations that are normed, then what the function needs. */
    private int innerTemporaryWords(Network.Layer layer) {
        int inner = innerInVector(layer) ? tokens * innerWords(layer) : 0;
        return inner + FunctionStep.temporaries(layer.function()) * tokens * groupElements() / lanes;
    }

    /** First word of what the function of the feed-forward layer needs. */
    int functionTemporary(Network.Layer layer) {
        return temporary() + (innerInVector(layer) ? tokens * innerWords(layer) : 0);
    }

    /** Words of a row of attention results in the vector buffer, where they are normed or leave from. */
    int mixedWords(Network.Layer layer) {
        return layer.heads() * headWords();
    }

    /** Words of a row of gated activations in the vector buffer, where they are normed or leave from. */
    int innerWords(Network.Layer layer) {
        return roundUp(layer.inner(), 32) / lanes;
    }

    /** Blocks of a row tile of normed activations; region at block 0. */
    int widthBlocks() {
        return widthBlocks;
    }

    /** Blocks of a row tile of attention results; region at {@link #secondBase}. */
    int mixedBlocks() {
        return mixedBlocks;
    }

    /** Blocks of a row tile of gated activations; region at {@link #secondBase}. */
    int innerBlocks() {
        return innerBlocks;
    }

    int secondBase() {
        return secondBase;
    }

    /** Quantized queries: per row tile of each KV head, {@link #headBlocks} blocks. */
    int queryBase() {
        return queryBase;
    }

    /** Highest block used. */
    int activationPeak() {
        return activationBlocks;
    }

    /** How the attention of a group's layers is cut. */
    AttentionTiles attention(ModelLayout.LayerGroup group) {
        return Objects.requireNonNull(attention.get(group.layer()));
    }

    /** Blocks of a row of probabilities; region at block 0. */
    int contextBlocks() {
        return layout.context() / 32;
    }

    /** Words of a row of scores. */
    int scoreWords() {
        return layout.context() / lanes;
    }

    /** Words of a row of head outputs in the output buffer. */
    int valueWords() {
        return roundUp(headSize, tileColumns()) / lanes;
    }

    /** Tokens of one value piece. */
    int valueTokens() {
        return spec.headGroup();
    }

    /** Tiles of an output group of the given smallest unit, {@code parts} groups wide side by side. */
    int groupTiles(FusedKind operator, int unitTiles, int parts, int rows, int total) {
        int perUnit = parts * rows * unitTiles * tileColumns() / lanes;
        int fit = inMemory(operator)
                ? Math.min(resultSlotWords / perUnit, MAX_ROW_ELEMENTS / (unitTiles * tileColumns()))
                : spec.outputWords() / (2 * perUnit);
        require(fit >= 1, "output", 2 * perUnit + " words for two output groups, has " + spec.outputWords());
        int wanted = Math.max(1, options.groupTiles() / unitTiles);
        return Math.min(Math.min(fit, wanted) * unitTiles, roundUp(total, unitTiles));
    }

    /** Tiles per group of logits. */
    int headGroupTiles() {
        int bytes = spec.storeWords() * 4 * lanes / 2;
        int byStore = Math.max(1, bytes / (layout.head().tileColumns() * 4));
        return Math.min(Math.min(byStore, 2 * options.groupTiles()), groupTilesForOneRow());
    }

    private int groupTilesForOneRow() {
        if (inMemory(FusedKind.HEAD)) {
            int elements = Math.min(spec.loadWords() / 8 * lanes, MAX_ROW_ELEMENTS);
            return Math.max(1, elements / layout.head().tileColumns());
        }
        return Math.max(1, spec.outputWords() * lanes / (2 * layout.head().tileColumns()));
    }

    Ring weightRing() {
        return new Ring("weights", 0, layout.slotUnits(), layout.slots());
    }

    Ring loadRing() {
        return new Ring("load", ringBase, loadSlotWords, loadSlots);
    }

    /** The store ring in bytes divided by {@code unit}. */
    Ring storeRing(String name, int unit) {
        return new Ring(name, 0, storeSlotBytes / unit, storeSlots);
    }

    int storeSlots() {
        return storeSlots;
    }

    /** Peak bytes of all scratchpads together. */
    long peakBytes() {
        return (long) activationBlocks * 32 * spec.array().rows()
                + (long) vectorWords() * 4 * lanes
                + (long) layout.slots() * layout.slotUnits() * 16 * spec.array().columns()
                + (ringBase + (long) loadSlots * loadSlotWords) * 4 * lanes
                + (long) storeSlots * storeSlotBytes
                + (long) spec.outputWords() * 4 * lanes;
    }
}
