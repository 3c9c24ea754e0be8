package dev.hwc.sim.pim.kernel;

import dev.hwc.sim.dram.device.DramSpec;
import dev.hwc.sim.pim.PimFormat;
import dev.hwc.sim.pim.PimSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Where codes and scales of a bank stand, and when its sums are read. Inputs are taken in phases: the blocks of a phase
 * stay in the buffer for all its outputs. What the whole phases of all channels of a group leave over is cut into parts;
 * each is one phase more, whose outputs some of these channels share. The products of a phase lie one behind the other, whatever the row; each sixteen
 * have a burst of scales in front. An output has a latch; sums are read while rows change, and elsewhere only when all
 * latches are taken and what is left of the row is worth it.
 *
 * @param blocks of inputs of the matrix, even for int4
 * @param outputs of a bank
 * @param splits channels of a group
 * @param chunk blocks of a whole phase
 * @param parts of what is left over; they divide the splits
 */
public record TreeLayout(PimSpec spec, PimFormat format, int blocks, int outputs, int splits, int chunk, int parts) {
    private static final int SCALES = 16;
    /** Reads of 16 bits that a sum takes. */
    static final int PARTS = 3;

    /** What happens in a bank, in order. */
    interface Walk {
        /** A burst of scales: those of sixteen products from this one on. */
        void scales(int row, int column, int phase, int output, int block);

        /** A burst of codes, whose product goes to a latch. */
        void codes(int row, int column, int phase, int output, int block, int latch);

        /**
         * The units pause.
         *
         * @param read outputs whose sums are read now
         * @param load phase whose inputs are written, or -1
         * @param row another one that is open afterwards; -1: the same one, or the end
         */
        void pause(List<Reading> read, int load, int row);
    }

    /** A sum to read. */
    record Reading(int phase, int output, int latch) {}

    private static int ceil(int a, int b) {
        return (a + b - 1) / b;
    }

    /** Blocks that the buffer holds with the scales of the activations, a burst for each sixteen. */
    static int capacity(PimSpec spec) {
        int bursts = spec.dram().get("bufferBytes") / spec.dram().burstBytes();
        int blocks = bursts;
        while (blocks + ceil(blocks, SCALES) > bursts) {
            blocks--;
        }
        return blocks / 2 * 2;
    }

    /** The layout that takes the fewest clocks, of all sizes of a phase. */
    static TreeLayout best(PimSpec spec, PimFormat format, int columns, int outputs, int splits) {
        int blocks = ceil(columns, 32);
        blocks = format == PimFormat.I4 ? ceil(blocks, 2) * 2 : blocks;
        int capacity = Math.min(capacity(spec), ceil(blocks, 2) * 2);
        TreeLayout best = new TreeLayout(spec, format, blocks, outputs, splits, capacity, splits);
        long least = Long.MAX_VALUE;
        for (int chunk = capacity; chunk >= 2; chunk -= 2) {
            for (int parts = 1; parts <= splits; parts++) {
                TreeLayout layout = new TreeLayout(spec, format, blocks, outputs, splits, chunk, parts);
                if (splits % parts == 0 && layout.rest() <= capacity(spec)) {
                    long clocks = layout.clocks();
                    best = clocks < least ? layout : best;
                    least = Math.min(least, clocks);
                }
            }
        }
        return best;
    }

    /** Phases of all outputs. */
    int wholePhases() {
        return blocks / (splits * chunk);
    }

    /** Blocks of a part of what whole phases leave over, even. */
    private int rest() {
        return ceil(blocks - wholePhases() * splits * chunk, 2 * parts) * 2;
    }

    /** Channels that share a part of what is left over. */
    private int sharing() {
        return splits / parts;
    }

    /** None without outputs. */
    int phases() {
        return outputs == 0 ? 0 : wholePhases() + (rest() > 0 ? 1 : 0);
    }

    int phaseBlocks(int phase) {
        return phase < wholePhases() ? chunk : rest();
    }

    /** Outputs of a bank in a phase. */
    int phaseOutputs(int phase) {
        return phase < wholePhases() ? outputs : ceil(outputs, sharing());
    }

    /** The matrix's block with which a phase begins, in a channel of the group. */
    int firstBlock(int channel, int phase) {
        return phase < wholePhases()
                ? (channel * wholePhases() + phase) * chunk
                : wholePhases() * splits * chunk + channel / sharing() * rest();
    }

    /** Number of an output in its bank, or -1 if the channel has nothing there. */
    int output(int channel, int phase, int output) {
        int first = phase < wholePhases() ? 0 : channel % sharing() * ceil(outputs, sharing());
        return first + output < outputs ? first + output : -1;
    }

    int blocksPerBurst() {
        return format == PimFormat.I4 ? 2 : 1;
    }

