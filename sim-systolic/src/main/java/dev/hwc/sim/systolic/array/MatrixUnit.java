package dev.hwc.sim.systolic.array;

import dev.hwc.ir.numerics.BlockMatrix.Format;
import dev.hwc.ir.numerics.BlockProduct;
import dev.hwc.ir.numerics.NonLinearCodes;
import dev.hwc.ir.numerics.NumericCounters;
import dev.hwc.sim.systolic.queues.Command;
import dev.hwc.sim.systolic.scratchpad.Scratchpads;
import dev.hwc.sim.systolic.scratchpad.Stage;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The data of {@code matmul} and {@code emit} (isa.md §5, N16 to N21). */
public final class MatrixUnit {
    /** The four codes of a byte of ternary weights, first one lowest. */
    private static final int[] FOUR_CODES = IntStream.range(0, 256)
            .map(packed -> IntStream.range(0, 4)
                    .map(k -> (Format.TERNARY.code(packed >> 2 * k) & 0xFF) << 8 * k)
                    .sum())
            .toArray();

    private final Scratchpads pads;
    private final NumericCounters counters;
    private final BlockDot dot;
    private int[] sums = new int[64];
    private int[] activationSums = new int[0];
    private byte[] values = new byte[0];
    private byte[] deinterleaved = new byte[0];
    private final boolean gated;
    private long zeroMacs;
    private long unitMacs;

    /**
     * A matrix engine on some scratchpads.
     *
     * @param gated whether weights of 0, 1 and −1 are counted
     */
    public MatrixUnit(Scratchpads pads, NumericCounters counters, BlockDot dot, boolean gated) {
        this.gated = gated;
        this.pads = pads;
        this.counters = counters;
        this.dot = dot;
    }

    /** Multiply-accumulates so far whose weight was 0; 0 unless gated. */
    public long zeroMacs() {
        return zeroMacs;
    }

    /** Multiply-accumulates so far whose weight was 1 or −1; 0 unless gated. */
    public long unitMacs() {
        return unitMacs;
    }

    /** Adds the products of a matmul to its accumulators. */
    public void accumulate(Command c) {
        int blocks = (int) c.blocks;
        if (blocks == 0) {
            return;
        }
        if (sums.length < blocks) {
            sums = new int[2 * blocks];
        }
        boolean pairs = c.format == Format.I4 || c.format == Format.I4M;
        boolean looked = c.format == Format.NL4 || c.format == Format.TERNARY;
        boolean offsets = c.format.hasOffsets() && !c.flag0;
        if (pairs) {
            deinterleave(c, blocks);
        }
        if (offsets) {
            addActivations(c, blocks);
        }
        if (gated) {
            count(c, blocks);
        }
        for (int j = 0; j < c.n; j++) {
            int unit = j * pads.weightUnits + (int) c.b;
            int codes = j * pads.weightBankBytes + 16 * (int) c.b;
            if (looked) {
                lookUp(c.format, codes, blocks);
            }
            for (int i = 0; i < c.m; i++) {
                int aScale = pads.activationBank(i) + (int) c.a;
                if (pairs) {
                    dot.i4(deinterleaved, i * blocks * 32, pads.weightCodes, codes, blocks, sums);
                } else if (looked) {
                    dot.i8(pads.activationCodes, 32 * aScale, values, 0, blocks, sums);
                } else {
                    dot.i8(pads.activationCodes, 32 * aScale, pads.weightCodes, codes, blocks, sums);
                }
                int place = (c.slot * pads.rows + i) * pads.columns + j;
                pads.accumulators[place] += offsets
                        ? offsetTerms(aScale, i * blocks, unit, c.format, blocks)
                        : c.flag0 ? unitTerms(aScale, blocks) : terms(aScale, unit, c.format, blocks);
            }
        }
    }

    /** Every code of the columns in use counts once for each row in use. */
    private void count(Command c, int blocks) {
        WeightCounts counts = WeightCounts.of(c.format);
        int bytes = 4 * blocks * c.format.bits();
        for (int j = 0; j < c.n; j++) {
            int from = j * pads.weightBankBytes + 16 * (int) c.b;
            zeroMacs += (long) c.m * counts.zeros(pads.weightCodes, from, bytes);
            unitMacs += (long) c.m * counts.units(pads.weightCodes, from, bytes);
        }
    }

