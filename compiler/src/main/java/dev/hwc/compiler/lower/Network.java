package dev.hwc.compiler.lower;

import dev.hwc.ir.format.model.HardwareWeights;
import dev.hwc.ir.tensor.Parameter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A decoder-only transformer as the kernels need it, read from the fused tensor program.
 *
 * @param width elements of the residual stream
 * @param table embedding [vocabulary, width]
 * @param embeddingScale factor of embedded tokens; 1 for none
 * @param positions what is added per position [positions, width], or absent
 * @param outputNorm the last norm
 * @param head vocabulary projection [vocabulary, width]; the table itself when tied
 * @param logitScale factor of the logits; 1 for none
 */
public record Network(
        String name,
        int width,
        Parameter table,
        float embeddingScale,
        @Nullable Parameter positions,
        List<Layer> layers,
        Norm outputNorm,
        Parameter head,
        float logitScale) {

    public Network {
        layers = List.copyOf(layers);
    }

    /** Size of the vocabulary. */
    public int vocabulary() {
        return Math.toIntExact(head.rows());
    }

    /** Whether the head multiplies by the embedding table. */
    public boolean tied() {
        return head.name().equals(table.name());
    }

    /** The numbers that rows are multiplied by, each once. */
    Set<Float> factors() {
        Set<Float> factors = new LinkedHashSet<>(List.of(embeddingScale, logitScale));
        layers.forEach(layer ->
                factors.addAll(List.of(layer.output().scale(), layer.down().scale())));
        factors.remove(1f);
        return factors;
    }

    /** The same network with its first layers only. */
    public Network first(int count) {
        return new Network(
                name, width, table, embeddingScale, positions, layers.subList(0, count), outputNorm, head, logitScale);
    }

    /** An RMS norm. */
    public record Norm(Parameter weight, float epsilon) {}

    /** A product with a weight, and the bias that is added to it. */
    public record Projection(Parameter weight, @Nullable Parameter bias) {}

    /**
     * What a part of a layer adds to the residual stream.
     *
     * @param before norm of the operand, or absent
     * @param scale factor of the product; 1 for none
     */
    public record Addition(@Nullable Norm before, Projection projection, float scale) {
        boolean sameShape(Addition other) {
            return same(before, other.before) && same(projection, other.projection) && scale == other.scale;
        }
    }

    /**
     * One layer.
     *
     * @param queryNorm norm of each query head, or absent
     * @param keyNorm norm of each key head, or absent
     * @param headSize padded elements per head
     * @param rotaryDims elements that rotate
     * @param frequencyFactors per rotated pair, or absent
     * @param scale of the scores
     */
    public record Layer(
            int index,
            Norm norm,
            Projection query,
            Projection key,
            Projection value,
            @Nullable Norm queryNorm,
            @Nullable Norm keyNorm,
            int heads,
            int kvHeads,
            int headSize,
            int rotaryDims,
            float ropeBase,
            @Nullable Parameter frequencyFactors,
            float scale,
            Addition output,
            Norm feedForwardNorm,
            Projection gate,
            Projection up,
            Addition down) {

        /** Query heads that share a KV head. */
        public int group() {
            return heads / kvHeads;
        }

        /** Columns of keys, values and queries together. */
        int headElements() {
            return (heads + 2 * kvHeads) * headSize;
        }

        /** Columns of the feed-forward layer. */
        int inner() {
            return Math.toIntExact(up.weight().rows());
        }

        /**
         * Whether another layer has the same shapes and hardware formats, so that one loop serves both. The
         * storage types may differ, as they do in llama.cpp's mixtures.
         */
        public boolean sameShape(Layer other) {
            return same(norm, other.norm)
                    && same(query, other.query)
                    && same(key, other.key)
                    && same(value, other.value)
                    && same(queryNorm, other.queryNorm)
                    && same(keyNorm, other.keyNorm)
                    && heads == other.heads
                    && kvHeads == other.kvHeads
                    && headSize == other.headSize
                    && rotaryDims == other.rotaryDims
                    && ropeBase == other.ropeBase
                    && scale == other.scale
                    && output.sameShape(other.output)
                    && same(feedForwardNorm, other.feedForwardNorm)
                    && same(gate, other.gate)
                    && same(up, other.up)
                    && down.sameShape(other.down);
        }
    }

    private static boolean same(@Nullable Norm a, @Nullable Norm b) {
        return a == null || b == null ? (a == null) == (b == null) : a.epsilon() == b.epsilon();
    }

    private static boolean same(Projection a, Projection b) {
        return same(a.weight(), b.weight()) && (a.bias() == null) == (b.bias() == null);
    }

    private static boolean same(Parameter a, Parameter b) {
        return a.shape().equals(b.shape()) && HardwareWeights.format(a.type()) == HardwareWeights.format(b.type());
    }
}
