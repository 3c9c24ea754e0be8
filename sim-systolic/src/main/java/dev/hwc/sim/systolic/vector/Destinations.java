package dev.hwc.sim.systolic.vector;

import dev.hwc.ir.isa.VectorTarget;
import dev.hwc.ir.numerics.NumericCounters;
import dev.hwc.ir.numerics.Quantize;
import dev.hwc.ir.numerics.ScaleFormat;
import dev.hwc.sim.systolic.queues.AddressRules;
import dev.hwc.sim.systolic.queues.Command;
import dev.hwc.sim.systolic.scratchpad.Scratchpads;
import dev.hwc.sim.systolic.scratchpad.Stage;
import java.util.Arrays;

/** The four destinations of a vector command; rows are staged at a fixed pitch, that of the longest. */
final class Destinations {
    private final Scratchpads pads;
    private final int fill;
    private final NumericCounters counters;

    Destinations(Scratchpads pads, int activationFill, NumericCounters counters) {
        this.pads = pads;
        this.fill = activationFill;
        this.counters = counters;
    }

    private int pitch(Command c) {
        return width(c, (int) c.filled(c.rows - 1));
    }

    /** Elements a row of n elements fills. */
    private int width(Command c, int n) {
        int unit = switch (c.target) {
            case VECTOR_FP32, STORE_FP32 -> pads.lanes;
            case ACTIVATION_A8 -> fill;
            case STORE_INT8 -> 32;
        };
        return (n + unit - 1) / unit * unit;
    }

    void begin(Command c, Stage stage) {
        int pitch = pitch(c);
        if (c.target.quantizes()) {
            Arrays.fill(stage.bytes(c.rows * pitch), 0, c.rows * pitch, (byte) 0);
            Arrays.fill(stage.scales(c.rows * pitch / 32), 0, c.rows * pitch / 32, (short) 0);
        } else {
            Arrays.fill(stage.floats(c.rows * pitch), 0, c.rows * pitch, 0f);
        }
    }

    void stage(Command c, int row, float[] y, int n, Stage stage) {
        int at = row * pitch(c);
        if (!c.target.quantizes()) {
            System.arraycopy(y, 0, stage.floats, at, n);
        } else if (c.flag0) {
            stage.scales[at / 32] = Quantize.group(y, 0, n, stage.bytes, at, ScaleFormat.FP16, counters);
        } else {
            ScaleFormat format = c.target == VectorTarget.ACTIVATION_A8 ? ScaleFormat.BF16 : ScaleFormat.FP16;
            for (int e = 0; e < n; e += 32) {
                stage.scales[(at + e) / 32] =
                        Quantize.group(y, e, Math.min(32, n - e), stage.bytes, at + e, format, counters);
            }
        }
    }

    void commit(Command c, Stage stage) {
        int pitch = pitch(c);
        for (int i = 0; i < c.rows; i++) {
            int from = i * pitch;
            int width = width(c, (int) c.filled(i));
            switch (c.target) {
                case VECTOR_FP32 -> {
                    int word = (int) AddressRules.row(c.d, c.strideD, i);
                    System.arraycopy(stage.floats, from, pads.vector, word * pads.lanes, width);
                }
                case STORE_FP32 -> storeFp32(c, i, stage.floats, from, width);
                case ACTIVATION_A8 -> activation(c, i, stage, from, width);
                case STORE_INT8 -> storeInt8(c, i, stage, from, width);
            }
        }
    }

    private void storeFp32(Command c, int row, float[] y, int from, int width) {
        int at = (int) AddressRules.row(c.d, c.strideD, row) * pads.lanes;
        for (int e = 0; e < width; e++) {
            Scratchpads.putFloat(pads.store, 4 * (at + e), y[from + e]);
        }
    }

    private void activation(Command c, int row, Stage stage, int from, int width) {
        int block = pads.activationBank(row % pads.rows) + (int) AddressRules.row(c.d, c.strideD, row / pads.rows);
        System.arraycopy(stage.bytes, from, pads.activationCodes, 32 * block, width);
        System.arraycopy(stage.scales, from / 32, pads.activationScales, block, width / 32);
    }

    private void storeInt8(Command c, int row, Stage stage, int from, int width) {
        int at = (int) AddressRules.row(c.d, c.strideD, row) * pads.lanes;
        System.arraycopy(stage.bytes, from, pads.store, at, width);
        int scales = c.flag0 ? 1 : width / 32;
        for (int b = 0; b < scales; b++) {
            Scratchpads.putShort(pads.store, 2 * (int) AddressRules.scalePlace(c, b, row), stage.scales[from / 32 + b]);
        }
    }
}
