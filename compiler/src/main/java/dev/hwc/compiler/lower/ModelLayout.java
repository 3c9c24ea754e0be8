package dev.hwc.compiler.lower;

import dev.hwc.compiler.CompileException;
import dev.hwc.ir.device.PimAttention;
import dev.hwc.ir.device.PimProduct;
import dev.hwc.ir.format.model.HardwareWeights;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.ir.tensor.FusedKind;
import dev.hwc.ir.tensor.Parameter;
import dev.hwc.ir.tile.Expr;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Where everything stands in memory: weights (window 0), constants (window 1), KV cache (window 2),
 * input/output (window 3) and, where there is memory that computes, operands and results of its products
 * (window 4). Shared by all programs of a model.
 */
public final class ModelLayout {
    public static final int WEIGHTS = 0;
    public static final int CONSTANTS = 1;
    public static final int KV_CACHE = 2;
    public static final int IO = 3;

    private static final long LINE = 64;
    /**
     * What layers begin a multiple of apart: no burst crosses it (AXI4, A3.4.1), so the same loads of two layers are
     * cut into the same bursts.
     */
    private static final long PAGE = 4096;

    private static final List<FusedKind> LAYER_OPERATORS =
            List.of(FusedKind.QKV, FusedKind.OUTPUT_ADD, FusedKind.GATE_UP, FusedKind.DOWN_ADD);
    /** Operands of a step that memory can compute with. */
    private static final int PIM_ROWS = 32;

    /** Beats of a piece's codes: enough that starting a piece costs nothing, few enough for many pieces in a buffer. */
    private static final int PIECE_BEATS = 256;

    private final Network network;
    private final HardwareSpec spec;
    private final TilingOptions options;
    private final int context;
    private final List<LayerGroup> groups = new ArrayList<>();
    private final List<List<LayerGroup>> repeats = new ArrayList<>();
    private final Map<Float, Long> lines = new LinkedHashMap<>();
    private final WeightStream table;
    private final long tableOffset;
    private final WeightStream head;
    private final long headOffset;
    private final long weightBytes;
    private final long ropeOffset;
    private final long outputNormOffset;
    private final long positionOffset;
    private final Optional<WindowMasks> masks;
    private final long constantBytes;
    private final long kvBytes;
    private final Optional<PimProduct> pimHead;
    private final long pimBytes;

    /**
     * Streams of one layer with their offsets from the layer's start.
     *
     * @param gate absent in a feed-forward layer without gate
     */
    public record LayerStreams(
            WeightStream key,
            WeightStream value,
            WeightStream query,
            WeightStream output,
            @Nullable WeightStream gate,
            WeightStream up,
            WeightStream down) {
        /** All streams in the order of their use. */
        public List<WeightStream> all() {
            return gate == null
                    ? List.of(key, value, query, output, up, down)
                    : List.of(key, value, query, output, gate, up, down);
        }

        /** The matrices of a product, in the order of their results. */
        List<WeightStream> of(FusedKind operator) {
            return switch (operator) {
                case QKV -> List.of(key, value, query);
                case OUTPUT_ADD -> List.of(output);
                case GATE_UP -> gated();
                case DOWN_ADD -> List.of(down);
                case EMBED, ATTENTION, HEAD ->
                    throw new IllegalArgumentException(operator.text() + " is no product of a layer");
            };
        }

        /** What the function of the feed-forward layer reads: gate and up, or up alone. */
        List<WeightStream> gated() {
            return gate == null ? List.of(up) : List.of(gate, up);
        }

        long bytes() {
            return all().stream().mapToLong(WeightStream::bytes).sum();
        }

        /** Offset of a stream from the layer's start. */
        public long offset(WeightStream stream) {
            long offset = 0;
            for (WeightStream s : all()) {
                if (s == stream) {
                    return offset;
                }
                offset += s.bytes();
            }
            throw new IllegalArgumentException("stream " + stream.parameter() + " is not of this layer");
        }
    }

