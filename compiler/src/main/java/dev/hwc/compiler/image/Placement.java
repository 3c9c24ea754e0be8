package dev.hwc.compiler.image;

import dev.hwc.ir.tensor.FusedKind;
import java.util.Optional;

/**
 * Where a step computes one of its products or its attention, and why.
 *
 * @param tokens of the step
 * @param inMemory in memory that computes; else on the array
 * @param cycles of the whole step as it is
 * @param otherCycles of the step with this operator on the other side and all others where they are; −1
 *     where that is not possible
 * @param obstacle why it is not possible, where it is not the room
 */
public record Placement(
        int tokens, FusedKind operator, boolean inMemory, long cycles, long otherCycles, Optional<String> obstacle) {
    /** One line for people. */
    public String reason() {
        String here = inMemory ? "in memory" : "on the array";
        String there = inMemory ? "on the array" : "in memory";
        if (obstacle.isPresent()) {
            return here + ": " + obstacle.get();
        }
        if (otherCycles < 0) {
            return here + ": it does not fit " + there;
        }
        long more = otherCycles - cycles;
        return more == 0
                ? here + ": the same " + there
                : here + ": " + there + " the step takes " + Math.abs(more) + " cycles " + (more > 0 ? "more" : "less");
    }
}