    /** Bursts of scales of activations of a phase. */
    int scaleLoads(int phase) {
        return ceil(phaseBlocks(phase), SCALES);
    }

    /** DRAM rows of a bank. */
    int rows() {
        Clocks clocks = new Clocks();
        walk(clocks);
        return clocks.rows;
    }

    /** About what it takes, without refresh. */
    private long clocks() {
        Clocks clocks = new Clocks();
        walk(clocks);
        return clocks.clocks;
    }

    void walk(Walk walk) {
        new Walker(walk).run();
    }

    /** Puts bursts into rows. */
    private final class Walker {
        private final Walk walk;
        private final int latches = spec.accumulators();
        private final int columnsOfRow = spec.dram().columns();
        private final boolean[] taken = new boolean[latches];
        private List<Reading> finished = new ArrayList<>();
        private int row = -1;
        private int column;

        Walker(Walk walk) {
            this.walk = walk;
        }

        void run() {
            for (int phase = 0; phase < phases(); phase++) {
                nextRow(phase);
                phase(phase);
            }
            pause(-1, -1);
        }

        private void phase(int phase) {
            int used = 0;
            for (int output = 0; output < phaseOutputs(phase); output++) {
                int latch = latch(phase);
                for (int block = 0; block < phaseBlocks(phase); block += blocksPerBurst()) {
                    if (used % SCALES == 0) {
                        place();
                        walk.scales(row, column++, phase, output, block);
                    }
                    used += blocksPerBurst();
                    place();
                    walk.codes(row, column++, phase, output, block, latch);
                }
                finished.add(new Reading(phase, output, latch));
            }
        }

        /** A latch for the next output. */
        private int latch(int phase) {
            if (finished.size() == latches) {
                if (worthReading(phase)) {
                    pause(-1, -1);
                } else {
                    nextRow(-1);
                }
            }
            int latch = 0;
            while (taken[latch]) {
                latch++;
            }
            taken[latch] = true;
            return latch;
        }

        /** Whether sums are read now, for the rest of the row: it holds as many outputs again, or is long. */
        private boolean worthReading(int phase) {
            int left = columnsOfRow - column;
            int products = latches * phaseBlocks(phase);
            boolean hold = ceil(products, blocksPerBurst()) + ceil(products, SCALES) <= left;
            return hold || (long) left * switchClocks() > (long) columnsOfRow * pauseClocks(latches, 0);
        }

        private void place() {
            if (column == columnsOfRow) {
                nextRow(-1);
            }
        }

        private void nextRow(int load) {
            column = 0;
            row++;
            pause(load, row);
        }

        private void pause(int load, int next) {
            for (Reading reading : finished) {
                taken[reading.latch] = false;
            }
            walk.pause(finished, load, next);
            finished = new ArrayList<>();
        }
    }

    /** Clocks from the last column of a row to the first of the next. */
    private int switchClocks() {
        DramSpec dram = spec.dram();
        return dram.get("tRTP") + dram.get("tRP") + dram.get("tRCDMAC");
    }

    /** Clocks from a column to the next with registers in between. */
    private int pauseClocks(int sums, int loads) {
        DramSpec dram = spec.dram();
        int modes = dram.get("registerModeFrom") > 0 ? 2 * dram.get("tMOD") + 1 : 0;
        int read = sums == 0 ? 0 : (PARTS * sums - 1) * dram.get("tREADREAD");
        int load = loads == 0 ? 0 : (loads - 1) * dram.get("tCCDREG");
        int turn = sums > 0 && loads > 0 ? dram.get("tREADREG") : 0;
        int before = modes > 0 ? 0 : sums > 0 ? dram.get("tMACREAD") : dram.get("tMACREG");
        int after = loads > 0 ? dram.get("tREGMAC") : dram.get("tCCDMAC");
        return before + modes + read + turn + load + (modes > 0 ? 1 : after);
    }

    /** Adds up what a walk takes. */
    private final class Clocks implements Walk {
        private long clocks;
        private int rows;

        @Override
        public void scales(int row, int column, int phase, int output, int block) {
            clocks += spec.dram().get("tCCDMAC");
        }

        @Override
        public void codes(int row, int column, int phase, int output, int block, int latch) {
            clocks += spec.dram().get("tCCDMAC");
        }

        @Override
        public void pause(List<Reading> read, int load, int row) {
            int loads = load < 0 ? 0 : phaseBlocks(load) + scaleLoads(load);
            int registers = read.isEmpty() && loads == 0 ? 0 : pauseClocks(read.size(), loads);
            if (row >= 0) {
                rows++;
                int close =
                        spec.dram().get("registerModeFrom") > 0 ? spec.dram().get("tRTP") : 0;
                clocks += Math.max(switchClocks(), registers + close);
            } else {
                clocks += registers;
            }
        }
    }
}