    /** The sum of every block of activations, row by row. */
    private void addActivations(Command c, int blocks) {
        if (activationSums.length < c.m * blocks) {
            activationSums = new int[2 * c.m * blocks];
        }
        for (int i = 0; i < c.m; i++) {
            int first = pads.activationBank(i) + (int) c.a;
            for (int b = 0; b < blocks; b++) {
                activationSums[i * blocks + b] = BlockProduct.sum(pads.activationCodes, 32 * (first + b));
            }
        }
    }

    /** The values of a column's codes. */
    private void lookUp(Format format, int codes, int blocks) {
        if (values.length < 32 * blocks) {
            values = new byte[64 * blocks];
        }
        if (format == Format.TERNARY) {
            for (int k = 0; k < 8 * blocks; k++) {
                Scratchpads.putInt(values, 4 * k, FOUR_CODES[pads.weightCodes[codes + k] & 0xFF]);
            }
            return;
        }
        for (int k = 0; k < 16 * blocks; k++) {
            int pair = pads.weightCodes[codes + k];
            values[2 * k] = NonLinearCodes.value(pair & 15);
            values[2 * k + 1] = NonLinearCodes.value(pair >> 4 & 15);
        }
    }

    private long offsetTerms(int aScale, int ofActivations, int unit, Format format, int blocks) {
        long sum = 0;
        for (int b = 0; b < blocks; b++) {
            int at = unit + format.firstUnit(b);
            sum += BlockProduct.term(
                    sums[b],
                    activationSums[ofActivations + b],
                    pads.activationScales[aScale + b],
                    pads.weightScales[at],
                    pads.weightOffsets[at],
                    counters);
        }
        return sum;
    }

    private void deinterleave(Command c, int blocks) {
        if (deinterleaved.length < c.m * blocks * 32) {
            deinterleaved = new byte[2 * c.m * blocks * 32];
        }
        for (int i = 0; i < c.m; i++) {
            int from = (pads.activationBank(i) + (int) c.a) * 32;
            BlockDot.deinterleave(pads.activationCodes, from, blocks, deinterleaved, i * blocks * 32);
        }
    }

    private long terms(int aScale, int unit, Format format, int blocks) {
        long sum = 0;
        for (int b = 0; b < blocks; b++) {
            short wScale = pads.weightScales[unit + format.firstUnit(b)];
            sum += BlockProduct.term(sums[b], pads.activationScales[aScale + b], wScale, counters);
        }
        return sum;
    }

    private long unitTerms(int aScale, int blocks) {
        long sum = 0;
        for (int b = 0; b < blocks; b++) {
            sum += BlockProduct.term(sums[b], pads.activationScales[aScale + b], BlockProduct.UNIT_SCALE, counters);
        }
        return sum;
    }

    /** Reads and clears an accumulator slot: rows of whole words of fp32, lanes beyond n are 0. */
    public void stageEmit(Command c, Stage stage) {
        int width = words(c) * pads.lanes;
        float[] floats = stage.floats(c.m * width);
        Arrays.fill(floats, 0, c.m * width, 0f);
        int slot = c.slot * pads.rows * pads.columns;
        for (int i = 0; i < c.m; i++) {
            for (int j = 0; j < c.n; j++) {
                floats[i * width + j] = BlockProduct.toFp32(pads.accumulators[slot + i * pads.columns + j]);
            }
        }
        Arrays.fill(pads.accumulators, slot, slot + pads.rows * pads.columns, 0);
    }

    /** Writes staged rows to the output buffer. */
    public void commitEmit(Command c, Stage stage) {
        int width = words(c) * pads.lanes;
        for (int i = 0; i < c.m; i++) {
            int word = (int) (c.d + i * c.strideD);
            System.arraycopy(stage.floats, i * width, pads.output, word * pads.lanes, width);
        }
    }

    private int words(Command c) {
        return (c.n + pads.lanes - 1) / pads.lanes;
    }
}
