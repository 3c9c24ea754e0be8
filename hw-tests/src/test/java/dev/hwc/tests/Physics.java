package dev.hwc.tests;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.format.model.HardwareWeights;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.format.model.WeightTensor;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.sim.activity.Activity;
import dev.hwc.sim.systolic.RunResult;

/**
 * What no hardware can beat: the array's multiply-accumulates per cycle, the memory's bytes per
 * cycle, and that the weights must be read and multiplied at all.
 *
 * @param macs multiply-accumulates that the matrices of one token's layers need
 * @param headMacs those of the logits, needed once a step
 * @param bytes codes and scales of the layers' matrices, in hardware formats
 * @param headBytes those of the matrix that gives the logits
 */
record Physics(HardwareSpec spec, long macs, long headMacs, long bytes, long headBytes) {
    /** The bounds of a model on a hardware, from the model's shapes alone. */
    static Physics of(Model model, HardwareSpec spec) {
        long macs = 0;
        long bytes = 0;
        for (WeightTensor weight : model.weights()) {
            boolean ofLayers = weight.rows() > 1 && weight.name().startsWith("blk.");
            macs += ofLayers ? weight.rows() * weight.columns() : 0;
            bytes += ofLayers ? bytes(weight) : 0;
        }
        WeightTensor head = model.output();
        return new Physics(spec, macs, head.rows() * head.columns(), bytes, bytes(head));
    }

    private static long bytes(WeightTensor weight) {
        BlockMatrix.Format format = HardwareWeights.format(weight.type());
        long codes = weight.columns() * format.bits() / 8;
        long scales = 2L * format.halves(Math.toIntExact(Math.ceilDiv(weight.columns(), 32)));
        return weight.rows() * (codes + scales);
    }

    /**
     * Checks a step.
     *
     * @param tokens new tokens of the step
     * @param logits whether it ends in logits
     * @param bytesPerCycle of the memory, both directions together
     */
    void check(RunResult result, int tokens, boolean logits, int bytesPerCycle) {
        Activity activity = result.activity();
        long cycles = result.cycles();
        atLeast("multiply-accumulates", macs * tokens + (logits ? headMacs : 0), activity.macs());
        atLeast("bytes read", bytes + (logits ? headBytes : 0), activity.bytesRead());
        atLeast(
                "cycles for the array",
                Math.ceilDiv(activity.macs(), spec.array().macsPerCycle()),
                cycles);
        long moved = activity.bytesRead() + activity.bytesWritten();
        atLeast("cycles for the memory", Math.ceilDiv(moved, bytesPerCycle), cycles);
        for (Queue queue : Queue.values()) {
            atLeast("cycles busy in queue " + queue.text(), activity.busy(queue), cycles);
        }
    }

    private static void atLeast(String what, long least, long found) {
        assertTrue(found >= least, () -> what + ": found " + found + ", physics asks for at least " + least);
    }
}
