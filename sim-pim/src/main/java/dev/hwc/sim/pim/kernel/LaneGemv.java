package dev.hwc.sim.pim.kernel;

import dev.hwc.ir.numerics.Fp32;
import dev.hwc.sim.dram.device.BankSet;
import dev.hwc.sim.dram.device.DramSpec;
import dev.hwc.sim.pim.PimSpec;
import dev.hwc.sim.pim.program.Action;
import dev.hwc.sim.pim.program.Op;
import dev.hwc.sim.pim.program.PimProgram;
import dev.hwc.sim.pim.unit.Banks;
import dev.hwc.sim.pim.unit.BlockUnits;
import dev.hwc.sim.pim.unit.Fp16;

/**
 * Our mapping of a matrix times a vector on units with lanes. A lane holds one output: a burst is one input's weights of
 * 16 outputs, multiplied by a scalar register. The inner dimension is split over groups of channels; every channel does
 * the same. A stretch of columns in even banks is followed by one in odd banks, and scalars are written in the middle of
 * a stretch, through the set that rests: no row switch is seen.
 *
 * @param channels that take part
 * @param splits groups of channels with different inputs
 */
public record LaneGemv(PimSpec spec, int rows, int columns, int channels, int splits) implements Kernel {
    private static final int BLOCK = 8;

    /** Outputs of one channel. */
    public int outputsPerChannel() {
        int groups = channels / splits;
        int step = spec.units() * spec.lanes();
        return ceil(ceil(rows, groups), step) * step;
    }

    /** Inputs of one channel, a multiple of 8. */
    public int inputsPerChannel() {
        return ceil(ceil(columns, splits), BLOCK) * BLOCK;
    }

    private static int ceil(int a, int b) {
        return (a + b - 1) / b;
    }

    /** Groups of 16 outputs that a unit has. */
    public int groups() {
        return outputsPerChannel() / spec.units() / spec.lanes();
    }

    /** Times that the inputs are gone through. */
    public int passes() {
        return ceil(groups(), spec.accumulators());
    }

    /** Groups of outputs in a pass. */
    public int accumulators(int pass) {
        return Math.min(spec.accumulators(), groups() - pass * spec.accumulators());
    }

    /** Half a row is left out, so that scalars are due in the middle of rows. */
    int offset() {
        return spec.dram().columns() / 2;
    }

    /** Where the n-th burst of a unit's weights stands. */
    public Place place(int burst) {
        int columnsOfRow = spec.dram().columns();
        int stretch = (burst + offset()) / columnsOfRow;
        return new Place(stretch % 2 == 0 ? BankSet.EVEN : BankSet.ODD, stretch / 2, (burst + offset()) % columnsOfRow);
    }

    /**
     * A burst's place in every unit.
     *
     * @param set even or odd banks
     */
    public record Place(BankSet set, int row, int column) {}

    /** The first burst of a pass; in it, input k's burst of accumulator a is at k · accumulators + a. */
    public int firstBurst(int pass) {
        return pass * spec.accumulators() * inputsPerChannel();
    }

    /** Bursts of weights in a unit. */
    public int bursts() {
        return groups() * inputsPerChannel();
    }

    /** Row of results in the even banks, above the weights. */
    public int resultRow() {
        return (bursts() + offset()) / spec.dram().columns() / 2 + 1;
    }

    @Override
    public String mapping() {
        return "a lane per output, " + splits + (splits == 1 ? " part" : " parts") + " of the inputs over "
                + channels + " channels, " + groups() + " x 16 outputs and " + inputsPerChannel()
                + " inputs per unit, rows of even and odd banks in turn";
    }

