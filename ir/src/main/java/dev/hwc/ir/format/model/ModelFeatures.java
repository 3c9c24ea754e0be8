package dev.hwc.ir.format.model;

import dev.hwc.ir.IrException;
import java.util.List;

/**
 * What some architectures do besides a llama. {@link #NONE} changes nothing.
 *
 * @param embeddingScale factor of the embeddings
 * @param residualScale factor of what a layer adds to the residual stream
 * @param logitScale what the logits are divided by
 * @param attentionScale factor of the scores; 0 for one over the root of the head's width
 * @param attentionSoftCap bound of the scores; 0 for none
 * @param logitSoftCap bound of the logits; 0 for none
 * @param slidingWindow tokens that attention sees, the present one included; 0 for all
 * @param ropeMagnitude factor of rotated queries and keys; 1 for none
 * @param originalContext the longest sequence, in tokens, for which the short rotation factors hold; 0 where
 *     there are none
 * @param squaredRelu whether the gate is the square of a rectifier instead of SiLU
 * @param layers one per layer; empty where all are alike
 */
public record ModelFeatures(
        float embeddingScale,
        float residualScale,
        float logitScale,
        float attentionScale,
        float attentionSoftCap,
        float logitSoftCap,
        int slidingWindow,
        float ropeMagnitude,
        int originalContext,
        boolean squaredRelu,
        List<LayerShape> layers) {
    /** Those of a llama: none. */
    public static final ModelFeatures NONE = new ModelFeatures(1, 1, 1, 0, 0, 0, 0, 1, 0, false, List.of());

    public ModelFeatures {
        layers = List.copyOf(layers);
        positive("embedding scale", embeddingScale);
        positive("residual scale", residualScale);
        positive("logit scale", logitScale);
        positive("rope magnitude", ropeMagnitude);
        positiveOrNone("attention scale", attentionScale);
        positiveOrNone("attention soft cap", attentionSoftCap);
        positiveOrNone("logit soft cap", logitSoftCap);
        notNegative("sliding window", slidingWindow);
        notNegative("original context", originalContext);
    }

    /** A copy to change. */
    public Builder with() {
        return new Builder(this);
    }

    /** Features by name; what is not named stays. */
    public static final class Builder {
        private float embeddingScale;
        private float residualScale;
        private float logitScale;
        private float attentionScale;
        private float attentionSoftCap;
        private float logitSoftCap;
        private int slidingWindow;
        private float ropeMagnitude;
        private int originalContext;
        private boolean squaredRelu;
        private List<LayerShape> layers;

        private Builder(ModelFeatures from) {
            embeddingScale = from.embeddingScale;
            residualScale = from.residualScale;
            logitScale = from.logitScale;
            attentionScale = from.attentionScale;
            attentionSoftCap = from.attentionSoftCap;
            logitSoftCap = from.logitSoftCap;
            slidingWindow = from.slidingWindow;
            ropeMagnitude = from.ropeMagnitude;
            originalContext = from.originalContext;
            squaredRelu = from.squaredRelu;
            layers = from.layers;
        }

        public Builder embeddingScale(double scale) {
            embeddingScale = (float) scale;
            return this;
        }

        public Builder residualScale(double scale) {
            residualScale = (float) scale;
            return this;
        }

        public Builder logitScale(double scale) {
            logitScale = (float) scale;
            return this;
        }

        public Builder attentionScale(double scale) {
            attentionScale = (float) scale;
            return this;
        }

        /** Bounds of scores and logits. */
        public Builder softCaps(double scores, double logits) {
            attentionSoftCap = (float) scores;
            logitSoftCap = (float) logits;
            return this;
        }

        public Builder slidingWindow(int tokens) {
            slidingWindow = tokens;
            return this;
        }

        /** A rotation with short and long factors. */
        public Builder longRope(double magnitude, int original) {
            ropeMagnitude = (float) magnitude;
            originalContext = original;
            return this;
        }

        public Builder squaredRelu(boolean squared) {
            squaredRelu = squared;
            return this;
        }

        public Builder layers(List<LayerShape> shapes) {
            layers = shapes;
            return this;
        }

        /** The features; checks them. */
        public ModelFeatures build() {
            return new ModelFeatures(
                    embeddingScale,
                    residualScale,
                    logitScale,
                    attentionScale,
                    attentionSoftCap,
                    logitSoftCap,
                    slidingWindow,
                    ropeMagnitude,
                    originalContext,
                    squaredRelu,
                    layers);
        }
    }

    private static void positive(String what, float value) {
        if (!(value > 0) || Float.isInfinite(value)) {
            throw new IrException(what + " is " + value + "; allowed are positive finite values");
        }
    }

    private static void positiveOrNone(String what, float value) {
        if (value != 0) {
            positive(what, value);
        }
    }

    private static void notNegative(String what, int value) {
        if (value < 0) {
            throw new IrException(what + " is " + value + "; allowed are 0 for none and above");
        }
    }
}
