package dev.hwc.sim.pim.kernel;

import dev.hwc.ir.numerics.BlockProduct;
import dev.hwc.sim.pim.kernel.KvKernels.Operands;

/**
 * What the host writes to the units of a channel: queries or probabilities of some rounds, in loads of equal room.
 *
 * @param codes int8, of a load's blocks one behind the other
 * @param scales bfloat16, a load's from a multiple of its room on
 */
record KvInputs(byte[] codes, short[] scales) {
    private static final int BLOCK = BlockProduct.BLOCK;

    /**
     * The queries, a load each.
     *
     * @param room scales of a load
     */
    static KvInputs queries(Operands data, KvShape shape, int from, int to, int room) {
        int blocks = shape.headBlocks();
        KvInputs inputs = new KvInputs(new byte[(to - from) * blocks * BLOCK], new short[(to - from) * room]);
        for (int i = 0; i < inputs.codes.length; i++) {
            inputs.codes[i] = data.query(from + i / shape.headSize(), i % shape.headSize());
        }
        for (int i = 0; i < (to - from) * blocks; i++) {
            inputs.scales[i / blocks * room + i % blocks] = data.queryScale(from + i / blocks, i % blocks);
        }
        return inputs;
    }

    /**
     * The probabilities that a channel multiplies values with; blocks beyond the head's are zero.
     *
     * @param blocks of the head
     * @param loads of a round
     * @param chunk blocks of a load
     * @param room scales of a load
     */
    static KvInputs probabilities(
            Operands data,
            KvDivision division,
            int channel,
            int from,
            int to,
            int blocks,
            int loads,
            int chunk,
            int room) {
        int count = (to - from) * loads * chunk;
        KvInputs inputs = new KvInputs(new byte[count * BLOCK], new short[(to - from) * loads * room]);
        for (int i = 0; i < count; i++) {
            int round = from + i / (loads * chunk);
            int block = i % (loads * chunk) * division.tokenParts() + channel / division.elementParts();
            if (block < blocks) {
                inputs.scales[i / chunk * room + i % chunk] = data.probabilityScale(round, block);
                for (int e = 0; e < BLOCK; e++) {
                    inputs.codes[i * BLOCK + e] = data.probability(round, block * BLOCK + e);
                }
            }
        }
        return inputs;
    }
}