    @Override
    public int usedRows() {
        return resultRow() + (readsRegisters() ? 0 : ceil(groups(), spec.dram().columns()));
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
            pass(program, modes, pass);
        }
        modes.leave();
        if (!readsRegisters()) {
            read(program);
        }
        return program;
    }

    private void pass(PimProgram program, Modes modes, int pass) {
        int accumulators = accumulators(pass);
        int burst = firstBurst(pass);
        for (int k = 0; k < inputsPerChannel(); k++) {
            if (k % BLOCK == 0) {
                BankSet rests = place(burst).set == BankSet.EVEN ? BankSet.ODD : BankSet.EVEN;
                modes.register(rests, Action.LOAD_SCALARS, k / BLOCK);
            }
            for (int a = 0; a < accumulators; a++) {
                Place place = place(burst++);
                program.read(place.set, place.row, place.column, Action.MAC_SCALAR, BLOCK + a, k % BLOCK);
            }
        }
        int first = pass * spec.accumulators();
        if (readsRegisters()) {
            for (int u = 0; u < spec.units(); u++) {
                for (int a = 0; a < accumulators; a++) {
                    program.register(u, BLOCK + a, u * groups() + first + a);
                }
            }
            return;
        }
        int columnsOfRow = spec.dram().columns();
        for (int at = first; at < first + accumulators; at++) {
            program.write(BankSet.EVEN, resultRow() + at / columnsOfRow, at % columnsOfRow, BLOCK + at - first);
        }
    }

    /** Whether the host reads sums from registers; where these stand in a row, units store the sums. */
    private boolean readsRegisters() {
        return spec.dram().get("registersNeedRow") == 0;
    }

    /** The host reads all stored sums; datum = unit · groups + group. */
    private void read(PimProgram program) {
        DramSpec dram = spec.dram();
        int perGroup = dram.get("banksPerGroup");
        int bankGroups = dram.get("bankGroups");
        for (int at = 0; at < groups(); at++) {
            for (int inGroup = 0; inGroup < perGroup; inGroup += 2) {
                for (int group = 0; group < bankGroups; group++) {
                    int bank = group * perGroup + inGroup;
                    program.host(
                            Op.HOST_READ,
                            bank,
                            resultRow() + at / dram.columns(),
                            at % dram.columns(),
                            bank / 2 * groups() + at);
                }
            }
        }
    }

    @Override
    public float[] compute(PimProgram program, int[] order) {
        DramSpec dram = spec.dram();
        Banks banks = new Banks(spec.units(), 2, usedRows(), dram.get("rowBytes"), dram.burstBytes());
        float[] sums = new float[rows];
        short[] results = new short[spec.units() * groups() * spec.lanes()];
        short[] input = new short[inputsPerChannel()];
        for (int channel = 0; channel < channels; channel++) {
            int firstInput = channel % splits * inputsPerChannel();
            int firstOutput = channel / splits * outputsPerChannel();
            for (int k = 0; k < input.length; k++) {
                input[k] = firstInput + k < columns ? Operands.input16(firstInput + k) : 0;
            }
            place(banks, firstOutput, firstInput);
            new BlockUnits(spec.units(), banks, input, results).run(program, order);
            for (int i = 0; i < results.length; i++) {
                int output = firstOutput + i;
                if (output < rows) {
                    sums[output] = Fp32.add(sums[output], Fp16.value(results[i]));
                }
            }
        }
        return sums;
    }

    @Override
    public long mismatches(float[] results) {
        return Fp16Reference.mismatches(results, columns, splits, inputsPerChannel());
    }

    private void place(Banks banks, int firstOutput, int firstInput) {
        int lanes = spec.lanes();
        for (int pass = 0; pass < passes(); pass++) {
            int burst = firstBurst(pass);
            for (int k = firstInput; k < firstInput + inputsPerChannel(); k++) {
                for (int a = 0; a < accumulators(pass); a++) {
                    Place place = place(burst++);
                    int at = banks.at(place.row, place.column);
                    short[] words = banks.set(place.set == BankSet.ODD ? 1 : 0);
                    for (int u = 0; u < spec.units(); u++, at += lanes) {
                        int output = firstOutput + (u * groups() + pass * spec.accumulators() + a) * lanes;
                        for (int l = 0; l < lanes; l++) {
                            words[at + l] = weight(output + l, k);
                        }
                    }
                }
            }
        }
    }

    private short weight(int output, int input) {
        return output < rows && input < columns ? Operands.weight16((long) output * columns + input) : 0;
    }
}