    /**
     * Layers of one shape: consecutive ones, or every {@code period}-th.
     *
     * @param period from one layer to the next
     * @param layers their descriptions
     * @param streams per layer
     * @param weightOffset of the first layer in window 0
     * @param weightStride from layer to layer
     * @param constantOffset of the first layer's norms and biases in window 1
     * @param constants places of these vectors, per layer
     * @param kvOffset of the first layer in window 2
     * @param kv geometry of one layer's cache
     * @param pim products of the first layer that memory can compute, in window 4
     * @param attention of the first layer there; absent where memory cannot compute it
     * @param pimStride from layer to layer
     */
    public record LayerGroup(
            int period,
            List<Network.Layer> layers,
            List<LayerStreams> streams,
            long weightOffset,
            long weightStride,
            long constantOffset,
            List<LayerConstants> constants,
            long kvOffset,
            KvLayout kv,
            Map<FusedKind, PimProduct> pim,
            Optional<PimAttention> attention,
            long pimStride) {
        /** A product of the first layer. */
        PimProduct pimProduct(FusedKind operator) {
            return Objects.requireNonNull(pim.get(operator));
        }

        /** Bytes of constants from layer to layer. */
        public long constantStride() {
            return period * pages(constants.getFirst().bytes());
        }

        /** Bytes of KV cache from layer to layer. */
        long kvStride() {
            return period * pages(kv.bytes());
        }

        /** The description of all layers, as far as they are alike. */
        Network.Layer layer() {
            return layers.getFirst();
        }

        /** Where a vector of {@link #layer} stands in window 1, in every layer of the loop. */
        Expr constant(Parameter parameter) {
            return Expr.loop(Kernels.LAYER, constantStride())
                    .plus(constantOffset + constants.getFirst().offset(parameter));
        }
    }

    /**
     * KV cache of one layer: per KV head, key codes [token][headSize], key scales [block][token], value
     * codes, value scales [token].
     */
    public record KvLayout(int kvHeads, int headSize, int tokens) {
        public int headBlocks() {
            return headSize / 32;
        }

        public long codesPerHead() {
            return (long) tokens * headSize;
        }

        public long keyScales() {
            return kvHeads * codesPerHead();
        }

        public long keyScalesPerHead() {
            return 2L * headBlocks() * tokens;
        }

        public long values() {
            return keyScales() + kvHeads * keyScalesPerHead();
        }

        public long valueScales() {
            return values() + kvHeads * codesPerHead();
        }

        public long valueScalesPerHead() {
            return 2L * tokens;
        }

        public long bytes() {
            return align(valueScales() + kvHeads * valueScalesPerHead());
        }
    }

    ModelLayout(Network model, HardwareSpec spec, int context, TilingOptions options) {
        this.spec = spec;
        this.options = options;
        int granule = tokenGranule();
        this.context = (context + granule - 1) / granule * granule;
        this.network = model.within(this.context);
        long weights = 0;
        long constants = network.rotates()
                ? (long) this.context * network.layers().getFirst().headSize() * 4
                : 0;
        this.ropeOffset = 0;
        long kv = 0;
        long pim = 0;
        for (LayerRuns.Run run : LayerRuns.of(network.layers())) {
            List<LayerGroup> repeat = new ArrayList<>();
            for (int member = 0; member < run.period(); member++) {
                LayerGroup group = group(run, member, weights, constants, kv, pim);
                repeat.add(group);
                weights += group.weightStride() / run.period();
                constants += group.constantStride() / run.period();
                kv += group.kvStride() / run.period();
                pim += group.pimStride() / run.period();
            }
            long more = run.layers().size() / run.period() - 1L;
            weights += more * repeat.getFirst().weightStride();
            constants += more * repeat.getFirst().constantStride();
            kv += more * repeat.getFirst().kvStride();
            pim += more * repeat.getFirst().pimStride();
            groups.addAll(repeat);
            repeats.add(List.copyOf(repeat));
        }
        this.head = vocabulary(network.head(), network.vocabulary(), network.tied());
        this.pimHead =
                spec.pim() == null ? Optional.empty() : Optional.of(product(pim, network.width(), List.of(head)));
        this.pimBytes = pim + pimHead.map(PimProduct::bytes).orElse(0L);
        this.headOffset = weights;
        weights += head.bytes();
        if (network.tied()) {
            this.table = head;
            this.tableOffset = headOffset;
        } else {
            this.table =
                    vocabulary(network.table(), Math.toIntExact(network.table().rows()), true);
            this.tableOffset = weights;
            weights += table.bytes();
        }
        if (table.bytes() >= 1L << 32) {
            throw new CompileException(
                    "the embedding table takes " + table.bytes() + " bytes; token offsets have 32 bits, at most 4 GiB");
        }
        this.weightBytes = align(weights);
        this.outputNormOffset = constants;
        constants += vectorBytes(network.width());
        if (network.outputNorm().bias() != null) {
            constants += vectorBytes(network.width());
        }
        this.positionOffset = constants;
        if (network.positions() != null) {
            requirePositions(network.positions(), context);
            constants += this.context * vectorBytes(network.width());
        }
        for (float value : network.factors()) {
            lines.put(value, constants);
            constants += LINE;
        }
        this.masks = network.window() == 0
                ? Optional.empty()
                : Optional.of(new WindowMasks(network.window(), this.context, constants));
        constants += masks.map(WindowMasks::bytes).orElse(0L);
        this.constantBytes = align(constants);
        this.kvBytes = kv;
    }

