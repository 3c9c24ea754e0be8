package dev.hwc.sim.pim.window;

import dev.hwc.ir.device.PimProduct;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The products of a window, by address. */
final class Products {
    /**
     * A row of operands or results.
     *
     * @param product its number
     * @param result whether it is a row of results
     * @param offset of the address from the row's start
     */
    record Place(int product, int row, boolean result, long offset) {}

    private final List<PimProduct> products;
    private final TreeMap<Long, Integer> byOffset = new TreeMap<>();

    Products(List<PimProduct> products) {
        this.products = List.copyOf(products);
        for (int i = 0; i < products.size(); i++) {
            byOffset.put(products.get(i).offset(), i);
        }
    }

    PimProduct get(int number) {
        return products.get(number);
    }

    int size() {
        return products.size();
    }

    /** What stands at an address; empty behind the last product. */
    Optional<Place> at(long address) {
        Map.Entry<Long, Integer> entry = byOffset.floorEntry(address);
        if (entry == null) {
            return Optional.empty();
        }
        PimProduct product = products.get(entry.getValue());
        long offset = address - product.offset();
        long results = product.rows() * product.inputStride();
        if (offset >= product.bytes()) {
            return Optional.empty();
        }
        if (offset < results) {
            int row = (int) (offset / product.inputStride());
            return Optional.of(new Place(entry.getValue(), row, false, offset % product.inputStride()));
        }
        int row = (int) ((offset - results) / product.outputStride());
        return Optional.of(new Place(entry.getValue(), row, true, (offset - results) % product.outputStride()));
    }
}
