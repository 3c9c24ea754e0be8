package dev.hwc.sim.pim.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.sim.dram.device.BankSet;
import dev.hwc.sim.pim.PimFormat;
import dev.hwc.sim.pim.PimSpec;
import dev.hwc.sim.pim.unit.CodeUnits;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Layouts use what a device has, and leave no product out. */
class LayoutTest {
    private static final int REGISTERS = 16;
    private final SplittableRandom random = new SplittableRandom(20261128);

    private TreeLayout tree(PimFormat format, int splits) {
        PimSpec spec = PimSpec.find(random.nextBoolean() ? "gddr6-aim" : "hbm3-bank-pim");
        return TreeLayout.best(spec, format, 1 + random.nextInt(9000), 1 + random.nextInt(20), splits);
    }

    @Test
    void everyProductOfAnOutputIsInOneChannelOfItsGroup() {
        for (int round = 0; round < 60; round++) {
            PimFormat format = round % 2 == 0 ? PimFormat.I8 : PimFormat.I4;
            int splits = 1 << random.nextInt(4);
            TreeLayout layout = tree(format, splits);
            int[][] seen = new int[layout.outputs()][layout.blocks() + 2 * splits];
            for (int channel = 0; channel < splits; channel++) {
                layout.walk(new Covered(layout, channel, seen));
            }
            for (int[] output : seen) {
                for (int b = 0; b < layout.blocks(); b++) {
                    assertEquals(1, output[b], layout + ", block " + b);
                }
            }
        }
    }

    /** Counts products; checks rows, columns, latches and the buffer on the way. */
    private static final class Covered implements TreeLayout.Walk {
        private final TreeLayout layout;
        private final int channel;
        private final int[][] seen;
        private final Set<Integer> places = new HashSet<>();
        private final Set<Integer> open = new HashSet<>();
        private int held = -1;

        Covered(TreeLayout layout, int channel, int[][] seen) {
            this.layout = layout;
            this.channel = channel;
            this.seen = seen;
        }

        private void place(int row, int column) {
            int columns = layout.spec().dram().columns();
            assertTrue(column < columns);
            assertTrue(places.add(row * columns + column), "a place is used twice");
        }

        @Override
        public void scales(int row, int column, int phase, int output, int block) {
            place(row, column);
        }

        @Override
        public void codes(int row, int column, int phase, int output, int block, int latch) {
            place(row, column);
            assertEquals(phase, held, "inputs that are not in the buffer");
            open.add(latch);
            assertTrue(open.size() <= layout.spec().accumulators()
                    && latch < layout.spec().accumulators());
            for (int b = block; b < block + layout.blocksPerBurst(); b++) {
                int number = layout.output(channel, phase, output);
                if (number >= 0) {
                    seen[number][layout.firstBlock(channel, phase) + b]++;
                }
            }
        }

        @Override
        public void pause(List<TreeLayout.Reading> read, int load, int row) {
            read.forEach(reading -> assertTrue(open.remove(reading.latch()), "read and not written"));
            if (load >= 0) {
                int bursts = layout.phaseBlocks(load) + layout.scaleLoads(load);
                int buffer = layout.spec().dram().get("bufferBytes");
                assertTrue(bursts * layout.spec().dram().burstBytes() <= buffer, "more than the buffer holds");
                assertTrue(open.isEmpty(), "a sum goes on with other inputs");
                held = load;
            }
        }
    }

    @Test
    void registersOfAUnitAreEnough() {
        for (int round = 0; round < 60; round++) {
            PimSpec spec = PimSpec.find(round % 3 == 0 ? "hbm2-pim" : "lpddr5-pim");
            PimFormat format = round % 2 == 0 ? PimFormat.I8 : PimFormat.I4;
            int splits = 1 << random.nextInt(3);
            LaneLayout layout =
                    LaneLayout.best(spec, format, 1 + random.nextInt(9000), 1 + random.nextInt(300), splits);
            int sums = Math.ceilDiv(layout.most(), CodeUnits.SUMS_PER_BURST);
            assertTrue(sums <= spec.accumulators());
            assertTrue(layout.tile() <= spec.scalars());
            assertTrue(layout.tile() + sums + 1 <= REGISTERS, "and one of scales");
            Set<String> products = new HashSet<>();
            Set<LaneLayout.Place> places = new HashSet<>();
            layout.walk(new LaneLayout.Walk() {
                private BankSet last = BankSet.ODD;

                private void place(LaneLayout.Place place) {
                    assertTrue(places.add(place), "a place is used twice");
                    assertTrue(place.column() < spec.dram().columns());
                    last = place.set();
                }

                @Override
                public void load(int block, int count, BankSet rests) {
                    assertTrue(places.isEmpty() || rests != last, "inputs go through the banks that rest");
                }

                @Override
                public void scales(LaneLayout.Place place, int pass, int product) {
                    place(place);
                }

                @Override
                public void codes(LaneLayout.Place place, int pass, int product) {
                    place(place);
                    for (int i = 0; i < layout.blocksPerBurst(); i++) {
                        LaneLayout.Product one = layout.product(pass, product + i);
                        products.add(layout.firstOutput(pass) + one.output() + " " + one.block());
                    }
                }

                @Override
                public void store(LaneLayout.Place place, int pass, int burst) {
                    place(place);
                }

                @Override
                public void read(int pass) {}
            });
            assertEquals(layout.outputs() * layout.blocks(), products.size(), layout.toString());
        }
    }
}
