package dev.hwc.sim.pim.kernel;

import dev.hwc.ir.numerics.BlockProduct;
import dev.hwc.sim.dram.device.DramSpec;
import dev.hwc.sim.pim.PimSpec;
import dev.hwc.sim.pim.kernel.KvKernels.Burst;
import dev.hwc.sim.pim.program.Op;
import dev.hwc.sim.pim.program.PimProgram;

/**
 * How the KV heads of a layer, their tokens and the elements of their values are divided over channels, and where the
 * scales of values stand: one of 16 tokens after the other in turn over the groups of banks, in ordinary bursts.
 *
 * @param sharing channels that share a head
 * @param heads of a channel
 * @param active channels that hold something
 * @param elementParts parts of a head's elements of values, each of other channels
 * @param tokenParts parts of its blocks of tokens, each of other channels
 * @param passes over the values of a channel, each of as many elements as it has at a time
 */
record KvDivision(
        PimSpec spec, KvShape shape, int sharing, int heads, int active, int elementParts, int tokenParts, int passes) {
    /** Scales of a burst. */
    static final int SCALES = 16;

    private static final int BLOCK = BlockProduct.BLOCK;

    /**
     * The division of a device.
     *
     * @param lanes elements of values that a channel has at a time
     */
    static KvDivision of(PimSpec spec, KvShape shape, int channels, int lanes) {
        int sharing = shape.channelsPerHead(channels);
        int allPasses = Math.ceilDiv(shape.headSize(), lanes);
        int elementParts = Math.min(sharing, allPasses);
        return new KvDivision(
                spec,
                shape,
                sharing,
                shape.headsPerChannel(channels),
                Math.min(channels, shape.kvHeads() * sharing),
                elementParts,
                sharing / elementParts,
                Math.ceilDiv(allPasses, elementParts));
    }

    /** Whether a channel has elements of the values of a block of tokens. */
    boolean hasValues(int channel, int block) {
        return channel < elementParts * tokenParts && block % tokenParts == channel / elementParts;
    }

    /** Blocks of values of a channel, of so many of the head. */
    int valueBlocks(int blocks) {
        return Math.ceilDiv(blocks, tokenParts);
    }

    /** Bursts of scales of a channel's share of so many blocks of tokens of a head. */
    private int scaleBursts(int blocks) {
        return BLOCK / SCALES * Math.ceilDiv(blocks, sharing);
    }

    /** Rows of a bank that the scales of a head take. */
    int scaleRows() {
        DramSpec dram = spec.dram();
        int columns = Math.ceilDiv(scaleBursts(shape.tokens() / BLOCK), dram.get("bankGroups"));
        return Math.ceilDiv(columns, dram.columns());
    }

    /** Whether a channel has the scale of a token's values. */
    boolean hasScale(int channel, int token) {
        return token / BLOCK % sharing == channel;
    }

    /** Where it stands, with the scales from a row on. */
    Burst scale(int firstRow, int head, int token) {
        return scaleBurst(firstRow, head, BLOCK / SCALES * (token / BLOCK / sharing) + token % BLOCK / SCALES);
    }

    private Burst scaleBurst(int firstRow, int head, int burst) {
        DramSpec dram = spec.dram();
        int groups = dram.get("bankGroups");
        int column = burst / groups;
        return new Burst(
                burst % groups * dram.get("banksPerGroup"),
                firstRow + head * scaleRows() + column / dram.columns(),
                column % dram.columns());
    }

    /** Reads the scales of the values of heads whose first query is in some rounds. */
    void readScales(PimProgram program, int firstRow, int fromRound, int toRound, int blocks) {
        for (int head = Math.ceilDiv(fromRound, shape.group()); head * shape.group() < toRound; head++) {
            for (int i = 0; i < scaleBursts(blocks); i++) {
                Burst burst = scaleBurst(firstRow, head, i);
                program.host(Op.HOST_READ, burst.bank(), burst.row(), burst.column(), -1);
            }
        }
    }
}
