package dev.hwc.sim.pim.window;

import dev.hwc.ir.device.PimAttention;
import dev.hwc.ir.device.PimProduct;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.ir.numerics.BlockProduct;
import dev.hwc.ir.numerics.NumericCounters;
import dev.hwc.ir.numerics.Quantize;
import dev.hwc.ir.numerics.ScaleFormat;
import dev.hwc.sim.memory.WindowData;
import dev.hwc.sim.pim.PimEngine;
import dev.hwc.sim.pim.PimException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The data of memory that computes: operands written, and the results of their products (W3) and of
 * attention (W13). A result is computed when it is first read.
 */
public final class PimWindow implements WindowData {
    /** The weights, from wherever they are kept. */
    public interface Weights {
        /** The matrix of a part, as many rows as it has outputs. */
        BlockMatrix matrix(int product, int part);
    }

    private record Row(int product, int row) {}

    private final Products products;
    private final Weights weights;
    private final Map<Row, ByteBuffer> operands = new HashMap<>();
    private final Map<Row, byte[]> results = new HashMap<>();
    private final Attentions attentions;
    private final List<AttentionData> layers = new ArrayList<>();
    private final NumericCounters counters = new NumericCounters();

    /** A window whose products and attention stand where these say. */
    public PimWindow(List<PimProduct> products, List<PimAttention> attention, Weights weights) {
        this.products = new Products(products);
        this.attentions = new Attentions(attention);
        attention.forEach(layer -> layers.add(new AttentionData(layer, counters)));
        this.weights = weights;
    }

    /** What N15 and N18 count, of all products so far. */
    public NumericCounters counters() {
        return counters;
    }

    @Override
    public void write(long address, byte[] source, int at, int bytes) {
        Optional<Attentions.Place> attended = attentions.at(address);
        if (attended.isPresent()) {
            Attentions.Place p = attended.get();
            layers.get(p.number()).write(p.position(), p.offset(), source, at, bytes);
            return;
        }
        Products.Place place = place(address, bytes);
        PimProduct product = products.get(place.product());
        if (place.result() || place.offset() + bytes > product.inputStride()) {
            throw new PimException("a write of " + bytes + " bytes at " + address
                    + " of the window of memory that computes is not within one row of operands");
        }
        Row row = new Row(place.product(), place.row());
        operands.computeIfAbsent(row, r -> zeros(product.inputStride())).put((int) place.offset(), source, at, bytes);
        results.remove(row);
    }

    @Override
    public void read(long address, byte[] target, int at, int bytes) {
        Optional<Attentions.Place> attended = attentions.at(address);
        if (attended.isPresent()) {
            Attentions.Place p = attended.get();
            layers.get(p.number()).read(p.position(), p.offset(), target, at, bytes);
            return;
        }
        Products.Place place = place(address, bytes);
        PimProduct product = products.get(place.product());
        if (place.offset() + bytes > (place.result() ? product.outputStride() : product.inputStride())) {
            throw new PimException("a read of " + bytes + " bytes at " + address
                    + " of the window of memory that computes is not within one row of operands or results");
        }
        Row row = new Row(place.product(), place.row());
        if (!place.result()) {
            operands.computeIfAbsent(row, r -> zeros(product.inputStride()))
                    .get((int) place.offset(), target, at, bytes);
            return;
        }
        byte[] result = results.computeIfAbsent(row, this::compute);
        System.arraycopy(result, (int) place.offset(), target, at, bytes);
    }

    private Products.Place place(long address, int bytes) {
        return products.at(address)
                .orElseThrow(() -> new PimException(bytes + " bytes at " + address
                        + " of the window of memory that computes belong to no product"));
    }

    private static ByteBuffer zeros(long bytes) {
        return ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Quantizes the operand (N14, N15) and multiplies it with every part (P5 to P8). */
    private byte[] compute(Row row) {
        PimProduct product = products.get(row.product());
        ByteBuffer operand = operands.computeIfAbsent(row, r -> zeros(product.inputStride()));
        int blocks = Math.ceilDiv(product.inputs(), BlockProduct.BLOCK);
        float[] values = new float[blocks * BlockProduct.BLOCK];
        for (int i = 0; i < product.inputs(); i++) {
            values[i] = operand.getFloat(4 * i);
        }
        byte[] codes = new byte[values.length];
        short[] scales = new short[blocks];
        for (int b = 0; b < blocks; b++) {
            int from = b * BlockProduct.BLOCK;
            scales[b] = Quantize.group(values, from, BlockProduct.BLOCK, codes, from, ScaleFormat.BF16, counters);
        }
        ByteBuffer result = zeros(product.outputStride());
        for (int part = 0; part < product.parts().size(); part++) {
            for (float value : PimEngine.product(weights.matrix(row.product(), part), codes, scales, counters)) {
                result.putFloat(value);
            }
        }
        return result.array();
    }
}
