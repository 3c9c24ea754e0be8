package dev.hwc.sim.pim.kernel;

import dev.hwc.ir.numerics.BlockProduct;
import dev.hwc.sim.dram.device.BankSet;
import dev.hwc.sim.dram.device.DramSpec;
import dev.hwc.sim.pim.PimFormat;
import dev.hwc.sim.pim.PimSpec;
import dev.hwc.sim.pim.program.Action;
import dev.hwc.sim.pim.program.PimProgram;
import dev.hwc.sim.pim.unit.Banks;
import dev.hwc.sim.pim.unit.CodeUnits;
import java.util.ArrayList;
import java.util.List;

/**
 * int8 and int4 weights on units at the banks: an output of a bank is the sum of block products with the inputs of the
 * buffer. Sums run on, the host subtracts what it has read before; so nothing is cleared. Where things stand says
 * {@link TreeLayout}.
 *
 * @param channels that take part
 * @param layout of every bank; its splits are groups of channels with different inputs
 */
public record CodeTreeGemv(PimSpec spec, PimFormat format, int rows, int columns, int channels, TreeLayout layout)
        implements Kernel {
    private static final int SCALES = 16;

    /** The layout with the fewest clocks. */
    public static CodeTreeGemv of(PimSpec spec, PimFormat format, int rows, int columns, int channels, int splits) {
        int outputs = Math.ceilDiv(rows, channels / splits * spec.units());
        TreeLayout layout = TreeLayout.best(spec, format, columns, outputs, splits);
        return new CodeTreeGemv(spec, format, rows, columns, channels, layout);
    }

    /** Blocks that a phase may have, in whole bursts of scales. */
    private int padded() {
        return Math.ceilDiv(TreeLayout.capacity(spec), SCALES) * SCALES;
    }

    @Override
    public int usedRows() {
        return layout.rows();
    }

    @Override
    public String mapping() {
        return "a bank per output, block products, " + layout.splits() + (layout.splits() == 1 ? " part" : " parts")
                + " of the inputs over " + channels + " channels, " + layout.phases() + " x up to " + layout.chunk()
                + " blocks in the buffer for " + layout.outputs() + " rows each";
    }

    @Override
    public PimProgram program() {
        PimProgram program = new PimProgram();
        layout.walk(new Commands(program));
        return program;
    }

    /** The commands of a walk; before the first row the latches become zero, and never again. */
    private final class Commands implements TreeLayout.Walk {
        private final PimProgram program;
        private final int registerMode = spec.dram().get("registerModeFrom");
        private int readings;

        Commands(PimProgram program) {
            this.program = program;
        }

        @Override
        public void scales(int row, int column, int phase, int output, int block) {
            program.read(BankSet.ALL, row, column, Action.SCALES, 0, 0);
        }

        @Override
        public void codes(int row, int column, int phase, int output, int block, int latch) {
            program.read(BankSet.ALL, row, column, Action.MAC_BLOCK, latch, block);
        }

        @Override
        public void pause(List<TreeLayout.Reading> read, int load, int row) {
            if (read.isEmpty() && load < 0) {
                return;
            }
            boolean modes = registerMode > 0;
            if (modes && row > 0) {
                program.close();
            }
            mode(registerMode);
            if (row == 0) {
                program.load(BankSet.NONE, 0, 0, Action.CLEAR, 0, 0);
            }
            for (TreeLayout.Reading reading : read) {
                for (int part = 0; part < TreeLayout.PARTS; part++) {
                    program.result(reading.latch() * TreeLayout.PARTS + part, readings);
                }
                readings++;
            }
            if (load >= 0) {
                load(load);
            }
            if (modes && row > 0) {
                program.open(BankSet.ALL, row);
            }
            mode(0);
        }

        private void load(int phase) {
            for (int i = 0; i < layout.scaleLoads(phase); i++) {
                int datum = phase * (padded() / SCALES) + i;
                program.load(BankSet.NONE, 0, i, Action.LOAD_SCALARS, i, datum);
            }
            for (int b = 0; b < layout.phaseBlocks(phase); b++) {
                program.load(BankSet.NONE, 0, b, Action.LOAD, b, phase * padded() + b);
            }
        }

        private void mode(int mode) {
            if (registerMode > 0) {
                program.mode(mode);
            }
        }
    }

    @Override
    public float[] compute(PimProgram program, int[] order) {
        return compute(program, order, new CodeData(format, rows, columns));
    }

    /** Data of all channels through the units. */
    public float[] compute(PimProgram program, int[] order, CodeOperands data) {
        DramSpec dram = spec.dram();
        Banks banks = new Banks(spec.units(), 1, usedRows(), dram.get("rowBytes"), dram.burstBytes());
        long[] sums = new long[rows];
        Readings readings = new Readings();
        layout.walk(readings);
        short[] results = new short[readings.list.size() * spec.units() * TreeLayout.PARTS];
        for (int channel = 0; channel < channels; channel++) {
            Channel part = new Channel(data, channel, banks);
            layout.walk(part);
            part.units(results).run(program, order);
            long[] earlier = new long[spec.accumulators() * spec.units()];
            for (int i = 0; i < readings.list.size(); i++) {
                TreeLayout.Reading reading = readings.list.get(i);
                for (int u = 0; u < spec.units(); u++) {
                    int latch = reading.latch() * spec.units() + u;
                    long now = CodeUnits.sum(results, (i * spec.units() + u) * TreeLayout.PARTS);
                    int m = part.output(reading.phase(), reading.output(), u);
                    if (m >= 0) {
                        sums[m] += CodeUnits.difference(now, earlier[latch]);
                    }
                    earlier[latch] = now;
                }
            }
        }
        float[] outputs = new float[rows];
        for (int m = 0; m < rows; m++) {
            outputs[m] = BlockProduct.toFp32(sums[m]);
        }
        return outputs;
    }

    /** The sums that are read, in order. */
    private static final class Readings implements TreeLayout.Walk {
        private final List<TreeLayout.Reading> list = new ArrayList<>();

        @Override
        public void scales(int row, int column, int phase, int output, int block) {}

        @Override
        public void codes(int row, int column, int phase, int output, int block, int latch) {}

        @Override
        public void pause(List<TreeLayout.Reading> read, int load, int row) {
            list.addAll(read);
        }
    }

    /** Operands of one channel; a walk puts weights into its banks. */
    private final class Channel implements TreeLayout.Walk {
        private final CodeOperands data;
        private final int group;
        private final int member;
        private final Banks banks;

        Channel(CodeOperands data, int channel, Banks banks) {
            this.data = data;
            this.group = channel / layout.splits();
            this.member = channel % layout.splits();
            this.banks = banks;
        }

        /** Row of the matrix that a bank has as an output of a phase, or -1. */
        int output(int phase, int output, int bank) {
            int number = layout.output(member, phase, output);
            int m = (group * layout.outputs() + number) * spec.units() + bank;
            return number < 0 || m >= rows ? -1 : m;
        }

        @Override
        public void scales(int row, int column, int phase, int output, int block) {
            int ofPhase = layout.phaseBlocks(phase);
            int first = layout.firstBlock(member, phase);
            for (int u = 0; u < spec.units(); u++) {
                short[] words = banks.ofBank(u);
                int at = banks.at(u, row, column);
                for (int i = 0; i < SCALES; i++) {
                    int product = output * ofPhase + block + i;
                    int m = product / ofPhase < layout.phaseOutputs(phase) ? output(phase, product / ofPhase, u) : -1;
                    words[at + i] = m < 0 ? 0 : data.weightScale(m, first + product % ofPhase);
                }
            }
        }

        @Override
        public void codes(int row, int column, int phase, int output, int block, int latch) {
            int first = (layout.firstBlock(member, phase) + block) * BlockProduct.BLOCK;
            for (int u = 0; u < spec.units(); u++) {
                int m = output(phase, output, u);
                data.codes(m < 0 ? rows : m, first, banks.ofBank(u), banks.at(u, row, column));
            }
        }

        @Override
        public void pause(List<TreeLayout.Reading> read, int load, int row) {}

        /** Units with the activations of all phases. */
        CodeUnits units(short[] results) {
            byte[] activations = new byte[layout.phases() * padded() * BlockProduct.BLOCK];
            short[] scales = new short[layout.phases() * padded()];
            for (int phase = 0; phase < layout.phases(); phase++) {
                int first = layout.firstBlock(member, phase);
                for (int b = 0; b < layout.phaseBlocks(phase); b++) {
                    scales[phase * padded() + b] = data.activationScale(first + b);
                    for (int k = 0; k < BlockProduct.BLOCK; k++) {
                        activations[(phase * padded() + b) * BlockProduct.BLOCK + k] =
                                data.activation((first + b) * BlockProduct.BLOCK + k);
                    }
                }
            }
            return new CodeUnits(
                    spec.units(), format, banks, spec.accumulators(), padded(), activations, scales, SCALES, results);
        }
    }

    @Override
    public long mismatches(float[] results) {
        return new CodeData(format, rows, columns).mismatches(results);
    }
}
