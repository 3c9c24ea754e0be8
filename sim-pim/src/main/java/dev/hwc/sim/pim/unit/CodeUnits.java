package dev.hwc.sim.pim.unit;

import dev.hwc.ir.numerics.BlockProduct;
import dev.hwc.ir.numerics.NumericCounters;
import dev.hwc.sim.dram.device.BankSet;
import dev.hwc.sim.pim.PimFormat;
import dev.hwc.sim.pim.program.Action;
import dev.hwc.sim.pim.program.PimProgram;
import java.util.Arrays;

/**
 * The units of one channel with int8 or int4 codes: block products added into 48 bits (docs/spec/pim-numerics.md P5 to
 * P8, numerics.md N16 to N20), so that results are those of the NPU however the inputs are split.
 */
public final class CodeUnits {
    private static final int BLOCK = BlockProduct.BLOCK;
    private static final int SCALES = 16;
    private static final int WORDS = 16;
    /** 16-bit words of a sum. */
    private static final int SUM = 3;
    /** Sums that a burst of accumulating registers holds. */
    public static final int SUMS_PER_BURST = WORDS / SUM;

    private final int units;
    private final PimFormat format;
    private final Banks banks;
    private final int accumulators;
    private final byte[] activations;
    private final short[] activationScales;
    private final int scalesPerLoad;
    private final short[] results;
    private final byte[][] codes;
    private final short[] scales;
    private final short[][] weightScales;
    private final long[][] sums;
    /** Scales of the burst that are used up. */
    private int used;

    private final byte[] decoded = new byte[2 * BLOCK];
    private final NumericCounters counters = new NumericCounters();

    /**
     * Units with sums of zero.
     *
     * @param accumulators of a unit
     * @param blocks of activations that registers or the buffer hold
     * @param activations int8 codes; the datum of a load counts blocks
     * @param activationScales bfloat16, one per block; the datum of a load counts groups of {@code scalesPerLoad}
     * @param results takes sums as three words each: of a latch, datum d from 3 d · units on; of registers, bursts
     */
    public CodeUnits(
            int units,
            PimFormat format,
            Banks banks,
            int accumulators,
            int blocks,
            byte[] activations,
            short[] activationScales,
            int scalesPerLoad,
            short[] results) {
        this.units = units;
        this.format = format;
        this.banks = banks;
        this.accumulators = accumulators;
        this.activations = activations;
        this.activationScales = activationScales;
        this.scalesPerLoad = scalesPerLoad;
        this.results = results;
        codes = new byte[blocks][BLOCK];
        scales = new short[blocks + SCALES];
        weightScales = new short[units][SCALES];
        sums = new long[units][accumulators];
    }

    /** Runs a program in the order in which it was issued. */
    public void run(PimProgram program, int[] order) {
        for (int item : order) {
            switch (program.op(item)) {
                case UNIT_READ -> read(program, item);
                case UNIT_WRITE -> store(program, item);
                case REGISTER_WRITE -> load(program, item);
                case REGISTER_READ -> registers(program, item);
                case HOST_READ -> host(program, item);
                case HOST_WRITE, MODE, OPEN, CLOSE -> {}
            }
        }
    }

    /** Terms that were saturated so far (N18). */
    public long saturatedTerms() {
        return counters.saturatedTerms();
    }

    private void read(PimProgram program, int item) {
        int at = banks.at(program.row(item), program.column(item));
        short[] words = banks.set(program.set(item) == BankSet.ODD ? 1 : 0);
        for (int u = 0; u < units; u++, at += WORDS) {
            switch (program.action(item)) {
                case SCALES -> System.arraycopy(words, at, weightScales[u], 0, SCALES);
                case MAC_BLOCK -> multiplyAdd(words, at, u, program.to(item), program.from(item));
                default -> throw new IllegalStateException("units with codes cannot " + program.action(item));
            }
        }
        used = program.action(item) == Action.SCALES ? 0 : (used + blocksPerBurst()) % SCALES;
    }

