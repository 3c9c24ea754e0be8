package dev.hwc.sim.pim.kernel;

import dev.hwc.sim.dram.device.BankSet;
import dev.hwc.sim.pim.program.Action;
import dev.hwc.sim.pim.program.Op;
import dev.hwc.sim.pim.program.PimProgram;

/**
 * The mappings of PIMSimulator on HBM2-PIM, from what is known of their behaviour: sequences of modes, a barrier after
 * every eight commands, 128 inputs at a time, even banks before odd ones, sums of 16 lanes left to the host.
 */
public final class SamsungKernels {
    /** Registers of a kind in a unit; also the commands between barriers. */
    static final int REGISTERS = 8;

    /** Rows from here on are reserved. */
    private static final int PARK_ROW = 0x1000;

    private static final int ENTER_ROW = 0x17FF;
    private static final int EXIT_ROW = 0x1FFF;
    private static final int REGISTER_ROW = 0x3FFF;
    private static final int LAST_COLUMN = 31;
    private static final int PROGRAM_COLUMN = 4;
    private static final int REGISTER_COLUMN = 8;
    private static final int GROUPS = 4;
    private static final int BANKS_PER_GROUP = 4;
    private static final int COLUMNS = 32;
    private static final int TILE = REGISTERS * REGISTERS;

    private final PimProgram program = new PimProgram();

    /**
     * Matrix times vector on one channel.
     *
     * @param outputTiles of 8 outputs per unit
     * @param inputTiles of 128 inputs
     */
    public static PimProgram gemv(int outputTiles, int inputTiles) {
        SamsungKernels kernel = new SamsungKernels();
        kernel.enter(1);
        for (int output = 0; output < outputTiles; output++) {
            kernel.units(true);
            for (int parity = 0; parity < 2; parity++) {
                for (int input = parity; input < inputTiles; input += 2) {
                    kernel.tile(
                            output * ((inputTiles + 1) / 2) + input / 2,
                            parity == 0 ? BankSet.EVEN : BankSet.ODD,
                            input);
                }
            }
            kernel.store(resultBurst(outputTiles, inputTiles) + output * REGISTERS);
            kernel.units(false);
        }
        kernel.leave();
        return kernel.program;
    }

    /** Where results begin, counted in bursts of a bank. */
    static int resultBurst(int outputTiles, int inputTiles) {
        return outputTiles * ((inputTiles + 1) / 2) * TILE;
    }

    /**
     * An operation on elements on one channel.
     *
     * @param action with the second operand
     * @param operands 2, or 1 for relu
     * @param tiles of 8 bursts in each bank
     */
    public static PimProgram elements(Action action, int operands, int tiles) {
        SamsungKernels kernel = new SamsungKernels();
        kernel.enter(1);
        kernel.units(true);
        for (int tile = 0; tile < tiles; tile++) {
            for (BankSet set : new BankSet[] {BankSet.EVEN, BankSet.ODD}) {
                int column = tile * REGISTERS;
                kernel.window(Op.UNIT_READ, set, 0, column, operands == 1 ? action : Action.FILL);
                if (operands == 2) {
                    kernel.window(Op.UNIT_READ, set, 128, column, action);
                }
                kernel.window(Op.UNIT_WRITE, set, 256, column, Action.NONE);
            }
        }
        kernel.units(false);
        kernel.leave();
        return kernel.program;
    }

    private void window(Op op, BankSet set, int firstRow, int firstColumn, Action action) {
        for (int i = 0; i < REGISTERS; i++) {
            int row = firstRow + (firstColumn + i) / COLUMNS;
            int column = (firstColumn + i) % COLUMNS;
            if (op == Op.UNIT_READ) {
                program.read(set, row, column, action, i, i);
            } else {
                program.write(set, row, column, i);
            }
        }
        program.barrier();
    }

    private void tile(int number, BankSet set, int input) {
        for (int g = 0; g < REGISTERS; g++) {
            program.load(BankSet.ODD, REGISTER_ROW, REGISTER_COLUMN + g, Action.LOAD, g, input * REGISTERS + g);
        }
        program.barrier();
        for (int g = 0; g < REGISTERS; g++) {
            int first = number * TILE + g * REGISTERS;
            for (int i = 0; i < REGISTERS; i++) {
                int at = first + i;
                program.read(set, at / COLUMNS, at % COLUMNS, Action.MAC_LANES, REGISTERS + i, g);
            }
            program.barrier();
        }
    }

    private void store(int first) {
        for (int i = 0; i < REGISTERS; i++) {
            program.write(BankSet.ODD, (first + i) / COLUMNS, (first + i) % COLUMNS, REGISTERS + i);
        }
        program.barrier();
    }

    /** Rows are parked, the all-bank mode is entered, instructions are written. */
    private void enter(int programBursts) {
        park();
        for (int bank : new int[] {0, 1, 2 * BANKS_PER_GROUP, 2 * BANKS_PER_GROUP + 1}) {
            program.host(Op.HOST_WRITE, bank, ENTER_ROW, LAST_COLUMN, 0);
        }
        program.barrier();
        mode(1);
        for (int i = 0; i < programBursts; i++) {
            program.load(BankSet.ODD, REGISTER_ROW, PROGRAM_COLUMN + i, Action.NONE, 0, 0);
        }
        program.barrier();
    }

    private void park() {
        for (int bank = 0; bank < BANKS_PER_GROUP; bank++) {
            for (int group = 0; group < GROUPS; group++) {
                program.host(Op.HOST_READ, group * BANKS_PER_GROUP + bank, PARK_ROW, 0, -1);
            }
        }
        program.barrier();
    }

    /** Units on or off; off clears the accumulators. */
    private void units(boolean on) {
        program.load(BankSet.EVEN, REGISTER_ROW, 0, on ? Action.CLEAR : Action.NONE, 0, 0);
        program.barrier();
        mode(on ? 2 : 1);
    }

    private void leave() {
        program.load(BankSet.EVEN, EXIT_ROW, LAST_COLUMN, Action.NONE, 0, 0);
        program.load(BankSet.ODD, EXIT_ROW, LAST_COLUMN, Action.NONE, 0, 0);
        program.barrier();
        mode(0);
        park();
    }

    private void mode(int mode) {
        program.mode(mode);
        program.barrier();
    }
}
