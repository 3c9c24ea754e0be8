package dev.hwc.sim.pim.kernel;

import dev.hwc.ir.numerics.BlockProduct;
import dev.hwc.sim.pim.PimSpec;
import dev.hwc.sim.pim.program.Op;
import dev.hwc.sim.pim.program.PimProgram;
import java.util.List;

/**
 * Keys and values of a layer in the banks, and what is done with them: the rows of a token are added, scores are keys
 * times queries, values are transposed and multiplied with probabilities. Heads stand in different channels; the
 * channels of a head hold different tokens of its keys and different elements, then blocks of 32 tokens, of its values.
 * Sums are cleared per query, not per product: a stored sum less the one before it is the product, exactly.
 */
public sealed interface KvKernels permits KvLanes, KvTree {
    /** Where a burst stands. */
    record Burst(int bank, int row, int column) {}

    /** The kernels for a device. */
    static KvKernels of(PimSpec spec, KvShape shape, int channels) {
        return spec.kind() == PimSpec.Kind.TREE
                ? new KvTree(spec, shape, channels)
                : new KvLanes(spec, shape, channels);
    }

    /** DRAM rows of a bank that it takes. */
    int usedRows();

    /** Channels that hold something. */
    int activeChannels();

    /**
     * The bursts in which a token's keys, values and scales of all heads of a channel stand.
     *
     * @param channel of those that share a head, from 0
     */
    List<Burst> token(int token, int channel);

    /** What one of the channels that share a head does with a new token; codes of single tokens are masked writes. */
    default PimProgram append(int token, int channel) {
        PimProgram program = new PimProgram();
        for (Burst burst : token(token, channel)) {
            program.host(Op.HOST_WRITE, burst.bank(), burst.row(), burst.column(), -1);
        }
        return program;
    }

    /**
     * Scores of the queries of some rounds, and the scales of the values of their heads.
     *
     * @param blocks of 32 tokens
     */
    PimProgram scores(int fromRound, int toRound, int blocks);

    /** Values times probabilities for the same rounds. */
    PimProgram values(int fromRound, int toRound, int blocks);

    /** Scores of the queries of some rounds of one place through the units, of every token of whole blocks. */
    float[][] scores(Operands data, int fromRound, int toRound, int blocks, PimProgram program, int[] order);

    /** Elements of the results of the same queries through the units. */
    float[][] values(Operands data, int fromRound, int toRound, int blocks, PimProgram program, int[] order);

    /**
     * Codes, scales and operands of the heads of one channel, or of the one head of several; beyond its tokens everything
     * is zero.
     */
    interface Operands {
        byte key(int head, int token, int element);

        /** binary16. */
        short keyScale(int head, int token, int block);

        byte value(int head, int token, int element);

        byte query(int round, int element);

        /** bfloat16. */
        short queryScale(int round, int block);

        byte probability(int round, int token);

        /** bfloat16. */
        short probabilityScale(int round, int block);
    }

    /** A code as a part of the 16-bit word that it stands in. */
    static int shifted(byte code, int element) {
        return (code & 0xFF) << (element % 2 * 8);
    }

    /** fp32 of sums. */
    static float[][] results(long[][] sums) {
        float[][] results = new float[sums.length][];
        for (int r = 0; r < sums.length; r++) {
            results[r] = new float[sums[r].length];
            for (int i = 0; i < sums[r].length; i++) {
                results[r][i] = BlockProduct.toFp32(sums[r][i]);
            }
        }
        return results;
    }
}
