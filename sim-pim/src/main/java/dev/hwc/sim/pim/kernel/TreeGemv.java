package dev.hwc.sim.pim.kernel;

import dev.hwc.ir.numerics.Fp32;
import dev.hwc.sim.dram.device.BankSet;
import dev.hwc.sim.dram.device.DramSpec;
import dev.hwc.sim.pim.PimSpec;
import dev.hwc.sim.pim.program.Action;
import dev.hwc.sim.pim.program.PimProgram;
import dev.hwc.sim.pim.unit.Banks;
import dev.hwc.sim.pim.unit.Bf16;
import dev.hwc.sim.pim.unit.TreeUnits;

/**
 * A matrix times a vector on units with adder trees. One output row per bank; a DRAM row holds as many of its weights as
 * the buffer holds inputs; inputs stay in the buffer for all output rows of the bank. The inner dimension is split over
 * groups of channels.
 *
 * @param ahead whether rows change while sums are read (ours), or when the next one is needed (CENT's simulator)
 */
public record TreeGemv(PimSpec spec, int rows, int columns, int channels, int splits, boolean ahead) implements Kernel {
    private static int ceil(int a, int b) {
        return (a + b - 1) / b;
    }

    /** Output rows of a bank. */
    public int rowsPerBank() {
        return ceil(rows, channels / splits * spec.units());
    }

    /** Inputs of a channel, in whole bursts. */
    public int inputsPerChannel() {
        return ceil(ceil(columns, splits), spec.lanes()) * spec.lanes();
    }

    /** Inputs that the buffer holds; no more than weights in a row. */
    public int chunk() {
        return Math.min(spec.dram().get("bufferBytes"), spec.dram().get("rowBytes")) / 2;
    }

    public int chunks() {
        return ceil(inputsPerChannel(), chunk());
    }

    /** Bursts of a chunk. */
    public int bursts(int chunk) {
        return Math.min(chunk(), inputsPerChannel() - chunk * chunk()) / spec.lanes();
    }

    /** DRAM row of a chunk of an output row. */
    public int dramRow(int chunk, int row) {
        return chunk * rowsPerBank() + row;
    }

    @Override
    public String mapping() {
        return "a bank per output, " + splits + (splits == 1 ? " part" : " parts") + " of the inputs over "
                + channels + " channels, " + chunks() + " x " + chunk() + " inputs in the buffer for " + rowsPerBank()
                + " rows each" + (ahead ? ", rows change while sums are read" : "");
    }

    @Override
    public int usedRows() {
        return chunks() * rowsPerBank();
    }

    /** Result datum = chunk · rowsPerBank + row. */
    @Override
    public PimProgram program() {
        PimProgram program = new PimProgram();
        int registerMode = spec.dram().get("registerModeFrom");
        boolean modes = ahead && registerMode > 0;
        for (int chunk = 0; chunk < chunks(); chunk++) {
            if (chunk == 0) {
                mode(program, registerMode);
            }
            for (int i = 0; i < bursts(chunk); i++) {
                program.load(BankSet.NONE, 0, i, Action.LOAD, i, chunk * chunk() / spec.lanes() + i);
            }
            for (int row = 0; row < rowsPerBank(); row++) {
                int at = dramRow(chunk, row);
                program.load(BankSet.NONE, 0, 0, Action.CLEAR, 0, 0);
                if (modes && at > 0) {
                    program.open(BankSet.ALL, at);
                }
                mode(program, 0);
                for (int i = 0; i < bursts(chunk); i++) {
                    program.read(BankSet.ALL, at, i, Action.MAC_TREE, 0, i);
                }
                if (modes && at + 1 < usedRows()) {
                    program.close();
                }
                mode(program, registerMode);
                program.result(0, at);
            }
        }
        mode(program, 0);
        return program;
    }

    private void mode(PimProgram program, int mode) {
        if (spec.dram().get("registerModeFrom") > 0) {
            program.mode(mode);
        }
    }

    @Override
    public float[] compute(PimProgram program, int[] order) {
        DramSpec dram = spec.dram();
        Banks banks = new Banks(spec.units(), 1, usedRows(), dram.get("rowBytes"), dram.burstBytes());
        float[] sums = new float[rows];
        short[] results = new short[usedRows() * spec.units()];
        short[] input = new short[chunks() * chunk()];
        for (int channel = 0; channel < channels; channel++) {
            int firstInput = channel % splits * inputsPerChannel();
            int firstOutput = channel / splits * rowsPerBank() * spec.units();
            int last = Math.min(columns, firstInput + inputsPerChannel());
            for (int k = 0; k < input.length; k++) {
                input[k] = firstInput + k < last ? Operands.inputBf16(firstInput + k) : 0;
            }
            place(banks, firstOutput, firstInput);
            new TreeUnits(spec.units(), dram.get("bufferBytes"), banks, input, results).run(program, order);
            for (int chunk = 0; chunk < chunks(); chunk++) {
                for (int i = 0; i < rowsPerBank() * spec.units(); i++) {
                    int output = firstOutput + i;
                    if (output < rows) {
                        short partial = results[dramRow(chunk, i / spec.units()) * spec.units() + i % spec.units()];
                        sums[output] = Fp32.add(sums[output], Bf16.value(partial));
                    }
                }
            }
        }
        return sums;
    }

    @Override
    public long mismatches(float[] results) {
        return Bf16Reference.mismatches(results, columns, splits, inputsPerChannel(), chunk());
    }

    /** Output = first + row · units + bank. */
    private void place(Banks banks, int firstOutput, int firstInput) {
        banks.clear();
        for (int chunk = 0; chunk < chunks(); chunk++) {
            int first = firstInput + chunk * chunk();
            int count =
                    Math.min(bursts(chunk) * spec.lanes(), Math.min(columns, firstInput + inputsPerChannel()) - first);
            for (int row = 0; row < rowsPerBank(); row++) {
                for (int u = 0; u < spec.units(); u++) {
                    long output = firstOutput + (long) row * spec.units() + u;
                    short[] words = banks.ofBank(u);
                    for (int k = 0; k < count && output < rows; k++) {
                        int at = banks.at(u, dramRow(chunk, row), k / spec.lanes());
                        words[at + k % spec.lanes()] = Operands.weightBf16(output * columns + first + k);
                    }
                }
            }
        }
    }
}
