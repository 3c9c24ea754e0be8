package dev.hwc.sim.pim.kernel;

import dev.hwc.sim.dram.device.BankSet;
import dev.hwc.sim.dram.device.DramSpec;
import dev.hwc.sim.pim.PimFormat;
import dev.hwc.sim.pim.PimSpec;
import dev.hwc.sim.pim.unit.CodeUnits;

/**
 * Where codes, scales and sums of a unit between two banks stand. In a pass a unit has some outputs, whose sums stay in
 * its registers; a tile is some blocks of inputs, whose codes are in registers meanwhile, for all outputs of the pass.
 * The products of a pass lie one behind the other, each sixteen with a burst of their scales in front. Stretches of
 * columns lie in even and odd banks in turn. Where registers are reached without a row, the host reads the sums there.
 * Where they stand in a row, a tile begins in the middle of a stretch, so that inputs are written through the banks that
 * rest, and the units store the sums behind the products: no row is opened for that.
 *
 * @param outputs of a unit
 * @param blocks of inputs of a channel, even for int4
 * @param most outputs of a pass
 * @param tile blocks of inputs in registers
 */
public record LaneLayout(PimSpec spec, PimFormat format, int outputs, int blocks, int most, int tile) {
    private static final int SCALES = 16;
    /** Vector registers of a unit: a tile's inputs, a burst of scales, and sums in those that accumulate. */
    private static final int REGISTERS = 16;

    /** What happens in a unit, in order. */
    interface Walk {
        /**
         * A tile's inputs are written to registers.
         *
         * @param block first one of the channel
         * @param rests banks that have no column now
         */
        void load(int block, int count, BankSet rests);

        /** A burst of scales: those of the pass's products from this one on. */
        void scales(Place place, int pass, int product);

        /** A burst of codes: of a product of the pass, or two. */
        void codes(Place place, int pass, int product);

        /** Sums of a pass are stored, from 5 · burst on. */
        void store(Place place, int pass, int burst);

        /** The host reads the sums of a pass from registers. */
        void read(int pass);
    }

    /** Where a burst stands in every unit. */
    record Place(BankSet set, int row, int column) {}

    /** A product of a pass: an output's with a block of the channel; none beyond the last one. */
    record Product(int output, int block) {}

    private static int ceil(int a, int b) {
        return (a + b - 1) / b;
    }

    /** The layout whose inputs take the fewest clocks to write, of all ways to share the registers. */
    static LaneLayout best(PimSpec spec, PimFormat format, int columns, int outputs, int splits) {
        int blocks = ceil(ceil(columns, 32), splits);
        blocks = format == PimFormat.I4 ? ceil(blocks, 2) * 2 : blocks;
        LaneLayout best = null;
        for (int tile = spec.scalars(); tile >= 2; tile -= format == PimFormat.I4 ? 2 : 1) {
            int most = Math.min(spec.accumulators(), REGISTERS - 1 - tile) * CodeUnits.SUMS_PER_BURST;
            LaneLayout layout = new LaneLayout(spec, format, outputs, blocks, most, tile);
            best = best == null || layout.loadClocks() < best.loadClocks() ? layout : best;
        }
        return java.util.Objects.requireNonNull(best);
    }

    private long loadClocks() {
        int rest = blocks % tile;
        return (long) passes() * (blocks / tile * loadClocks(tile) + (rest > 0 ? loadClocks(rest) : 0));
    }

    /** Clocks that a tile's inputs take from units: their scales, their codes, and the turns. */
    private long loadClocks(int count) {
        DramSpec dram = spec.dram();
        return dram.get("tMACREG") + (long) count * dram.get("tCCDREG") + dram.get("tREGMAC") - dram.get("tCCDMAC");
    }

    int passes() {
        return ceil(outputs, most);
    }

    /** Outputs of a pass: all passes have about as many; without outputs there is no pass. */
    int outputs(int pass) {
        return passes() == 0 ? 0 : outputs / passes() + (pass < outputs % passes() ? 1 : 0);
    }

