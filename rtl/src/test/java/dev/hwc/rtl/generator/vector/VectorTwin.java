package dev.hwc.rtl.generator.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.numerics.NumericCounters;
import dev.hwc.sim.systolic.core.VectorTiming;
import dev.hwc.sim.systolic.queues.Command;
import dev.hwc.sim.systolic.scratchpad.Scratchpads;
import dev.hwc.sim.systolic.scratchpad.Stage;
import dev.hwc.sim.systolic.vector.VectorUnit;

/** Runs commands in the RTL and in the simulator and compares bits, cycles and counters. */
final class VectorTwin implements AutoCloseable {
    final VectorRig rig;
    final Scratchpads pads;
    private final HardwareSpec spec;
    private final VectorTiming timing;

    VectorTwin(HardwareSpec spec) {
        this.spec = spec;
        rig = new VectorRig(spec);
        pads = new Scratchpads(spec);
        timing = new VectorTiming(spec);
    }

    /** Gives the RTL what the simulator's scratchpads hold. */
    void load() {
        rig.write(pads);
    }

    /** Starts in the cycle in which the unit is free; on return it is free again. */
    void run(Command c, String what) {
        NumericCounters counters = new NumericCounters();
        VectorUnit twin = new VectorUnit(pads, spec.activationFill(), counters);
        Stage stage = new Stage();
        twin.stage(c, stage);
        twin.commit(c, stage);
        long cycles = timing.cycles(c);
        assertEquals(1, rig.peek("free"), what + ": free before");
        rig.start(c);
        rig.model.step(cycles - 2);
        assertEquals(0, rig.peek("free"), what + ": busy in its last cycle");
        rig.model.step(1);
        assertEquals(1, rig.peek("free"), what + ": free when complete");
        assertEquals(cycles, rig.peek("busy"), what + ": busy cycles");
        assertEquals(cycles, rig.peek("cycles"), what + ": cycles");
        assertEquals(counters.numericExceptions(), rig.peek("exceptions"), what + ": exceptions");
        assertEquals(0, rig.peek("fault_code"), what + ": fault");
    }

    /** Whether the last command said that it is complete, and which one. */
    void expectCompletion(Command c, String what) {
        rig.model.step(1);
        assertEquals(1, rig.peek("completed"), what + ": completed");
        assertEquals(c.pc, rig.peek("pc"), what + ": pc");
    }

    /** All memories that the unit writes. */
    void compare(String what) {
        Scratchpads found = new Scratchpads(spec);
        rig.read(found);
        for (int i = 0; i < pads.vector.length; i++) {
            if (bits(pads.vector[i]) != bits(found.vector[i])) {
                assertEquals(
                        Integer.toHexString(bits(pads.vector[i])),
                        Integer.toHexString(bits(found.vector[i])),
                        what + ": vector word " + i / pads.lanes + " lane " + i % pads.lanes);
            }
        }
        assertArrayEquals(pads.store, found.store, what + ": store buffer");
        assertArrayEquals(pads.activationScales, found.activationScales, what + ": activation scales");
        assertArrayEquals(pads.activationCodes, found.activationCodes, what + ": activation codes");
    }

    private static int bits(float x) {
        return Float.floatToRawIntBits(x);
    }

    @Override
    public void close() {
        rig.close();
    }
}