    private static void requirePositions(Parameter positions, int context) {
        if (positions.rows() < context) {
            throw new CompileException("a context of " + context + " tokens exceeds the " + positions.rows()
                    + " positions of " + positions.name() + "; use a shorter context");
        }
    }

    private LayerGroup group(LayerRuns.Run run, int member, long weights, long constants, long kv, long pim) {
        List<Network.Layer> layers = run.member(member);
        List<LayerStreams> streams = layers.stream().map(this::streams).toList();
        Network.Layer first = layers.getFirst();
        Map<FusedKind, PimProduct> products = spec.pim() == null ? Map.of() : products(pim, first, streams.getFirst());
        long bytes = products.values().stream().mapToLong(PimProduct::bytes).sum();
        Optional<PimAttention> attention =
                attentionInMemory() ? Optional.of(attention(pim + bytes, first)) : Optional.empty();
        return new LayerGroup(
                run.period(),
                layers,
                streams,
                weights,
                run.period() * pages(streams.getFirst().bytes()),
                constants,
                layers.stream().map(LayerConstants::new).toList(),
                kv,
                new KvLayout(first.kvHeads(), first.headSize(), context),
                products,
                attention,
                run.period() * pages(bytes + attention.map(PimAttention::bytes).orElse(0L)));
    }

    /** Whether memory can compute the attention of a step of one token. */
    public boolean attentionInMemory() {
        return spec.pim() != null && attentionObstacle().isEmpty();
    }

    /** Why memory cannot compute attention, if it cannot. */
    public Optional<String> attentionObstacle() {
        if (network.layers().stream().anyMatch(layer -> layer.softCap() != 0)) {
            return Optional.of("memory that computes has no soft caps of scores");
        }
        if (!options.memory().keys()) {
            return Optional.of("beside the weights memory that computes has no room for keys and values of " + context
                    + " tokens");
        }
        int head = network.layers().getFirst().headSize();
        return head <= PimAttention.MOST_HEAD_SIZE
                ? Optional.empty()
                : Optional.of("heads of " + head + " elements exceed the " + PimAttention.MOST_HEAD_SIZE
                        + " that units of memory hold");
    }

    /** Bytes from position to position in the attention of window 4: the same in all layers. */
    long attentionRowBytes() {
        return network.layers().stream()
                .mapToLong(l -> PimAttention.rowBytes(l.heads(), l.kvHeads(), l.headSize()))
                .max()
                .orElseThrow();
    }

    private PimAttention attention(long offset, Network.Layer layer) {
        return new PimAttention(
                offset,
                layer.heads(),
                layer.kvHeads(),
                layer.headSize(),
                context,
                attentionRowBytes(),
                layer.scale(),
                layer.window(),
                options.memory().kernels());
    }

    /** The products of a layer in window 4, from an offset on. */
    private Map<FusedKind, PimProduct> products(long offset, Network.Layer layer, LayerStreams streams) {
        Map<FusedKind, PimProduct> products = new EnumMap<>(FusedKind.class);
        long at = offset;
        for (FusedKind operator : LAYER_OPERATORS) {
            PimProduct product = product(at, inputs(layer, operator), streams.of(operator));
            products.put(operator, product);
            at += product.bytes();
        }
        return products;
    }

    private int inputs(Network.Layer layer, FusedKind operator) {
        return switch (operator) {
            case QKV, GATE_UP, HEAD -> network.width();
            case OUTPUT_ADD -> layer.heads() * layer.headSize();
            case DOWN_ADD -> layer.inner();
            case EMBED, ATTENTION -> throw new IllegalArgumentException(operator.text() + " is no product");
        };
    }

    private PimProduct product(long offset, int inputs, List<WeightStream> streams) {
        List<PimProduct.Part> parts = streams.stream()
                .map(stream -> new PimProduct.Part(stream.columns().length, stream.format()))
                .toList();
        return new PimProduct(offset, inputs, parts, PIM_ROWS, options.memory().kernels());
    }

