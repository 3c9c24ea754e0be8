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

/**
 * int8 and int4 weights on units at the banks: as {@link TreeGemv}, with as many blocks as the buffer holds with their
 * scales; a DRAM row has the scales of its blocks first. A sum of 48 bits is read in three parts.
 *
 * @param channels that take part
 * @param splits groups of channels with different inputs
 */
public record CodeTreeGemv(PimSpec spec, PimFormat format, int rows, int columns, int channels, int splits)
        implements Kernel {
    private static final int SCALES = 16;
    private static final int PARTS = 3;

    private static int ceil(int a, int b) {
        return (a + b - 1) / b;
    }

    private int blocksOfRow() {
        return ceil(columns, BlockProduct.BLOCK);
    }

    private int blocksPerBurst() {
        return format == PimFormat.I4 ? 2 : 1;
    }

    /** Blocks that the buffer holds with scales, and a row with theirs; even. */
    private int chunk() {
        int blocks = spec.dram().get("bufferBytes") / (BlockProduct.BLOCK + 2);
        int columnsOfRow = spec.dram().columns();
        while (ceil(blocks, SCALES) + ceil(blocks, blocksPerBurst()) > columnsOfRow) {
            blocks--;
        }
        return blocks / 2 * 2;
    }

    private int blocksPerChannel() {
        return ceil(ceil(blocksOfRow(), splits), 2) * 2;
    }

    private int chunks() {
        return ceil(blocksPerChannel(), chunk());
    }

    private int blocks(int chunk) {
        return Math.min(chunk(), blocksPerChannel() - chunk * chunk());
    }

    private int rowsPerBank() {
        return ceil(rows, channels / splits * spec.units());
    }

    private int dramRow(int chunk, int row) {
        return chunk * rowsPerBank() + row;
    }

    @Override
    public int usedRows() {
        return chunks() * rowsPerBank();
    }

    @Override
    public String mapping() {
        return "a bank per output, block products, " + splits + (splits == 1 ? " part" : " parts")
                + " of the inputs over " + channels + " channels, " + chunks() + " x " + chunk()
                + " blocks in the buffer for " + rowsPerBank() + " rows each";
    }

    @Override
    public PimProgram program() {
        PimProgram program = new PimProgram();
        int registerMode = spec.dram().get("registerModeFrom");
        mode(program, registerMode);
        for (int chunk = 0; chunk < chunks(); chunk++) {
            load(program, chunk);
            for (int row = 0; row < rowsPerBank(); row++) {
                program.load(BankSet.NONE, 0, 0, Action.CLEAR, 0, 0);
                mode(program, 0);
                int at = dramRow(chunk, row);
                read(program, chunk, at);
                if (at + 1 < usedRows()) {
                    program.open(BankSet.ALL, at + 1);
                }
                mode(program, registerMode);
                for (int part = 0; part < PARTS; part++) {
                    program.result(part, at);
                }
            }
        }
        mode(program, 0);
        return program;
    }

    private void load(PimProgram program, int chunk) {
        for (int i = 0; i < ceil(blocks(chunk), SCALES); i++) {
            program.load(BankSet.NONE, 0, i, Action.LOAD_SCALARS, i, chunk * ceil(chunk(), SCALES) + i);
        }
        for (int b = 0; b < blocks(chunk); b++) {
            program.load(BankSet.NONE, 0, b, Action.LOAD, b, chunk * chunk() + b);
        }
    }

    private void read(PimProgram program, int chunk, int dramRow) {
        int column = 0;
        for (int i = 0; i < ceil(blocks(chunk), SCALES); i++) {
            program.read(BankSet.ALL, dramRow, column++, Action.SCALES, i, 0);
        }
        for (int b = 0; b < blocks(chunk); b += blocksPerBurst()) {
            program.read(BankSet.ALL, dramRow, column++, Action.MAC_BLOCK, 0, b);
        }
    }

    private void mode(PimProgram program, int mode) {
        if (spec.dram().get("registerModeFrom") > 0) {
            program.mode(mode);
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
        short[] results = new short[usedRows() * spec.units() * 4];
        for (int channel = 0; channel < channels; channel++) {
            int firstBlock = channel % splits * blocksPerChannel();
            int firstOutput = channel / splits * rowsPerBank() * spec.units();
            place(banks, data, firstOutput, firstBlock);
            units(banks, data, firstBlock, results).run(program, order);
            for (int i = 0; i < usedRows() * spec.units(); i++) {
                int m = firstOutput + i / spec.units() % rowsPerBank() * spec.units() + i % spec.units();
                if (m < rows) {
                    sums[m] += CodeUnits.sum(results, i * 4);
                }
            }
        }
        float[] outputs = new float[rows];
        for (int m = 0; m < rows; m++) {
            outputs[m] = BlockProduct.toFp32(sums[m]);
        }
        return outputs;
    }

    /** Blocks beyond the channel's share belong to the next one: here they have scales of zero. */
    private int end(int firstBlock) {
        return Math.min(blocksOfRow(), firstBlock + blocksPerChannel());
    }

    private CodeUnits units(Banks banks, CodeOperands data, int firstBlock, short[] results) {
        byte[] activations = new byte[chunks() * chunk() * BlockProduct.BLOCK];
        for (int k = 0; k < activations.length; k++) {
            activations[k] = data.activation(firstBlock * BlockProduct.BLOCK + k);
        }
        int padded = ceil(chunk(), SCALES) * SCALES;
        short[] scales = new short[chunks() * padded];
        for (int b = 0; b < chunks() * chunk() && firstBlock + b < end(firstBlock); b++) {
            scales[b / chunk() * padded + b % chunk()] = data.activationScale(firstBlock + b);
        }
        return new CodeUnits(spec.units(), format, banks, 1, padded, activations, scales, SCALES, results);
    }

    private void place(Banks banks, CodeOperands data, int firstOutput, int firstBlock) {
        for (int chunk = 0; chunk < chunks(); chunk++) {
            int scaleBursts = ceil(blocks(chunk), SCALES);
            for (int row = 0; row < rowsPerBank(); row++) {
                for (int u = 0; u < spec.units(); u++) {
                    int m = firstOutput + row * spec.units() + u;
                    short[] words = banks.ofBank(u);
                    for (int b = 0; b < blocks(chunk); b++) {
                        int block = firstBlock + chunk * chunk() + b;
                        words[banks.at(u, dramRow(chunk, row), b / SCALES) + b % SCALES] = data.weightScale(m, block);
                        if (b % blocksPerBurst() == 0) {
                            int at = banks.at(u, dramRow(chunk, row), scaleBursts + b / blocksPerBurst());
                            data.codes(m, block * BlockProduct.BLOCK, words, at);
                        }
                    }
                }
            }
        }
    }

    @Override
    public long mismatches(float[] results) {
        return new CodeData(format, rows, columns).mismatches(results);
    }
}
