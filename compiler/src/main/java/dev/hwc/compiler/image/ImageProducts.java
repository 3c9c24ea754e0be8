package dev.hwc.compiler.image;

import dev.hwc.compiler.lower.ModelLayout;
import dev.hwc.compiler.lower.WeightStream;
import dev.hwc.ir.IrException;
import dev.hwc.ir.device.PimAttention;
import dev.hwc.ir.device.PimProduct;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.ir.tensor.FusedKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What stands in the window of memory that computes, and where its weights come from: out of the packed
 * ones in window 0, which hold every code and scale (docs/spec/image.md §4).
 *
 * @param products by their offset in window 4
 * @param attention of the layers, by offset; none where memory cannot compute it
 */
public record ImageProducts(List<Product> products, List<PimAttention> attention) {
    private static final int MAX_PRODUCTS = 8192;
    private static final int MAX_PARTS = 8;
    private static final int MAX_ELEMENTS = 1 << 24;
    private static final int MAX_ROWS = 255;
    private static final int MAX_HEADS = 1024;
    private static final int MAX_TILE_COLUMNS = 128;

    /**
     * A product; its fields are those of {@link PimProduct}.
     *
     * @param operator the kernel of a layer that it is
     */
    public record Product(String operator, long offset, int inputs, int rows, int kernels, List<Part> parts) {
        public Product {
            parts = List.copyOf(parts);
            require(FusedKind.named(operator).isPresent(), "operator '" + operator + "' is unknown");
            range("offset", offset, 0, (1L << 40) - 1);
            requireLines("offset", offset);
            range("inputs", inputs, 1, MAX_ELEMENTS);
            range("rows", rows, 1, MAX_ROWS);
            require(PimProduct.KERNELS.contains(kernels), "kernels is " + kernels + ", allowed are 1, 2, 4");
            range("number of parts", parts.size(), 1, MAX_PARTS);
            for (Part part : parts) {
                require(
                        part.blocks() >= Math.ceilDiv(inputs, 32),
                        "weight " + part.weight() + " has " + part.blocks() + " blocks, the product " + inputs
                                + " inputs");
            }
        }

        PimProduct inWindow() {
            List<PimProduct.Part> matrices = parts.stream()
                    .map(part -> new PimProduct.Part(part.outputs(), part.blockFormat()))
                    .toList();
            return new PimProduct(offset, inputs, matrices, rows, kernels);
        }
    }

    /**
     * A matrix of a product, and its packed copy.
     *
     * @param weight its name in the model
     * @param format of the codes, {@link BlockMatrix.Format#text}
     * @param outputs columns of the packed copy, with padding
     * @param offset of the packed copy in window 0
     * @param tileColumns outputs of a tile
     * @param pieces how the inner dimension is cut: pairs of blocks and number of such pieces
     */
    public record Part(
            String weight, String format, int outputs, long offset, int tileColumns, List<List<Integer>> pieces) {
        public Part {
            pieces = pieces.stream().map(List::copyOf).toList();
            require(
                    BlockMatrix.Format.named(format).isPresent(),
                    "format '" + format + "' is unknown, allowed are " + BlockMatrix.Format.names());
            range("outputs", outputs, 4, MAX_ELEMENTS);
            require(outputs % 4 == 0, "outputs is " + outputs + ", allowed are multiples of 4");
            range("offset of the weights", offset, 0, (1L << 40) - 1);
            range("tileColumns", tileColumns, 1, MAX_TILE_COLUMNS);
            range("number of piece sizes", pieces.size(), 1, 2);
            for (List<Integer> run : pieces) {
                require(run.size() == 2, "pieces " + run + " are not [blocks, count]");
                range("blocks of a piece", run.get(0), 1, MAX_ELEMENTS / 32);
                range("number of pieces", run.get(1), 1, MAX_ELEMENTS / 32);
            }
            long blocks = pieces.stream()
                    .mapToLong(run -> (long) run.get(0) * run.get(1))
                    .sum();
            range("blocks of weight " + weight, blocks, 1, MAX_ELEMENTS / 32);
        }

        BlockMatrix.Format blockFormat() {
            return BlockMatrix.Format.named(format).orElseThrow();
        }

        /** Blocks in memory. */
        int blocks() {
            return pieces.stream().mapToInt(run -> run.get(0) * run.get(1)).sum();
        }

        /** Where the packed copy ends. */
        long end() {
            return offset + stream(1, 0).recordBytes(blocks(), outputs);
        }

        /** How the packed copy lies in memory. */
        WeightStream stream(int inputs) {
            return stream(inputs, outputs);
        }

        private WeightStream stream(int inputs, int columns) {
            List<WeightStream.Run> runs = pieces.stream()
                    .map(run -> new WeightStream.Run(run.get(0), run.get(1)))
                    .toList();
            return new WeightStream(
                    weight,
                    blockFormat(),
                    IntStream.range(0, columns).toArray(),
                    Math.ceilDiv(inputs, 32),
                    blocks(),
                    runs,
                    tileColumns);
        }
    }

