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
 * @param logitCap soft cap of the logits; 0 for none
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
        float logitScale,
        float logitCap) {

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

    /** Whether queries and keys rotate. */
    public boolean rotates() {
        return layers.getFirst().rotaryDims() > 0;
    }

    /** The numbers that rows are multiplied by, each once. */
    Set<Float> factors() {
        Set<Float> factors = new LinkedHashSet<>(List.of(embeddingScale, logitScale));
        layers.forEach(layer ->
                factors.addAll(List.of(layer.output().scale(), layer.down().scale())));
        factors.remove(1f);
        factors.addAll(CapStep.constants(this));
        layers.forEach(layer -> factors.addAll(FunctionStep.constants(layer.function())));
        return factors;
    }

    /** The same network with its first layers only. */
    public Network first(int count) {
        return withLayers(layers.subList(0, count));
    }

    /** The same network for texts of at most {@code context} tokens: windows that hold them all are none. */
    Network within(int context) {
        return withLayers(layers.stream()
                .map(layer -> layer.window() < context ? layer : layer.withWindow(0))
                .toList());
    }

    /** The largest window of a layer; 0 if there is none. */
    int window() {
        return layers.stream().mapToInt(Layer::window).max().orElse(0);
    }

    private Network withLayers(List<Layer> other) {
        return new Network(
                name, width, table, embeddingScale, positions, other, outputNorm, head, logitScale, logitCap);
    }

    /** An RMS norm, and the bias that is added to it. */
    public record Norm(Parameter weight, @Nullable Parameter bias, float epsilon) {}

    /** The function of a feed-forward layer's gate; without a gate, of its up projection. */
    public enum Gate {
        SILU,
        GELU,
        /** Without a gate. */
        RELU,
        /** With a gate. */
        SQUARED_RELU
    }

    /** A product with a weight, and the bias that is added to it. */
    public record Projection(Parameter weight, @Nullable Parameter bias) {}

    /**
     * What a part of a layer adds to the residual stream.
     *
     * @param before norm of the operand, or absent
     * @param scale factor of the product; 1 for none
     * @param after norm of the scaled product, or absent
     */
    public record Addition(
            @Nullable Norm before,
            Projection projection,
            float scale,
            @Nullable Norm after) {
        boolean sameShape(Addition other) {
            return same(before, other.before)
                    && same(projection, other.projection)
                    && scale == other.scale
                    && same(after, other.after);
        }

        /** Whether the product alone is added. */
        boolean isPlain() {
            return projection.bias() == null && scale == 1 && after == null;
        }
    }

    /**
     * One layer.
     *
     * @param queryNorm norm of each query head, or absent
     * @param keyNorm norm of each key head, or absent
     * @param headSize padded elements per head
     * @param rotaryDims elements that rotate; 0 for none
     * @param frequencyFactors per rotated pair, or absent
     * @param scale of the scores
     * @param softCap of the scores; 0 for none
     * @param window tokens that attention sees; 0 for all
     * @param gate absent in a feed-forward layer without gate
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
            float softCap,
            int window,
            Addition output,
            Norm feedForwardNorm,
            Gate function,
            @Nullable Projection gate,
            Projection up,
            Addition down) {

        /** Query heads that share a KV head. */
        public int group() {
            return heads / kvHeads;
        }

        /** The same layer with another window. */
        Layer withWindow(int tokens) {
            return new Layer(
                    index,
                    norm,
                    query,
                    key,
                    value,
                    queryNorm,
                    keyNorm,
                    heads,
                    kvHeads,
                    headSize,
                    rotaryDims,
                    ropeBase,
                    frequencyFactors,
                    scale,
                    softCap,
                    tokens,
                    output,
                    feedForwardNorm,
                    function,
                    gate,
                    up,
                    down);
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
                    && softCap == other.softCap
                    && window == other.window
                    && output.sameShape(other.output)
                    && same(feedForwardNorm, other.feedForwardNorm)
                    && function == other.function
                    && same(gate, other.gate)
                    && same(up, other.up)
                    && down.sameShape(other.down);
        }
    }

    private static boolean same(@Nullable Norm a, @Nullable Norm b) {
        return a == null || b == null
                ? (a == null) == (b == null)
                : a.epsilon() == b.epsilon() && (a.bias() == null) == (b.bias() == null);
    }

    private static boolean same(@Nullable Projection a, @Nullable Projection b) {
        if (a == null || b == null) {
            return (a == null) == (b == null);
        }
        return same(a.weight(), b.weight()) && (a.bias() == null) == (b.bias() == null);
    }

    private static boolean same(Parameter a, Parameter b) {
        return a.shape().equals(b.shape()) && HardwareWeights.format(a.type()) == HardwareWeights.format(b.type());
    }
}
