package dev.hwc.sim.pim.window;

import dev.hwc.ir.device.PimAttention;
import dev.hwc.sim.pim.KvCosts;
import dev.hwc.sim.pim.PimEngine;
import dev.hwc.sim.pim.energy.ControllerWork;
import dev.hwc.sim.pim.kernel.KvShape;
import java.util.Arrays;

/** When the attention of one layer is done (W12 to W16). */
final class AttentionTimes {
    private static final int BLOCK = 32;
    /** Clocks of the passes of a softmax besides their words: maximum, sum, scales, write (T15). */
    private static final int SOFTMAX_CYCLES = 1 + 12 + 64 + 72 + 56;

    private static final int SOFTMAX_PASSES = 4;

    private final PimAttention attention;
    private final KvCosts costs;
    private final KernelClock clock;
    private final int lanes;
    private final int[] firstRound;
    private final int[] heads;
    private int position = -1;
    private final long[] done;

    AttentionTimes(PimAttention attention, PimEngine engine, KernelClock clock, int lanes) {
        this.attention = attention;
        this.clock = clock;
        this.lanes = lanes;
        int tokens = Math.ceilDiv(attention.tokens(), BLOCK) * BLOCK;
        costs = engine.attention(new KvShape(attention.kvHeads(), attention.group(), attention.headBlocks(), tokens));
        int kernels = Math.min(attention.kernels(), costs.rounds());
        firstRound = new int[kernels + 1];
        Arrays.setAll(firstRound, k -> costs.rounds() * k / kernels);
        heads = new int[kernels];
        for (int head = 0; head < attention.heads(); head++) {
            heads[kernel(head)]++;
        }
        done = new long[kernels];
    }

    /** The kernel that computes a query head. */
    private int kernel(int head) {
        int kernel = 0;
        while (firstRound[kernel + 1] <= costs.round(head)) {
            kernel++;
        }
        return kernel;
    }

    int usedRows() {
        return costs.usedRows();
    }

    void reset() {
        position = -1;
    }

    /** A burst was written into a row, its last beat at a cycle. */
    void written(long cycle, int row, long offset, int bytes) {
        long append = attention.values() + (attention.kvHeads() - 1) * attention.headStride() + attention.scales() + 1;
        long start = attention.query() + 4L * attention.heads() * attention.headSize() - 1;
        if (offset <= append && offset + bytes > append) {
            clock.run(cycle + PimMemory.ACCESS_CYCLES, costs.append(row));
        }
        if (offset <= start && offset + bytes > start) {
            attend(cycle + PimMemory.QUANTIZE_CYCLES, row);
        }
    }

    /** What the controller computes of N26: of all query heads, over the tokens up to a row. */
    private ControllerWork controllerWork(int row) {
        long scores = row + 1L;
        ControllerWork head = ControllerWork.convert(scores)
                .plus(ControllerWork.softmax(scores))
                .plus(ControllerWork.quantize(scores))
                .plus(ControllerWork.quantize(attention.headSize()))
                .plus(ControllerWork.convert(attention.headSize()));
        return head.times(attention.heads());
    }

    private void attend(long cycle, int row) {
        clock.work(controllerWork(row));
        int blocks = row / BLOCK + 1;
        long softmax = 0;
        long scores = clock.run(cycle, costs.scores(firstRound[0], firstRound[1], blocks));
        for (int k = 0; k < done.length; k++) {
            long ready = Math.max(softmax, scores + PimMemory.CONVERT_CYCLES);
            softmax = ready + (long) heads[k] * softmaxCycles(row + 1);
            if (k + 1 < done.length) {
                scores = clock.run(cycle, costs.scores(firstRound[k + 1], firstRound[k + 2], blocks));
            }
            long values = clock.run(softmax, costs.values(firstRound[k], firstRound[k + 1], blocks));
            done[k] = values + PimMemory.CONVERT_CYCLES;
        }
        position = row;
    }

    private int softmaxCycles(int tokens) {
        return SOFTMAX_CYCLES + SOFTMAX_PASSES * Math.ceilDiv(tokens, lanes);
    }

    /** When results at a place are complete; 0 if nothing was started for them. */
    long finished(int row, long offset, int bytes) {
        if (row != position || offset + bytes <= attention.result()) {
            return 0;
        }
        long headBytes = 4L * attention.headSize();
        int first = (int) (Math.max(0, offset - attention.result()) / headBytes);
        int last = (int) ((offset + bytes - 1 - attention.result()) / headBytes);
        long finished = 0;
        for (int head = first; head <= Math.min(last, attention.heads() - 1); head++) {
            finished = Math.max(finished, done[kernel(head)]);
        }
        return finished;
    }
}