    private static void check(PimAttention a) {
        range("offset of attention", a.offset(), 0, (1L << 40) - 1);
        requireLines("offset of attention", a.offset());
        range("heads", a.heads(), 1, MAX_HEADS);
        range("kvHeads", a.kvHeads(), 1, a.heads());
        require(
                a.heads() % a.kvHeads() == 0,
                a.heads() + " heads are not whole groups of " + a.kvHeads() + " KV heads");
        range("headSize", a.headSize(), 32, PimAttention.MOST_HEAD_SIZE);
        require(a.headSize() % 32 == 0, "headSize is " + a.headSize() + ", allowed are multiples of 32");
        range("tokens of attention", a.tokens(), 1, MAX_ELEMENTS);
        range("rowBytes", a.rowBytes(), PimAttention.rowBytes(a.heads(), a.kvHeads(), a.headSize()), 1L << 32);
        requireLines("rowBytes", a.rowBytes());
        require(Float.isFinite(a.scale()), "scale is " + a.scale() + ", allowed are finite numbers");
        range("window", a.window(), 0, MAX_ELEMENTS);
        require(
                PimProduct.KERNELS.contains(a.kernels()),
                "kernels of attention is " + a.kernels() + ", allowed are 1, 2, 4");
    }

    private static void requireLines(String what, long bytes) {
        require(bytes % PimProduct.LINE == 0, what + " is " + bytes + ", allowed are multiples of 64");
    }

    /** A piece of window 4. */
    private record Extent(long offset, long bytes) {}

    public ImageProducts {
        products = List.copyOf(products);
        attention = List.copyOf(attention);
        range("number of products", products.size(), 1, MAX_PRODUCTS);
        range("number of layers with attention", attention.size(), 0, MAX_PRODUCTS);
        attention.forEach(ImageProducts::check);
        requireOrder(products.stream().map(Product::offset).toList());
        requireOrder(attention.stream().map(PimAttention::offset).toList());
        end(products, attention);
    }

    private static void requireOrder(List<Long> offsets) {
        for (int i = 1; i < offsets.size(); i++) {
            require(
                    offsets.get(i) > offsets.get(i - 1),
                    "offset " + offsets.get(i) + " does not lie behind the one before, " + offsets.get(i - 1));
        }
    }

    /** End of what stands in window 4, nothing of which may overlap. */
    private static long end(List<Product> products, List<PimAttention> attention) {
        List<Extent> extents = new ArrayList<>();
        products.stream().map(Product::inWindow).forEach(p -> extents.add(new Extent(p.offset(), p.bytes())));
        attention.forEach(a -> extents.add(new Extent(a.offset(), a.bytes())));
        extents.sort(Comparator.comparingLong(Extent::offset));
        long end = 0;
        for (Extent extent : extents) {
            require(
                    extent.offset() >= end,
                    "what stands at offset " + extent.offset() + " begins before the end of the one before, " + end);
            end = extent.offset() + extent.bytes();
        }
        return end;
    }

    /** Those of a model whose hardware has memory that computes. */
    static ImageProducts of(ModelLayout layout) {
        return new ImageProducts(
                layout.pimProducts().stream().map(ImageProducts::product).toList(), layout.pimAttention());
    }

    private static Product product(ModelLayout.PlacedProduct placed) {
        PimProduct product = placed.product();
        List<Part> parts = IntStream.range(0, placed.streams().size())
                .mapToObj(i -> part(placed.streams().get(i), placed.offsets().get(i)))
                .toList();
        return new Product(
                placed.operator().text(), product.offset(), product.inputs(), product.rows(), product.kernels(), parts);
    }

    private static Part part(WeightStream stream, long offset) {
        return new Part(
                stream.parameter(),
                stream.format().text(),
                stream.columns().length,
                offset,
                stream.tileColumns(),
                stream.runs().stream()
                        .map(run -> List.of(run.blocks(), run.count()))
                        .toList());
    }

    /**
     * Checks that everything lies where there is room.
     *
     * @param windowBytes of window 4
     * @param weightBytes of window 0 that may hold weights
     * @throws IrException when it does not
     */
    void requireRoom(long windowBytes, long weightBytes) {
        range("end of the last product or attention in window 4", end(products, attention), 0, windowBytes);
        for (Product product : products) {
            for (Part part : product.parts()) {
                range("end of weight " + part.weight() + " in window 0", part.end(), 0, weightBytes);
            }
        }
    }

    /**
     * Checks that pieces are whole weight groups of a hardware.
     *
     * @throws IrException when they are not
     */
    void requireGroups(HardwareSpec hardware) {
        for (Product product : products) {
            for (Part part : product.parts()) {
                int group = hardware.weightGroup(part.blockFormat()) / 32;
                for (List<Integer> run : part.pieces()) {
                    require(
                            run.get(0) % group == 0,
                            "weight " + part.weight() + " has pieces of " + run.get(0) + " blocks; allowed on "
                                    + hardware.name() + " are multiples of " + group);
                }
            }
        }
    }

    /** What stands in window 4. */
    List<PimProduct> window() {
        return products.stream().map(Product::inWindow).collect(Collectors.toUnmodifiableList());
    }

    private static void range(String what, long value, long least, long most) {
        require(value >= least && value <= most, what + " is " + value + ", allowed " + least + ".." + most);
    }

    private static void require(boolean ok, String problem) {
        if (!ok) {
            throw new IrException("products: " + problem);
        }
    }
}
