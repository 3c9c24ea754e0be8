package dev.hwc.sim.systolic.effects;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.numerics.NumericCounters;
import dev.hwc.sim.activity.Activity;
import dev.hwc.sim.systolic.DeviceMemory;
import dev.hwc.sim.systolic.array.BlockDots;
import dev.hwc.sim.systolic.array.MatrixUnit;
import dev.hwc.sim.systolic.queues.Command;
import dev.hwc.sim.systolic.scratchpad.Scratchpads;
import dev.hwc.sim.systolic.scratchpad.Stage;
import dev.hwc.sim.systolic.scratchpad.Transfers;
import dev.hwc.sim.systolic.vector.VectorUnit;

/**
 * What a command does to data, in two steps: {@link #stage} reads its inputs (and works on the
 * accumulators, which only the matrix engine sees), {@link #commit} writes its results. A program
 * without races gives the same data whenever between start and completion the second step happens.
 */
public final class Effects {
    private final Transfers transfers;
    private final MatrixUnit matrix;
    private final VectorUnit vector;
    private final DeviceMemory memory;
    private final NumericCounters counters = new NumericCounters();

    public Effects(HardwareSpec spec, Scratchpads pads, DeviceMemory memory) {
        this.memory = memory;
        transfers = new Transfers(pads);
        matrix = new MatrixUnit(pads, counters, BlockDots.best(), spec.array().gated());
        vector = new VectorUnit(pads, spec.activationFill(), counters);
    }

    /** Writes what depends on data into the slots of an {@link Activity}, the counts so far. */
    public void count(long[] slots) {
        slots[Activity.SATURATED_TERMS] = counters.saturatedTerms();
        slots[Activity.NUMERIC_EXCEPTIONS] = counters.numericExceptions();
        slots[Activity.ZERO_MACS] = matrix.zeroMacs();
        slots[Activity.UNIT_MACS] = matrix.unitMacs();
    }

    /** Reads a command's inputs and computes its results. */
    public void stage(Command c, Stage stage) {
        switch (c.opcode) {
            case LOAD_WEIGHTS, LOAD_ROWS, LOAD_TRANSPOSED, LOAD_SCALES, LOAD_LINEAR, LOAD_HALVES ->
                transfers.stageLoad(c, memory, stage);
            case MATMUL -> matrix.accumulate(c);
            case EMIT -> matrix.stageEmit(c, stage);
            case VECTOR -> vector.stage(c, stage);
            case STORE -> transfers.stageStore(c, stage);
            default -> {} // nothing but time passes in sync, halt and load.register
        }
    }

    /** Writes a command's staged results. */
    public void commit(Command c, Stage stage) {
        switch (c.opcode) {
            case LOAD_WEIGHTS, LOAD_ROWS, LOAD_TRANSPOSED, LOAD_SCALES, LOAD_LINEAR, LOAD_HALVES ->
                transfers.commitLoad(c, stage);
            case EMIT -> matrix.commitEmit(c, stage);
            case VECTOR -> vector.commit(c, stage);
            case STORE -> transfers.commitStore(c, memory, stage);
            default -> {} // no results outside the engine
        }
    }

    /** The word that load.register reads. */
    public long word(Command c) {
        return memory.readWord(c.window, c.address);
    }
}