    private LayerStreams streams(Network.Layer layer) {
        return new LayerStreams(
                stream(layer.key()),
                stream(layer.value()),
                stream(layer.query()),
                stream(layer.output().projection()),
                layer.gate() == null ? null : stream(layer.gate()),
                stream(layer.up()),
                stream(layer.down().projection()));
    }

    private WeightStream stream(Network.Projection projection) {
        Parameter weight = projection.weight();
        return stream(
                weight, identity(Math.toIntExact(weight.rows())), spec.array().columns(), false);
    }

    /** A matrix that is multiplied with one row only, and that may be a table besides. */
    private WeightStream vocabulary(Parameter weight, int rows, boolean table) {
        return stream(weight, identity(rows), narrowTile(HardwareWeights.format(weight.type())), table);
    }

    /**
     * Columns of a tile that is as narrow as possible while loading it takes longer than multiplying one
     * row with it: what drains after the last one is short then.
     */
    private int narrowTile(BlockMatrix.Format format) {
        int balanced = spec.port().beatBytes() * 8 / format.bits();
        return Math.min(spec.array().columns(), Math.max(spec.vectorLanes(), balanced));
    }

    private WeightStream stream(Parameter weight, int[] rows, int tileColumns, boolean wholeTiles) {
        BlockMatrix.Format format = HardwareWeights.format(weight.type());
        int most = Math.max(1, Math.min(format.blocksIn(spec.weightUnits() / 2), pieceBlocks(format)));
        return WeightStream.of(
                weight.name(),
                format,
                rows,
                weight.columns(),
                Math.min(options.pieceBlocks(), most),
                tileColumns,
                wholeTiles,
                spec);
    }

    /** Blocks of a piece that takes {@link #PIECE_BEATS} beats on the port, whatever the array is. */
    private int pieceBlocks(BlockMatrix.Format format) {
        return PIECE_BEATS
                * spec.port().beatBytes()
                / (4 * format.bits() * spec.array().columns());
    }

    private static int[] identity(int rows) {
        return IntStream.range(0, rows).toArray();
    }

    /** Tokens the KV cache is a multiple of: whole key tiles, value pieces and scale rows. */
    private int tokenGranule() {
        return Math.max(Math.max(spec.array().columns(), spec.activationFill()), scaleTokens());
    }

    /** Tokens whose value scales are loaded together: whole words of the load buffer. */
    int scaleTokens() {
        return Math.max(2 * spec.vectorLanes(), 64);
    }

    /**
     * Units of one slot of the weight buffer: the largest piece of a stream, a tile of keys or a piece of
     * values. It does not grow with the buffer: a larger buffer has more slots, so that more is loaded ahead.
     */
    int slotUnits() {
        int headBlocks = network.layers().getFirst().headSize() / 32;
        int units = 2 * Math.max(headBlocks, spec.headGroup() / 32);
        for (WeightStream stream : streams()) {
            units = Math.max(units, stream.format().units(stream.largestPiece()));
        }
        int granule = Math.max(2, spec.port().beatBytes() / 8);
        return (units + granule - 1) / granule * granule;
    }

    private List<WeightStream> streams() {
        List<WeightStream> streams = new ArrayList<>(List.of(head, table));
        groups.forEach(group -> group.streams().forEach(layer -> streams.addAll(layer.all())));
        return streams;
    }

    /** Slots of the weight buffer. */
    int slots() {
        return Math.min(spec.weightUnits() / slotUnits(), Math.min(options.weightSlots(), 64));
    }

    /** Bytes of a vector of fp32 in window 1. */
    public static long vectorBytes(int elements) {
        return align(4L * elements);
    }

    static long align(long bytes) {
        return (bytes + LINE - 1) / LINE * LINE;
    }

    private static long pages(long bytes) {
        return (bytes + PAGE - 1) / PAGE * PAGE;
    }

    public Network network() {
        return network;
    }

    public HardwareSpec spec() {
        return spec;
    }

    public TilingOptions options() {
        return options;
    }

    /** Tokens the KV cache holds. */
    public int context() {
        return context;
    }

    public List<LayerGroup> groups() {
        return groups;
    }

    /** The groups that share a loop over layers, in order of their layers. */
    List<List<LayerGroup>> repeats() {
        return repeats;
    }

    /** Masks of sliding windows, if a layer has one that is shorter than the context. */
    public Optional<WindowMasks> masks() {
        return masks;
    }

