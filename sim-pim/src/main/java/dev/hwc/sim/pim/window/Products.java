package dev.hwc.sim.pim.window;

import dev.hwc.ir.device.PimProduct;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

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
    /** Where they begin, ascending, and which they are. */
    private final long[] offsets;

    private final int[] numbers;

    Products(List<PimProduct> products) {
        this.products = List.copyOf(products);
        numbers = IntStream.range(0, products.size())
                .boxed()
                .sorted(Comparator.comparingLong(i -> products.get(i).offset()))
                .mapToInt(Integer::intValue)
                .toArray();
        offsets =
                Arrays.stream(numbers).mapToLong(i -> products.get(i).offset()).toArray();
    }

    PimProduct get(int number) {
        return products.get(number);
    }

    int size() {
        return products.size();
    }

    /** What stands at an address; empty behind the last product. */
    Optional<Place> at(long address) {
        int found = Arrays.binarySearch(offsets, address);
        int place = found < 0 ? -found - 2 : found;
        if (place < 0) {
            return Optional.empty();
        }
        int number = numbers[place];
        PimProduct product = products.get(number);
        long offset = address - product.offset();
        long results = product.rows() * product.inputStride();
        if (offset >= product.bytes()) {
            return Optional.empty();
        }
        if (offset < results) {
            int row = (int) (offset / product.inputStride());
            return Optional.of(new Place(number, row, false, offset % product.inputStride()));
        }
        int row = (int) ((offset - results) / product.outputStride());
        return Optional.of(new Place(number, row, true, (offset - results) % product.outputStride()));
    }
}
