package dev.hwc.compiler.image;

import dev.hwc.compiler.lower.ModelLayout;

/**
 * What a step costs on the hardware, told by somebody who knows its timing: a simulator, which the
 * compiler itself does not see. Must always say the same about the same step.
 */
@FunctionalInterface
public interface StepCost {
    /**
     * Cycles of a step.
     *
     * @param layout where its windows' contents stand
     * @param arguments of the job (CompiledModel#arguments)
     */
    long cycles(StepProgram step, ModelLayout layout, long[] arguments);

    /**
     * What compares ways to tile a step, where telling cycles takes long: close to {@link #cycles}, the same
     * products in memory, quicker.
     */
    default StepCost approximate() {
        return this;
    }

    /** Whether the memory that computes has room for the products and the keys and values of a layout. */
    default boolean holds(ModelLayout layout) {
        return true;
    }
}
