package dev.hwc.sim.pim.kernel;

import dev.hwc.ir.numerics.BlockProduct;

/**
 * The keys and values of one layer (docs/spec/pim-window.md W11 to W16).
 *
 * @param group query heads of a KV head
 * @param headBlocks blocks of 32 elements of a head, 1 to {@link #MOST_BLOCKS}
 * @param tokens that there is room for, a multiple of 32
 */
public record KvShape(int kvHeads, int group, int headBlocks, int tokens) {
    /** Blocks of a query that the registers of a unit hold. */
    public static final int MOST_BLOCKS = 8;

    public KvShape {
        if (kvHeads < 1 || group < 1 || headBlocks < 1 || headBlocks > MOST_BLOCKS || tokens < 1 || tokens % 32 != 0) {
            throw new IllegalArgumentException(
                    kvHeads + " KV heads of " + group + " x " + headBlocks + " blocks for " + tokens + " tokens");
        }
    }

    /** Elements of a head. */
    public int headSize() {
        return headBlocks * BlockProduct.BLOCK;
    }

    /** Channels that share a KV head. */
    int channelsPerHead(int channels) {
        return Math.max(1, channels / kvHeads);
    }

    /** KV heads that share a channel. */
    int headsPerChannel(int channels) {
        return Math.ceilDiv(kvHeads, channels);
    }

    /** Products of one query head each that a channel computes one after the other. */
    public int rounds(int channels) {
        return headsPerChannel(channels) * group;
    }

    /** The round in which a query head's products are computed. */
    public int round(int queryHead, int channels) {
        int head = queryHead / group;
        return (kvHeads < channels ? 0 : head / channels) * group + queryHead % group;
    }
}
