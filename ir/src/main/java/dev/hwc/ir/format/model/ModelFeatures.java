package dev.hwc.ir.format.model;

import dev.hwc.ir.IrException;
import java.util.List;

/**
 * What some architectures do besides the operations of a llama.
 *
 * @param embeddingScale factor of the embedded tokens; 1 for none
 * @param residualScale factor of what attention and feed-forward layer add; 1 for none
 * @param logitScale what logits are divided by; 1 for none
 * @param attentionSoftCap bound of the attention scores; 0 for none
 * @param logitSoftCap bound of the logits; 0 for none
 * @param slidingWindow tokens that attention sees, the present one included; 0 for all
 * @param ropeMagnitude factor of rotated queries and keys; 1 for none
 * @param layers one per layer; empty where all are alike
 */
public record ModelFeatures(
        float embeddingScale,
        float residualScale,
        float logitScale,
        float attentionSoftCap,
        float logitSoftCap,
        int slidingWindow,
        float ropeMagnitude,
        List<LayerShape> layers) {
    /** Those of a llama: none. */
    public static final ModelFeatures NONE = new ModelFeatures(1, 1, 1, 0, 0, 0, 1, List.of());

    public ModelFeatures {
        layers = List.copyOf(layers);
        positive("embedding scale", embeddingScale);
        positive("residual scale", residualScale);
        positive("logit scale", logitScale);
        positive("rope magnitude", ropeMagnitude);
        positiveOrNone("attention soft cap", attentionSoftCap);
        positiveOrNone("logit soft cap", logitSoftCap);
        if (slidingWindow < 0) {
            throw new IrException("sliding window is " + slidingWindow + "; allowed are 0 for none and above");
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
}
