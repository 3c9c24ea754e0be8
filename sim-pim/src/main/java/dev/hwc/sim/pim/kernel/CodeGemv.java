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

/**
 * int8 and int4 weights on units between two banks: eight sums of 48 bits per unit, eight blocks of activations in
 * registers and their scales in the scalars; a tile of 256 inputs and 8 outputs is four bursts of scales and the codes.
 *
 * @param channels that take part
 * @param splits groups of channels with different inputs
 */
public record CodeGemv(PimSpec spec, PimFormat format, int rows, int columns, int channels, int splits)
        implements Kernel {
    private static final int SUMS = 8;
    private static final int BLOCKS = 8;
    private static final int SCALE_BURSTS = SUMS * BLOCKS / 16;
    private static final int SUMS_PER_BURST = 4;
    private static final int TILE_INPUTS = BLOCKS * BlockProduct.BLOCK;

    private static int ceil(int a, int b) {
        return (a + b - 1) / b;
    }

    /** Tiles of 256 inputs of a channel. */
    private int tiles() {
        return ceil(ceil(columns, TILE_INPUTS), splits);
    }

    /** Times 8 outputs of a unit. */
    private int passes() {
        return ceil(rows, channels / splits * spec.units() * SUMS);
    }

    private int blocksPerBurst() {
        return format == PimFormat.I4 ? 2 : 1;
    }

    private int burstsPerTile() {
        return SCALE_BURSTS + SUMS * BLOCKS / blocksPerBurst();
    }

    private BankSet set(int burst) {
        return burst / spec.dram().columns() % 2 == 0 ? BankSet.EVEN : BankSet.ODD;
    }

    private int row(int burst) {
        return burst / spec.dram().columns() / 2;
    }

    private int column(int burst) {
        return burst % spec.dram().columns();
    }

    /** First burst of a tile; half a row is left out, so that registers are written in the middle of rows. */
    private int first(int pass, int tile) {
        return spec.dram().columns() / 2 + (pass * tiles() + tile) * burstsPerTile();
    }

    private int resultRow() {
        return row(first(passes(), 0)) + 1;
    }

    private int resultBursts() {
        return passes() * SUMS / SUMS_PER_BURST;
    }

    @Override
    public int usedRows() {
        return resultRow() + ceil(resultBursts(), spec.dram().columns());
    }

    @Override
    public String mapping() {
        return "a block product per burst, " + splits + (splits == 1 ? " part" : " parts") + " of the inputs over "
                + channels + " channels, " + passes() + " x 8 outputs and " + tiles() + " x 256 inputs per unit";
    }

    @Override
    public PimProgram program() {
        PimProgram program = new PimProgram();
        Modes modes = new Modes(program, spec.dram());
        modes.enter();
        for (int pass = 0; pass < passes(); pass++) {
            if (pass > 0) {
                modes.clear();
            }
            for (int tile = 0; tile < tiles(); tile++) {
                tile(program, modes, pass, tile);
            }
            for (int i = 0; i < SUMS / SUMS_PER_BURST; i++) {
                int at = pass * SUMS / SUMS_PER_BURST + i;
                program.write(BankSet.EVEN, resultRow() + at / spec.dram().columns(), column(at), i);
            }
        }
        modes.leave();
        read(program);
        return program;
    }

    private void tile(PimProgram program, Modes modes, int pass, int tile) {
        int burst = first(pass, tile);
        BankSet rests = set(burst) == BankSet.EVEN ? BankSet.ODD : BankSet.EVEN;
        modes.register(rests, Action.LOAD_SCALARS, tile);
        for (int b = 0; b < BLOCKS; b++) {
            modes.register(rests, Action.LOAD, b, tile * BLOCKS + b);
        }
        for (int i = 0; i < SCALE_BURSTS; i++, burst++) {
            program.read(set(burst), row(burst), column(burst), Action.SCALES, i, 0);
        }
        for (int b = 0; b < BLOCKS; b += blocksPerBurst()) {
            for (int sum = 0; sum < SUMS; sum++, burst++) {
                program.read(set(burst), row(burst), column(burst), Action.MAC_BLOCK, sum, b);
            }
        }
    }

    private void read(PimProgram program) {
        DramSpec dram = spec.dram();
        for (int at = 0; at < resultBursts(); at++) {
            for (int inGroup = 0; inGroup < dram.get("banksPerGroup"); inGroup += 2) {
                for (int group = 0; group < dram.get("bankGroups"); group++) {
                    int bank = group * dram.get("banksPerGroup") + inGroup;
                    int datum = bank / 2 * resultBursts() + at;
                    program.host(Op.HOST_READ, bank, resultRow() + at / dram.columns(), column(at), datum);
                }
            }
        }
    }

    private int output(int channel, int unit, int pass, int sum) {
        return ((channel / splits * passes() + pass) * spec.units() + unit) * SUMS + sum;
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
        short[] results = new short[spec.units() * resultBursts() * 16];
        for (int channel = 0; channel < channels; channel++) {
            int firstTile = channel % splits * tiles();
            place(banks, data, channel, firstTile);
            units(banks, data, firstTile, results).run(program, order);
            for (int u = 0; u < spec.units(); u++) {
                for (int i = 0; i < passes() * SUMS; i++) {
                    int m = output(channel, u, i / SUMS, i % SUMS);
                    if (m < rows) {
                        sums[m] += CodeUnits.sum(results, u * resultBursts() * 16 + i * 4);
                    }
                }
            }
        }
        float[] outputs = new float[rows];
        for (int m = 0; m < rows; m++) {
            outputs[m] = BlockProduct.toFp32(sums[m]);
        }
        return outputs;
    }

    private CodeUnits units(Banks banks, CodeOperands data, int firstTile, short[] results) {
        byte[] activations = new byte[tiles() * TILE_INPUTS];
        short[] scales = new short[tiles() * BLOCKS];
        for (int k = 0; k < activations.length; k++) {
            activations[k] = data.activation(firstTile * TILE_INPUTS + k);
        }
        for (int b = 0; b < scales.length; b++) {
            scales[b] = data.activationScale(firstTile * BLOCKS + b);
        }
        return new CodeUnits(spec.units(), format, banks, SUMS, BLOCKS, activations, scales, BLOCKS, results);
    }

    private void place(Banks banks, CodeOperands data, int channel, int firstTile) {
        for (int pass = 0; pass < passes(); pass++) {
            for (int tile = 0; tile < tiles(); tile++) {
                for (int i = 0; i < burstsPerTile(); i++) {
                    int burst = first(pass, tile) + i;
                    short[] words = banks.set(set(burst) == BankSet.ODD ? 1 : 0);
                    int at = banks.at(row(burst), column(burst));
                    for (int u = 0; u < spec.units(); u++, at += 16) {
                        burst(data, output(channel, u, pass, 0), (firstTile + tile) * BLOCKS, i, words, at);
                    }
                }
            }
        }
    }

    /** Burst i of a tile: scales of (block, sum) in order, then codes. */
    private void burst(CodeOperands data, int output, int firstBlock, int i, short[] words, int at) {
        if (i < SCALE_BURSTS) {
            for (int n = 0; n < 16; n++) {
                int index = i * 16 + n;
                words[at + n] = data.weightScale(output + index % SUMS, firstBlock + index / SUMS);
            }
        } else {
            int index = i - SCALE_BURSTS;
            int block = firstBlock + index / SUMS * blocksPerBurst();
            data.codes(output + index % SUMS, block * BlockProduct.BLOCK, words, at);
        }
    }

    @Override
    public long mismatches(float[] results) {
        return new CodeData(format, rows, columns).mismatches(results);
    }
}
