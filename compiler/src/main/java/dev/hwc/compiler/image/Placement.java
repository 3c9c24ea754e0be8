package dev.hwc.compiler.image;

import dev.hwc.ir.tensor.FusedKind;

/**
 * Where a step computes one of its products, and why.
 *
 * @param tokens of the step
 * @param inMemory in memory that computes; else on the array
 * @param cycles of the whole step as it is
 * @param otherCycles of the step with this product on the other side and all others where they are; −1
 *     where that does not fit the hardware
 */
public record Placement(int tokens, FusedKind operator, boolean inMemory, long cycles, long otherCycles) {
    /** One line for people. */
    public String reason() {
        String here = inMemory ? "in memory" : "on the array";
        String there = inMemory ? "on the array" : "in memory";
        if (otherCycles < 0) {
            return here + ": it does not fit " + there;
        }
        long more = otherCycles - cycles;
        return more == 0
                ? here + ": the same " + there
                : here + ": " + there + " the step takes " + more + " cycles more";
    }
}
