package dev.hwc.sim.pim.kernel;

import dev.hwc.ir.numerics.BlockProduct;
import dev.hwc.sim.dram.device.BankSet;
import dev.hwc.sim.dram.device.DramSpec;
import dev.hwc.sim.pim.PimFormat;
import dev.hwc.sim.pim.PimSpec;
import dev.hwc.sim.pim.program.Action;
import dev.hwc.sim.pim.program.Op;
import dev.hwc.sim.pim.program.PimProgram;
import dev.hwc.sim.pim.unit.Banks;
import dev.hwc.sim.pim.unit.CodeUnits;
import java.util.ArrayList;
import java.util.List;

/**
 * int8 and int4 weights on units between two banks: as many sums as accumulating registers hold, in 48 bits; they stay in
 * the unit until all inputs of the channel are done, and run on from pass to pass: the host subtracts. Where things stand
 * says {@link LaneLayout}.
 *
 * @param channels that take part
 * @param splits groups of channels with different inputs
 * @param layout of every unit
 */
public record CodeGemv(
        PimSpec spec, PimFormat format, int rows, int columns, int channels, int splits, LaneLayout layout)
        implements Kernel {
    private static final int SCALES = 16;

    /** The layout with the fewest clocks. */
    public static CodeGemv of(PimSpec spec, PimFormat format, int rows, int columns, int channels, int splits) {
        int outputs = Math.ceilDiv(rows, channels / splits * spec.units());
        LaneLayout layout = LaneLayout.best(spec, format, columns, outputs, splits);
        return new CodeGemv(spec, format, rows, columns, channels, splits, layout);
    }

    @Override
    public int usedRows() {
        return layout.rows();
    }

    @Override
    public String mapping() {
        return "a block product per burst, " + splits + (splits == 1 ? " part" : " parts") + " of the inputs over "
                + channels + " channels, " + layout.passes() + " x up to " + layout.outputs(0) + " outputs and "
                + layout.tiles() + " x up to " + layout.tile() + " blocks per unit";
    }

    @Override
    public PimProgram program() {
        PimProgram program = new PimProgram();
        if (layout.passes() == 0) {
            return program;
        }
        Modes modes = new Modes(program, spec.dram());
        modes.enter();
        Commands commands = new Commands(program, modes);
        layout.walk(commands);
        modes.leave();
        read(program, commands.stores);
        return program;
    }

    /** Sums of a pass in the banks. */
    private record Store(LaneLayout.Place place, int number) {}

    /** The commands of a walk. */
    private final class Commands implements LaneLayout.Walk {
        private final PimProgram program;
        private final Modes modes;
        private final List<Store> stores = new ArrayList<>();

        Commands(PimProgram program, Modes modes) {
            this.program = program;
            this.modes = modes;
        }

        @Override
        public void load(int block, int count, BankSet rests) {
            modes.register(rests, Action.LOAD_SCALARS, block / layout.tile());
            for (int b = 0; b < count; b++) {
                modes.register(rests, Action.LOAD, b, block + b);
            }
        }

        @Override
        public void scales(LaneLayout.Place place, int pass, int product) {
            program.read(place.set(), place.row(), place.column(), Action.SCALES, 0, 0);
        }

        @Override
        public void codes(LaneLayout.Place place, int pass, int product) {
            LaneLayout.Product at = layout.product(pass, product);
            int register = at.block() % layout.tile();
            program.read(place.set(), place.row(), place.column(), Action.MAC_BLOCK, at.output(), register);
        }

        @Override
        public void store(LaneLayout.Place place, int pass, int burst) {
            program.write(place.set(), place.row(), place.column(), burst);
            stores.add(new Store(place, stores.size()));
        }

        @Override
        public void read(int pass) {
            int first = layout.firstStore(pass);
            for (int u = 0; u < spec.units(); u++) {
                for (int burst = 0; burst < layout.stores(pass); burst++) {
                    program.register(u, burst, u * layout.firstStore(layout.passes()) + first + burst);
                }
            }
        }
    }

    /** The host reads all sums; passes that lie in even and odd banks in turn, so that rows open meanwhile. */
    private void read(PimProgram program, List<Store> stores) {
        List<Store> even = new ArrayList<>();
        List<Store> odd = new ArrayList<>();
        for (Store store : stores) {
            (store.place.set() == BankSet.EVEN ? even : odd).add(store);
        }
        int perGroup = spec.dram().get("banksPerGroup");
        int e = 0;
        int o = 0;
        while (e < even.size() || o < odd.size()) {
            boolean takeOdd = e == even.size() || (o < odd.size() && o < e);
            List<Store> from = takeOdd ? odd : even;
            int at = takeOdd ? o : e;
            int row = from.get(at).place.row();
            for (; at < from.size() && from.get(at).place.row() == row; at++) {
                Store store = from.get(at);
                for (int inGroup = takeOdd ? 1 : 0; inGroup < perGroup; inGroup += 2) {
                    for (int group = 0; group < spec.dram().get("bankGroups"); group++) {
                        int bank = group * perGroup + inGroup;
                        int datum = bank / 2 * stores.size() + store.number;
                        program.host(Op.HOST_READ, bank, row, store.place.column(), datum);
                    }
                }
            }
            if (takeOdd) {
                o = at;
            } else {
                e = at;
            }
        }
    }

    /** Row of the matrix that a unit has as an output of a pass, or -1. */
    private int output(int channel, int unit, int pass, int output) {
        int number = channel / splits * spec.units() + unit;
        int m = number * layout.outputs() + layout.firstOutput(pass) + output;
        return m < rows ? m : -1;
    }

    @Override
    public float[] compute(PimProgram program, int[] order) {
        return compute(program, order, new CodeData(format, rows, columns));
    }

    /** Data of all channels through the units. */
    public float[] compute(PimProgram program, int[] order, CodeOperands data) {
        DramSpec dram = spec.dram();
        Banks banks = new Banks(spec.units(), 2, usedRows(), dram.get("rowBytes"), dram.burstBytes());
        long[] sums = new long[rows];
        int stores = layout.firstStore(layout.passes());
        short[] results = new short[spec.units() * stores * 16];
        for (int channel = 0; channel < channels; channel++) {
            layout.walk(new Channel(data, channel, banks));
            units(banks, data, channel, results).run(program, order);
            for (int u = 0; u < spec.units(); u++) {
                collect(channel, u, results, u * stores * 16, sums);
            }
        }
        float[] outputs = new float[rows];
        for (int m = 0; m < rows; m++) {
            outputs[m] = BlockProduct.toFp32(sums[m]);
        }
        return outputs;
    }

    /** Adds what a unit's sums have become by each pass. */
    private void collect(int channel, int unit, short[] results, int at, long[] sums) {
        long[] earlier = new long[layout.most()];
        for (int pass = 0; pass < layout.passes(); pass++) {
            for (int i = 0; i < layout.outputs(pass); i++) {
                int burst = i / CodeUnits.SUMS_PER_BURST;
                long now = CodeUnits.sum(results, at + burst * 16 + i % CodeUnits.SUMS_PER_BURST * 3);
                int m = output(channel, unit, pass, i);
                if (m >= 0) {
                    sums[m] += CodeUnits.difference(now, earlier[i]);
                }
                earlier[i] = now;
            }
            at += layout.stores(pass) * 16;
        }
    }

    private CodeUnits units(Banks banks, CodeOperands data, int channel, short[] results) {
        int first = channel % splits * layout.blocks();
        int blocks = layout.tiles() * layout.tile();
        byte[] activations = new byte[blocks * BlockProduct.BLOCK];
        short[] scales = new short[blocks];
        for (int b = 0; b < layout.blocks(); b++) {
            scales[b] = data.activationScale(first + b);
            for (int k = 0; k < BlockProduct.BLOCK; k++) {
                activations[b * BlockProduct.BLOCK + k] = data.activation((first + b) * BlockProduct.BLOCK + k);
            }
        }
        return new CodeUnits(
                spec.units(), format, banks, layout.most(), layout.tile(), activations, scales, layout.tile(), results);
    }

    /** A walk that puts a channel's weights into its banks. */
    private final class Channel implements LaneLayout.Walk {
        private final CodeOperands data;
        private final int channel;
        private final Banks banks;

        Channel(CodeOperands data, int channel, Banks banks) {
            this.data = data;
            this.channel = channel;
            this.banks = banks;
        }

        private int block(LaneLayout.Product product) {
            return channel % splits * layout.blocks() + product.block();
        }

        private short[] words(LaneLayout.Place place) {
            return banks.set(place.set() == BankSet.ODD ? 1 : 0);
        }

        @Override
        public void load(int block, int count, BankSet rests) {}

        @Override
        public void scales(LaneLayout.Place place, int pass, int product) {
            int at = banks.at(place.row(), place.column());
            for (int i = 0; i < SCALES; i++) {
                LaneLayout.Product one = layout.product(pass, product + i);
                for (int u = 0; u < spec.units(); u++) {
                    int m = one.output() < 0 ? -1 : output(channel, u, pass, one.output());
                    words(place)[at + u * 16 + i] = m < 0 ? 0 : data.weightScale(m, block(one));
                }
            }
        }

        @Override
        public void codes(LaneLayout.Place place, int pass, int product) {
            int at = banks.at(place.row(), place.column());
            LaneLayout.Product one = layout.product(pass, product);
            for (int u = 0; u < spec.units(); u++) {
                int m = output(channel, u, pass, one.output());
                data.codes(m < 0 ? rows : m, block(one) * BlockProduct.BLOCK, words(place), at + u * 16);
            }
        }

        @Override
        public void store(LaneLayout.Place place, int pass, int burst) {}

        @Override
        public void read(int pass) {}
    }

    @Override
    public long mismatches(float[] results) {
        return new CodeData(format, rows, columns).mismatches(results);
    }
}
