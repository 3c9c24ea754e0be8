package dev.hwc.sim.pim.unit;

import dev.hwc.sim.pim.program.PimProgram;

/**
 * The units of one channel of GDDR6-AiM or bank-level HBM3 with bf16: 16 multipliers and an adder tree at each bank, a
 * latch of fp32, one buffer of inputs for all.
 */
public final class TreeUnits {
    private static final int LANES = 16;

    private final int units;
    private final Banks banks;
    private final short[] input;
    private final short[] results;
    private final float[] buffer;
    private final float[] latches;
    private final float[] products = new float[LANES];

    /**
     * Units with latches of zero.
     *
     * @param input words that the host writes to the buffer: datum d from 16 d on
     * @param results takes what the host reads from latches: datum d from {@code units} · d on
     */
    public TreeUnits(int units, int bufferBytes, Banks banks, short[] input, short[] results) {
        this.units = units;
        this.banks = banks;
        this.input = input;
        this.results = results;
        buffer = new float[bufferBytes / 2];
        latches = new float[units];
    }

    /** Runs a program in the order in which it was issued. */
    public void run(PimProgram program, int[] order) {
        for (int item : order) {
            switch (program.op(item)) {
                case UNIT_READ -> multiplyAdd(program, item);
                case REGISTER_WRITE -> load(program, item);
                case REGISTER_READ -> result(program, item);
                default -> {}
            }
        }
    }

    private void multiplyAdd(PimProgram program, int item) {
        int at = banks.at(program.row(item), program.column(item));
        int from = program.from(item) * LANES;
        short[] words = banks.set(0);
        for (int u = 0; u < units; u++, at += LANES) {
            for (int i = 0; i < LANES; i++) {
                products[i] = Bf16.value(words[at + i]) * buffer[from + i];
            }
            for (int width = LANES / 2; width > 0; width /= 2) {
                for (int i = 0; i < width; i++) {
                    products[i] = products[2 * i] + products[2 * i + 1];
                }
            }
            latches[u] += products[0];
        }
    }

    private void load(PimProgram program, int item) {
        switch (program.action(item)) {
            case LOAD -> {
                for (int i = 0; i < LANES; i++) {
                    buffer[program.to(item) * LANES + i] = Bf16.value(input[program.data(item) * LANES + i]);
                }
            }
            case CLEAR -> java.util.Arrays.fill(latches, 0f);
            default -> {}
        }
    }

    private void result(PimProgram program, int item) {
        for (int u = 0; u < units; u++) {
            results[program.data(item) * units + u] = Bf16.round(latches[u]);
        }
    }
}
