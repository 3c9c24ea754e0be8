package dev.hwc.ir.format.model;

import dev.hwc.ir.IrException;

/**
 * The sizes of one layer; in most models all layers have the same.
 *
 * @param headCount query heads
 * @param kvHeadCount key and value heads; divides {@code headCount}
 * @param feedForwardLength width of the feed-forward layer
 */
public record LayerShape(int headCount, int kvHeadCount, int feedForwardLength) {
    public LayerShape {
        if (headCount < 1 || kvHeadCount < 1 || feedForwardLength < 1) {
            throw new IrException("a layer has " + headCount + " heads, " + kvHeadCount + " KV heads and width "
                    + feedForwardLength + "; allowed are 1 and above");
        }
        if (headCount % kvHeadCount != 0) {
            throw new IrException("head count " + headCount + " is not a multiple of the KV head count " + kvHeadCount);
        }
    }
}