    /** Number of a pass's first output in its unit. */
    int firstOutput(int pass) {
        return pass * (outputs / passes()) + Math.min(pass, outputs % passes());
    }

    /** Bursts of sums of a pass. */
    int stores(int pass) {
        return ceil(outputs(pass), CodeUnits.SUMS_PER_BURST);
    }

    /** Bursts of sums of the passes before. */
    int firstStore(int pass) {
        int bursts = 0;
        for (int before = 0; before < pass; before++) {
            bursts += stores(before);
        }
        return bursts;
    }

    int tiles() {
        return ceil(blocks, tile);
    }

    int blocksPerBurst() {
        return format == PimFormat.I4 ? 2 : 1;
    }

    /** The product at a place in the order of a pass, or none: output -1. */
    Product product(int pass, int product) {
        int perBlock = outputs(pass);
        int number = Math.min(product / (perBlock * tile), tiles() - 1);
        int within = product - number * perBlock * tile;
        int burst = within / blocksPerBurst();
        int block = number * tile + burst / perBlock * blocksPerBurst() + within % blocksPerBurst();
        return new Product(block < blocks ? burst % perBlock : -1, block);
    }

    /** DRAM rows of each bank. */
    int rows() {
        Walker walker = new Walker(new Walk() {
            @Override
            public void load(int block, int count, BankSet rests) {}

            @Override
            public void scales(Place place, int pass, int product) {}

            @Override
            public void codes(Place place, int pass, int product) {}

            @Override
            public void store(Place place, int pass, int burst) {}

            @Override
            public void read(int pass) {}
        });
        walker.run();
        return outputs == 0 ? 0 : walker.stretch / 2 + 1;
    }

    void walk(Walk walk) {
        new Walker(walk).run();
    }

    /** Puts bursts into stretches. */
    private final class Walker {
        private final Walk walk;
        private final int columnsOfRow = spec.dram().columns();
        private final boolean middle = spec.dram().get("registersNeedRow") > 0;
        private int stretch;
        private int column;
        /** Columns of the tile, those that were placed, and stretches it is cut into. */
        private int length;

        private int placed;
        private int pieces;
        private int cut;

        Walker(Walk walk) {
            this.walk = walk;
        }

        void run() {
            for (int pass = 0; pass < passes(); pass++) {
                int product = 0;
                for (int from = 0; from < blocks; from += tile) {
                    int count = Math.min(tile, blocks - from);
                    int end = product + count * outputs(pass);
                    begin(pass, product, end, from + count == blocks);
                    walk.load(from, count, set() == BankSet.EVEN ? BankSet.ODD : BankSet.EVEN);
                    for (; product < end; product += blocksPerBurst()) {
                        if (product % SCALES == 0) {
                            walk.scales(next(), pass, product);
                        }
                        walk.codes(next(), pass, product);
                    }
                }
                if (!middle) {
                    walk.read(pass);
                }
                for (int burst = 0; middle && burst < stores(pass); burst++) {
                    walk.store(next(), pass, burst);
                }
            }
        }

        private void begin(int pass, int product, int end, boolean last) {
            int scales = ceil(end, SCALES) - ceil(product, SCALES);
            length = (end - product) / blocksPerBurst() + scales + (last ? stores(pass) : 0);
            placed = 0;
            cut = 0;
            pieces = ceil(length, columnsOfRow);
        }

        private BankSet set() {
            return stretch % 2 == 0 ? BankSet.EVEN : BankSet.ODD;
        }

        private Place next() {
            boolean ends = middle
                    ? cut < pieces && placed == (int) ((2L * cut + 1) * length / (2L * pieces))
                    : column == columnsOfRow;
            if (ends) {
                stretch++;
                cut++;
                column = 0;
            }
            placed++;
            return new Place(set(), stretch / 2, column++);
        }
    }
}
