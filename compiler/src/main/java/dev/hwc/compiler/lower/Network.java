package dev.hwc.compiler.lower;

import dev.hwc.ir.format.model.HardwareWeights;
import dev.hwc.ir.tensor.Parameter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decoder-only transformer as the kernels need it, read from the fused tensor program.
 *
 * @param width elements of the residual stream
 * @param table embedding [vocabulary, width]
 * @param outputNorm weight of the last norm
 * @param head vocabulary projection [vocabulary, width]; the table itself when tied
 * @param epsilon of the last norm
 */
public record Network(
        String name,
        int width,
        Parameter table,
        List<Layer> layers,
        Parameter outputNorm,
        Parameter head,
        float epsilon) {

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

    /** Whether the layer has biases on q, k and v. */
    public boolean biased() {
        return layers.getFirst().queryBias() != null;
    }

    /**
     * One layer.
     *
     * @param headSize padded elements per head
     * @param rotaryDims elements that rotate
     * @param frequencyFactors per rotated pair, or absent
     * @param scale of the scores
     */
    public record Layer(
            int index,
            Parameter norm,
            float epsilon,
            Parameter query,
            @Nullable Parameter queryBias,
            Parameter key,
            @Nullable Parameter keyBias,
            Parameter value,
            @Nullable Parameter valueBias,
            int heads,
            int kvHeads,
            int headSize,
            int rotaryDims,
            float ropeBase,
            @Nullable Parameter frequencyFactors,
            float scale,
            Parameter output,
            Parameter feedForwardNorm,
            Parameter gate,
            Parameter up,
            Parameter down) {

        /** Query heads that share a KV head. */
        public int group() {
            return heads / kvHeads;
        }

        /**
         * Whether another layer has the same shapes and hardware formats, so that one loop serves both. The
         * storage types may differ, as they do in llama.cpp's mixtures.
         */
        public boolean sameShape(Layer other) {
            return same(query, other.query)
                    && same(key, other.key)
                    && same(value, other.value)
                    && same(output, other.output)
                    && same(gate, other.gate)
                    && same(up, other.up)
                    && same(down, other.down)
                    && heads == other.heads
                    && kvHeads == other.kvHeads
                    && headSize == other.headSize
                    && rotaryDims == other.rotaryDims
                    && ropeBase == other.ropeBase
                    && scale == other.scale
                    && epsilon == other.epsilon
                    && (queryBias == null) == (other.queryBias == null)
                    && (keyBias == null) == (other.keyBias == null)
                    && (valueBias == null) == (other.valueBias == null);
        }

        private static boolean same(Parameter a, Parameter b) {
            return a.shape().equals(b.shape()) && HardwareWeights.format(a.type()) == HardwareWeights.format(b.type());
        }
    }
}
