package dev.hwc.sim.systolic.core;

import dev.hwc.sim.systolic.effects.Effects;
import dev.hwc.sim.systolic.queues.Command;
import dev.hwc.sim.systolic.scratchpad.Stage;

/** Writes a command's results when it starts. */
final class ImmediateEffects {
    private final Stage stage = new Stage();

    void run(Command c, Effects effects) {
        effects.stage(c, stage);
        effects.commit(c, stage);
    }
}
