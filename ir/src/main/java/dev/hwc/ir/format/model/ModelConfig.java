package dev.hwc.ir.format.model;

import dev.hwc.ir.IrException;

/**
 * The sizes and constants of a decoder-only transformer. The base is a llama: RMS norm, rotary
 * positions, grouped query attention and a gated (SwiGLU) feed-forward layer; the {@link
 * Architecture} and the {@link ModelFeatures} say what differs.
 *
 * @param architecture decides rope style and biases
 * @param name for people; may be empty
 * @param vocabularySize rows of the embedding
 * @param contextLength the longest sequence the model was trained for, tokens
 * @param embeddingLength width of the residual stream
 * @param blockCount layers
 * @param feedForwardLength width of the gated feed-forward layer
 * @param headCount query heads
 * @param kvHeadCount key and value heads; divides {@code headCount}
 * @param keyLength elements of a query or key head
 * @param valueLength elements of a value head
 * @param ropeDimensionCount leading elements of a head that rotate; even, at most {@code keyLength}
 * @param ropeBase base of the rotation frequencies
 * @param rmsEpsilon added to the mean square, or variance, in norms
 * @param ropeStyle which elements rotate together
 * @param qkvBias whether query, key and value projections have a bias
 * @param tiedEmbeddings whether the output projection is the embedding matrix
 * @param bosId token that begins a text, or -1
 * @param eosId token that ends a text, or -1
 * @param features what the model does besides
 */
public record ModelConfig(
        Architecture architecture,
        String name,
        int vocabularySize,
        int contextLength,
        int embeddingLength,
        int blockCount,
        int feedForwardLength,
        int headCount,
        int kvHeadCount,
        int keyLength,
        int valueLength,
        int ropeDimensionCount,
        float ropeBase,
        float rmsEpsilon,
        RopeStyle ropeStyle,
        boolean qkvBias,
        boolean tiedEmbeddings,
        int bosId,
        int eosId,
        ModelFeatures features) {

    /** Sizes above this are refused: they are far beyond any model and would exhaust memory. */
    static final int MAXIMUM_SIZE = 1 << 24;

    /** As {@link #MAXIMUM_SIZE}, for layers. */
    static final int MAXIMUM_BLOCKS = 1024;

    public ModelConfig {
        inRange("vocabulary size", vocabularySize, MAXIMUM_SIZE);
        inRange("context length", contextLength, Integer.MAX_VALUE);
        inRange("embedding length", embeddingLength, MAXIMUM_SIZE);
        inRange("block count", blockCount, MAXIMUM_BLOCKS);
        inRange("feed-forward length", feedForwardLength, MAXIMUM_SIZE);
        inRange("head count", headCount, MAXIMUM_SIZE);
        inRange("KV head count", kvHeadCount, headCount);
        inRange("key length", keyLength, MAXIMUM_SIZE / headCount);
        inRange("value length", valueLength, MAXIMUM_SIZE / headCount);
        inRange("rope dimension count", ropeDimensionCount, keyLength);
        if (headCount % kvHeadCount != 0) {
            throw new IrException("head count " + headCount + " is not a multiple of the KV head count " + kvHeadCount);
        }
        if (ropeDimensionCount % 2 != 0) {
            throw new IrException("rope dimension count " + ropeDimensionCount + " is odd; elements rotate in pairs");
        }
        positive("rope base", ropeBase);
        positive("RMS epsilon", rmsEpsilon);
        inVocabulary("BOS", bosId, vocabularySize);
        inVocabulary("EOS", eosId, vocabularySize);
        if (!features.layers().isEmpty() && features.layers().size() != blockCount) {
            throw new IrException(
                    features.layers().size() + " layers have sizes, but the block count is " + blockCount);
        }
    }

    /** The sizes of a layer. */
    public LayerShape layer(int layer) {
        return features.layers().isEmpty()
                ? new LayerShape(headCount, kvHeadCount, feedForwardLength)
                : features.layers().get(layer);
    }

    /** Width of all query heads together. */
    public int queryLength() {
        return headCount * keyLength;
    }

    /** Width of all key heads together. */
    public int kvKeyLength() {
        return kvHeadCount * keyLength;
    }

    /** Width of all value heads together. */
    public int kvValueLength() {
        return kvHeadCount * valueLength;
    }

    /** Query heads that share one key and value head. */
    public int queryGroup() {
        return headCount / kvHeadCount;
    }

    private static void inRange(String what, int value, int maximum) {
        if (value < 1 || value > maximum) {
            throw new IrException(what + " is " + value + "; allowed are 1 to " + maximum);
        }
    }

    private static void positive(String what, float value) {
        if (!(value > 0) || Float.isInfinite(value)) {
            throw new IrException(what + " is " + value + "; allowed are positive finite values");
        }
    }

    private static void inVocabulary(String what, int id, int vocabularySize) {
        if (id < -1 || id >= vocabularySize) {
            throw new IrException(what + " token id " + id + " is outside the vocabulary of " + vocabularySize);
        }
    }
}