    public WeightStream table() {
        return table;
    }

    public long tableOffset() {
        return tableOffset;
    }

    public WeightStream head() {
        return head;
    }

    public long headOffset() {
        return headOffset;
    }

    /** Offset of the rotation table [context][headSize] of (cos, sin) pairs in window 1. */
    public long ropeOffset() {
        return ropeOffset;
    }

    /** Offset of the table of positions [context][width] in window 1, where the model has one. */
    public long positionOffset() {
        return positionOffset;
    }

    public long outputNormOffset() {
        return outputNormOffset;
    }

    /** The numbers that rows are multiplied by, with the offset in window 1 of a line of copies of each. */
    public Map<Float, Long> lines() {
        return Collections.unmodifiableMap(lines);
    }

    /** Offset in window 1 of a line of copies of a number. */
    long line(float value) {
        return Objects.requireNonNull(lines.get(value));
    }

    /** Copies of a number in a line. */
    public static int lineElements() {
        return (int) (LINE / 4);
    }

    public long weightBytes() {
        return weightBytes;
    }

    public long constantBytes() {
        return constantBytes;
    }

    public long kvBytes() {
        return kvBytes;
    }

    /** Operands of a step that memory can compute with, at most. */
    public int pimRows() {
        return PIM_ROWS;
    }

    /** The vocabulary projection in window 4. */
    PimProduct pimHead() {
        return pimHead.orElseThrow();
    }

    /** Bytes of window 4; 0 without memory that computes. */
    public long pimBytes() {
        return pimBytes;
    }

    /**
     * A product that memory can compute, with its weights.
     *
     * @param streams of its parts
     * @param offsets of these streams in window 0
     */
    public record PlacedProduct(
            FusedKind operator, PimProduct product, List<WeightStream> streams, List<Long> offsets) {
        public PlacedProduct {
            streams = List.copyOf(streams);
            offsets = List.copyOf(offsets);
        }
    }

    /** What stands in window 4, by offset; nothing without memory that computes. */
    public List<PimProduct> pimWindow() {
        return pimProducts().stream().map(PlacedProduct::product).toList();
    }

    /** The layers whose attention stands in window 4, by offset; none where memory cannot compute it. */
    public List<PimAttention> pimAttention() {
        List<PimAttention> layers = new ArrayList<>();
        for (LayerGroup group : groups) {
            group.attention().ifPresent(first -> {
                for (int l = 0; l < group.layers().size(); l++) {
                    layers.add(first.at(first.offset() + l * group.pimStride()));
                }
            });
        }
        layers.sort(Comparator.comparingLong(PimAttention::offset));
        return layers;
    }

    /** All products of window 4 with their weights, by their offset; none without memory that computes. */
    public List<PlacedProduct> pimProducts() {
        List<PlacedProduct> placed = new ArrayList<>();
        for (LayerGroup group : groups) {
            for (int l = 0; l < group.layers().size(); l++) {
                LayerStreams streams = group.streams().get(l);
                long weights = group.weightOffset() + l * group.weightStride();
                long pim = l * group.pimStride();
                group.pim().forEach((operator, product) -> {
                    List<WeightStream> parts = streams.of(operator);
                    placed.add(new PlacedProduct(
                            operator,
                            product.at(pim + product.offset()),
                            parts,
                            parts.stream()
                                    .map(part -> weights + streams.offset(part))
                                    .toList()));
                });
            }
        }
        pimHead.ifPresent(
                product -> placed.add(new PlacedProduct(FusedKind.HEAD, product, List.of(head), List.of(headOffset))));
        placed.sort(Comparator.comparingLong(p -> p.product().offset()));
        return placed;
    }

    /** Offset of the logits in window 3, behind the token table. */
    public long logitsOffset(int tokens) {
        return align(8L * tokens);
    }

    /** Bytes of window 3 for programs of at most this many tokens. */
    public long ioBytes(int tokens) {
        return logitsOffset(tokens) + align(4L * head.columns().length);
    }

    /** Offsets of a token's row in the embedding table: of its codes and of its scales. */
    public long[] tokenOffsets(int id) {
        int c = table.tileColumns();
        long tile = id / c * table.tileBytes();
        long column = id % c;
        return new long[] {tile + column * segmentBytes(table), tile + column * 2};
    }

    /** Bytes of one column that lie together in a record. */
    int segmentBytes(WeightStream stream) {
        return spec.weightGroup(stream.format()) * stream.format().bits() / 8;
    }
}
