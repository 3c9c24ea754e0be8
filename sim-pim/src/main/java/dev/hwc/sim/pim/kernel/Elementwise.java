package dev.hwc.sim.pim.kernel;

import dev.hwc.sim.dram.device.BankSet;
import dev.hwc.sim.dram.device.DramSpec;
import dev.hwc.sim.pim.PimSpec;
import dev.hwc.sim.pim.program.Action;
import dev.hwc.sim.pim.program.PimProgram;
import dev.hwc.sim.pim.unit.Banks;
import dev.hwc.sim.pim.unit.BlockUnits;
import dev.hwc.sim.pim.unit.Fp16;

/**
 * An operation on vectors of fp16, element by element, on units with lanes.
 *
 * @param theirs whether PIMSimulator's placement is used: operands and result in rows of their own
 */
public record Elementwise(PimSpec spec, Operation operation, long elements, int channels, boolean theirs)
        implements Kernel {
    /** What is computed. */
    public enum Operation {
        ADD(Action.ADD, 2),
        MUL(Action.MUL, 2),
        RELU(Action.FILL_RELU, 1);

        private final Action action;
        private final int operands;

        Operation(Action action, int operands) {
            this.action = action;
            this.operands = operands;
        }

        public int operands() {
            return operands;
        }
    }

    private static final int REGISTERS = 16;
    private static final int ROW_STEP = 128;
    private static final BankSet[] SETS = {BankSet.EVEN, BankSet.ODD};

    private static long ceil(long a, long b) {
        return (a + b - 1) / b;
    }

    /** Bursts of an operand in each bank. */
    public int burstsPerBank() {
        long perChannel = ceil(ceil(elements, spec.lanes()), channels);
        return Math.toIntExact(ceil(perChannel, spec.dram().banksPerRank()));
    }

    /** Bursts that are worked on at a time: as many as registers, and as a row holds with all operands and the result. */
    private int batch() {
        return theirs
                ? SamsungKernels.REGISTERS
                : Math.min(REGISTERS, spec.dram().columns() / (operation.operands + 1));
    }

    private int batches() {
        return Math.toIntExact(ceil(burstsPerBank(), batch()));
    }

    @Override
    public int usedRows() {
        return theirs
                ? 2 * ROW_STEP
                        + Math.toIntExact(
                                ceil((long) batches() * batch(), spec.dram().columns()))
                : batches();
    }

    @Override
    public String mapping() {
        return theirs
                ? "PIMSimulator's: " + batches() + " times 8 bursts per bank, operands and result in rows of their own"
                : batch() + " bursts at a time, operands and result in the same row, even and odd banks in turn";
    }

    @Override
    public PimProgram program() {
        if (theirs) {
            return SamsungKernels.elements(operation.action, operation.operands, batches());
        }
        PimProgram program = new PimProgram();
        Modes modes = new Modes(program, spec.dram());
        modes.enter();
        for (int row = 0; row < batches(); row++) {
            for (BankSet set : SETS) {
                for (int operand = 0; operand < operation.operands; operand++) {
                    Action action = operand == operation.operands - 1 ? operation.action : Action.FILL;
                    for (int i = 0; i < batch(); i++) {
                        program.read(set, row, operand * batch() + i, action, i, 0);
                    }
                }
                for (int i = 0; i < batch(); i++) {
                    program.write(set, row, operation.operands * batch() + i, i);
                }
            }
        }
        modes.leave();
        return program;
    }

    /** Where burst s of operand o (the result is the last) of a bank begins. */
    private int at(Banks banks, int bank, int slot, int operand) {
        if (theirs) {
            int row = operand == operation.operands ? 2 * ROW_STEP : operand * ROW_STEP;
            return banks.at(
                    bank, row + slot / spec.dram().columns(), slot % spec.dram().columns());
        }
        return banks.at(bank, slot / batch(), operand * batch() + slot % batch());
    }

    @Override
    public float[] compute(PimProgram program, int[] order) {
        DramSpec dram = spec.dram();
        Banks banks = new Banks(spec.units(), 2, usedRows(), dram.get("rowBytes"), dram.burstBytes());
        float[] results = new float[Math.toIntExact(elements)];
        for (int channel = 0; channel < channels; channel++) {
            for (int bank = 0; bank < dram.banksPerRank(); bank++) {
                for (int slot = 0; slot < burstsPerBank(); slot++) {
                    fill(banks, channel, bank, slot);
                }
            }
            new BlockUnits(spec.units(), banks, new short[REGISTERS], new short[0]).run(program, order);
            for (int bank = 0; bank < dram.banksPerRank(); bank++) {
                for (int slot = 0; slot < burstsPerBank(); slot++) {
                    take(banks, channel, bank, slot, results);
                }
            }
        }
        return results;
    }

    private long element(int channel, int bank, int slot) {
        return (((long) channel * spec.dram().banksPerRank() + bank) * burstsPerBank() + slot) * spec.lanes();
    }

    private void fill(Banks banks, int channel, int bank, int slot) {
        long first = element(channel, bank, slot);
        for (int operand = 0; operand < operation.operands; operand++) {
            int at = at(banks, bank, slot, operand);
            for (int i = 0; i < spec.lanes(); i++) {
                banks.ofBank(bank)[at + i] = first + i < elements ? operand(operand, first + i) : 0;
            }
        }
    }

    private static short operand(int operand, long element) {
        return operand == 0 ? Operands.weight16(element) : Operands.input16(element);
    }

    private void take(Banks banks, int channel, int bank, int slot, float[] results) {
        long first = element(channel, bank, slot);
        int at = at(banks, bank, slot, operation.operands);
        for (int i = 0; i < spec.lanes() && first + i < elements; i++) {
            results[(int) first + i] = Fp16.value(banks.ofBank(bank)[at + i]);
        }
    }

    @Override
    public long mismatches(float[] results) {
        long different = 0;
        for (int i = 0; i < results.length; i++) {
            float expected = Float.float16ToFloat(expected(i));
            different += Float.floatToIntBits(expected) == Float.floatToIntBits(results[i]) ? 0 : 1;
        }
        return different;
    }

    private short expected(long element) {
        short a = operand(0, element);
        float x = Float.float16ToFloat(a);
        float y = Float.float16ToFloat(operand(1, element));
        return switch (operation) {
            case ADD -> Float.floatToFloat16((float) ((double) x + y));
            case MUL -> Float.floatToFloat16((float) ((double) x * y));
            case RELU -> a < 0 ? 0 : a;
        };
    }
}
