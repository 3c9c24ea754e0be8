package dev.hwc.sim.pim.kernel;

import dev.hwc.ir.numerics.Fp32;
import dev.hwc.sim.dram.device.DramSpec;
import dev.hwc.sim.pim.PimSpec;
import dev.hwc.sim.pim.program.PimProgram;
import dev.hwc.sim.pim.unit.Banks;
import dev.hwc.sim.pim.unit.BlockUnits;
import dev.hwc.sim.pim.unit.Fp16;

/**
 * The placement of PIMSimulator's GEMV: 8 outputs per unit, 128 inputs in 8 registers, lanes over inputs; only outputs
 * are spread over units and channels. The host is left to read 16 sums per output; that is not in the cycles.
 */
public record SamsungGemv(PimSpec spec, int rows, int columns, int channels) implements Kernel {
    private static final int TILE_INPUTS = 128;
    private static final int COLUMNS = 32;
    private static final int TILE = 64;

    private int outputsPerTile() {
        return channels * spec.units() * SamsungKernels.REGISTERS;
    }

    private int outputTiles() {
        return (rows + outputsPerTile() - 1) / outputsPerTile();
    }

    private int inputTiles() {
        return (columns + TILE_INPUTS - 1) / TILE_INPUTS;
    }

    @Override
    public PimProgram program() {
        return SamsungKernels.gemv(outputTiles(), inputTiles());
    }

    @Override
    public int usedRows() {
        return (SamsungKernels.resultBurst(outputTiles(), inputTiles()) + outputTiles() * SamsungKernels.REGISTERS)
                        / COLUMNS
                + 1;
    }

    @Override
    public String mapping() {
        return "PIMSimulator's: 8 outputs per unit, " + inputTiles() + " tiles of 128 inputs, even banks first, "
                + outputTiles() + (outputTiles() == 1 ? " time" : " times");
    }

    @Override
    public float[] compute(PimProgram program, int[] order) {
        DramSpec dram = spec.dram();
        Banks banks = new Banks(spec.units(), 2, usedRows(), dram.get("rowBytes"), dram.burstBytes());
        short[] input = new short[inputTiles() * TILE_INPUTS];
        for (int k = 0; k < columns; k++) {
            input[k] = Operands.input16(k);
        }
        float[] outputs = new float[rows];
        for (int channel = 0; channel < channels; channel++) {
            place(banks, channel);
            new BlockUnits(spec.units(), banks, input, new short[0]).run(program, order);
            collect(banks, channel, outputs);
        }
        return outputs;
    }

    @Override
    public long mismatches(float[] results) {
        return Fp16Reference.mismatchesOfLanes(results, columns);
    }

    private int output(int tile, int channel, int unit, int register) {
        return tile * outputsPerTile() + (channel * spec.units() + unit) * SamsungKernels.REGISTERS + register;
    }

    private void place(Banks banks, int channel) {
        banks.clear();
        int lanes = spec.lanes();
        for (int output = 0; output < outputTiles(); output++) {
            for (int inputTile = 0; inputTile < inputTiles(); inputTile++) {
                for (int burst = 0; burst < TILE; burst++) {
                    int at = (output * ((inputTiles() + 1) / 2) + inputTile / 2) * TILE + burst;
                    int first = inputTile * TILE_INPUTS + burst / SamsungKernels.REGISTERS * lanes;
                    for (int u = 0; u < spec.units(); u++) {
                        int m = output(output, channel, u, burst % SamsungKernels.REGISTERS);
                        int bank = 2 * u + inputTile % 2;
                        short[] words = banks.ofBank(bank);
                        int cell = banks.at(bank, at / COLUMNS, at % COLUMNS);
                        for (int l = 0; l < lanes && m < rows && first + l < columns; l++) {
                            words[cell + l] = Operands.weight16((long) m * columns + first + l);
                        }
                    }
                }
            }
        }
    }

    private void collect(Banks banks, int channel, float[] outputs) {
        int first = SamsungKernels.resultBurst(outputTiles(), inputTiles());
        for (int tile = 0; tile < outputTiles(); tile++) {
            for (int u = 0; u < spec.units(); u++) {
                for (int r = 0; r < SamsungKernels.REGISTERS; r++) {
                    int m = output(tile, channel, u, r);
                    int at = first + tile * SamsungKernels.REGISTERS + r;
                    int cell = banks.at(2 * u + 1, at / COLUMNS, at % COLUMNS);
                    for (int l = 0; l < spec.lanes() && m < rows; l++) {
                        outputs[m] = Fp32.add(outputs[m], Fp16.value(banks.ofBank(2 * u + 1)[cell + l]));
                    }
                }
            }
        }
    }
}
