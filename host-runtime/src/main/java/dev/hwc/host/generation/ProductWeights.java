package dev.hwc.host.generation;

import dev.hwc.compiler.image.ModelJobs;
import dev.hwc.ir.numerics.BlockMatrix;
import java.lang.ref.SoftReference;
import java.util.HashMap;
import java.util.Map;

/**
 * The weights of memory that computes. They are read out of the packed ones when they are needed and kept
 * as long as there is room: both copies hold the same codes and scales.
 */
final class ProductWeights {
    private final ModelJobs jobs;
    private final Map<Part, SoftReference<BlockMatrix>> known = new HashMap<>();

    private record Part(int product, int part) {}

    ProductWeights(ModelJobs jobs) {
        this.jobs = jobs;
    }

    BlockMatrix matrix(int product, int part) {
        Part key = new Part(product, part);
        SoftReference<BlockMatrix> reference = known.get(key);
        BlockMatrix matrix = reference == null ? null : reference.get();
        if (matrix == null) {
            matrix = jobs.productMatrix(product, part);
            known.put(key, new SoftReference<>(matrix));
        }
        return matrix;
    }
}