    private int blocksPerBurst() {
        return WORDS * 16 / (BLOCK * format.bits());
    }

    private void multiplyAdd(short[] words, int at, int unit, int to, int block) {
        decode(words, at);
        for (int b = 0; b < blocksPerBurst(); b++) {
            int s = BlockProduct.dot(codes[block + b], 0, decoded, b * BLOCK);
            short weight = weightScales[unit][used + b];
            sums[unit][to] += BlockProduct.term(s, scales[block + b], weight, counters);
        }
    }

    private void decode(short[] words, int at) {
        if (format == PimFormat.I8) {
            for (int i = 0; i < WORDS; i++) {
                decoded[2 * i] = (byte) words[at + i];
                decoded[2 * i + 1] = (byte) (words[at + i] >> 8);
            }
        } else {
            for (int i = 0; i < WORDS; i++) {
                for (int n = 0; n < 4; n++) {
                    decoded[4 * i + n] = (byte) (words[at + i] << (28 - 4 * n) >> 28);
                }
            }
        }
    }

    private void load(PimProgram program, int item) {
        int datum = program.data(item);
        switch (program.action(item)) {
            case LOAD -> System.arraycopy(activations, datum * BLOCK, codes[program.to(item)], 0, BLOCK);
            case LOAD_SCALARS ->
                System.arraycopy(
                        activationScales,
                        datum * scalesPerLoad,
                        scales,
                        program.to(item) * scalesPerLoad,
                        Math.min(scalesPerLoad, activationScales.length - datum * scalesPerLoad));
            case CLEAR -> {
                for (long[] sum : sums) {
                    Arrays.fill(sum, 0);
                }
            }
            default -> {}
        }
    }

    /** Five sums to a burst, from accumulator 5·from on. */
    private void store(PimProgram program, int item) {
        int at = banks.at(program.row(item), program.column(item));
        short[] words = banks.set(program.set(item) == BankSet.ODD ? 1 : 0);
        for (int u = 0; u < units; u++, at += WORDS) {
            burst(u, program.from(item), words, at);
        }
    }

    private void burst(int unit, int register, short[] words, int at) {
        int first = SUMS_PER_BURST * register;
        for (int a = 0; a < SUMS_PER_BURST && first + a < accumulators; a++) {
            put(sums[unit][first + a], words, at + SUM * a);
        }
    }

    private void registers(PimProgram program, int item) {
        if (program.action(item) == Action.REGISTER) {
            burst(program.to(item), program.from(item), results, program.data(item) * WORDS);
        } else {
            latches(program, item);
        }
    }

    private static void put(long sum, short[] words, int at) {
        for (int i = 0; i < SUM; i++) {
            words[at + i] = (short) (sum >> (16 * i));
        }
    }

    /** A third of the 48 bits of a latch of every unit: latch from / 3, 16 bits from 16 · (from % 3) on. */
    private void latches(PimProgram program, int item) {
        int part = program.from(item) % SUM;
        int latch = program.from(item) / SUM;
        for (int u = 0; u < units; u++) {
            results[(program.data(item) * units + u) * SUM + part] = (short) (sums[u][latch] >> (16 * part));
        }
    }

    private void host(PimProgram program, int item) {
        int datum = program.data(item);
        if (datum >= 0) {
            int bank = program.bank(item);
            int at = banks.at(bank, program.row(item), program.column(item));
            System.arraycopy(banks.ofBank(bank), at, results, datum * WORDS, WORDS);
        }
    }

    /** A sum of three words: 48 bits in two's complement. */
    public static long sum(short[] words, int at) {
        return (words[at] & 0xFFFFL) | (words[at + 1] & 0xFFFFL) << 16 | (long) words[at + 2] << 32;
    }

    /** What was added between two readings of a sum that runs on. */
    public static long difference(long later, long earlier) {
        return (later - earlier) << 16 >> 16;
    }
}
