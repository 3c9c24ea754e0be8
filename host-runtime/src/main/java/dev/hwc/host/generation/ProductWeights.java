package dev.hwc.host.generation;

import dev.hwc.compiler.image.CompiledModel;
import dev.hwc.compiler.lower.ModelLayout;
import dev.hwc.ir.numerics.BlockMatrix;
import java.lang.ref.SoftReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The weights of memory that computes. They are read out of the packed ones when they are needed and kept
 * as long as there is room: both copies hold the same codes and scales.
 */
final class ProductWeights {
    private final CompiledModel compiled;
    private final List<ModelLayout.PlacedProduct> products;
    private final Map<Part, SoftReference<BlockMatrix>> known = new HashMap<>();

    private record Part(int product, int part) {}

    ProductWeights(CompiledModel compiled) {
        this.compiled = compiled;
        this.products = compiled.layout().pimProducts();
    }

    BlockMatrix matrix(int product, int part) {
        Part key = new Part(product, part);
        SoftReference<BlockMatrix> reference = known.get(key);
        BlockMatrix matrix = reference == null ? null : reference.get();
        if (matrix == null) {
            ModelLayout.PlacedProduct placed = products.get(product);
            matrix =
                    compiled.packed(placed.streams().get(part), placed.offsets().get(part));
            known.put(key, new SoftReference<>(matrix));
        }
        return matrix;
    }
}
