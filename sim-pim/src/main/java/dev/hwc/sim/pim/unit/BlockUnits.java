package dev.hwc.sim.pim.unit;

import dev.hwc.sim.dram.device.BankSet;
import dev.hwc.sim.pim.program.PimProgram;
import java.util.Arrays;

/**
 * The units of one channel of HBM2-PIM or LPDDR5-PIM with fp16: 16 vector registers (accumulators from 8 on), 8 scalars,
 * one unit for each even bank and the odd one after it. Lanes of all units lie side by side.
 */
public final class BlockUnits {
    private static final int LANES = 16;
    private static final int REGISTERS = 16;
    private static final int SCALARS = 8;

    private final int width;
    private final Banks banks;
    private final short[] input;
    private final short[] results;
    private final float[][] registers;
    private final float[] scalars = new float[SCALARS];

    /**
     * Units with registers of zero.
     *
     * @param input words that the host writes to registers: of datum d from 16 d on, scalars from 8 d on
     * @param results takes the bursts and registers that the host reads, datum d from 16 d on
     */
    public BlockUnits(int units, Banks banks, short[] input, short[] results) {
        width = units * LANES;
        this.banks = banks;
        this.input = input;
        this.results = results;
        registers = new float[REGISTERS][width];
    }

    /** Runs a program in the order in which it was issued. */
    public void run(PimProgram program, int[] order) {
        for (int item : order) {
            switch (program.op(item)) {
                case UNIT_READ -> read(program, item);
                case UNIT_WRITE -> store(program, item);
                case REGISTER_WRITE -> load(program, item);
                case HOST_READ -> host(program, item);
                case REGISTER_READ -> register(program, item);
                case HOST_WRITE, MODE, OPEN, CLOSE -> {}
            }
        }
    }

    private short[] words(PimProgram program, int item) {
        return banks.set(program.set(item) == BankSet.ODD ? 1 : 0);
    }

    private void read(PimProgram program, int item) {
        int at = banks.at(program.row(item), program.column(item));
        short[] words = words(program, item);
        float[] to = registers[program.to(item)];
        int from = program.from(item);
        switch (program.action(item)) {
            case MAC_SCALAR -> multiplyAdd(words, at, to, scalars[from]);
            case MAC_LANES -> multiplyAdd(words, at, to, registers[from]);
            case FILL -> fill(words, at, to, false);
            case FILL_RELU -> fill(words, at, to, true);
            case ADD -> add(words, at, to);
            case MUL -> multiply(words, at, to);
            default -> throw new IllegalStateException("units with fp16 cannot " + program.action(item));
        }
    }

    private static void multiplyAdd(short[] words, int at, float[] to, float scalar) {
        for (int i = 0; i < to.length; i++) {
            to[i] = Fp16.add(to[i], Fp16.mul(Fp16.value(words[at + i]), scalar));
        }
    }

    private static void multiplyAdd(short[] words, int at, float[] to, float[] from) {
        for (int i = 0; i < to.length; i++) {
            to[i] = Fp16.add(to[i], Fp16.mul(Fp16.value(words[at + i]), from[i]));
        }
    }

    private static void fill(short[] words, int at, float[] to, boolean relu) {
        for (int i = 0; i < to.length; i++) {
            to[i] = relu && words[at + i] < 0 ? 0f : Fp16.value(words[at + i]);
        }
    }

    private static void add(short[] words, int at, float[] to) {
        for (int i = 0; i < to.length; i++) {
            to[i] = Fp16.add(to[i], Fp16.value(words[at + i]));
        }
    }

    private static void multiply(short[] words, int at, float[] to) {
        for (int i = 0; i < to.length; i++) {
            to[i] = Fp16.mul(to[i], Fp16.value(words[at + i]));
        }
    }

    private void store(PimProgram program, int item) {
        int at = banks.at(program.row(item), program.column(item));
        short[] words = words(program, item);
        float[] from = registers[program.from(item)];
        for (int i = 0; i < width; i++) {
            words[at + i] = Float.floatToFloat16(from[i]);
        }
    }

    private void load(PimProgram program, int item) {
        int datum = program.data(item);
        switch (program.action(item)) {
            case LOAD_SCALARS -> {
                for (int i = 0; i < SCALARS; i++) {
                    scalars[i] = Fp16.value(input[datum * SCALARS + i]);
                }
            }
            case LOAD -> {
                float[] to = registers[program.to(item)];
                for (int i = 0; i < width; i++) {
                    to[i] = Fp16.value(input[datum * LANES + i % LANES]);
                }
            }
            case CLEAR -> {
                for (int r = REGISTERS / 2; r < REGISTERS; r++) {
                    Arrays.fill(registers[r], 0f);
                }
            }
            default -> {}
        }
    }

    private void register(PimProgram program, int item) {
        float[] from = registers[program.from(item)];
        for (int l = 0; l < LANES; l++) {
            short word = Float.floatToFloat16(from[program.to(item) * LANES + l]);
            results[program.data(item) * LANES + l] = word;
        }
    }

    private void host(PimProgram program, int item) {
        int datum = program.data(item);
        if (datum >= 0) {
            int bank = program.bank(item);
            int at = banks.at(bank, program.row(item), program.column(item));
            System.arraycopy(banks.ofBank(bank), at, results, datum * LANES, LANES);
        }
    }
}
