package dev.hwc.host.device;

import dev.hwc.compiler.image.StepCost;
import dev.hwc.compiler.image.StepProgram;
import dev.hwc.compiler.image.Windows;
import dev.hwc.compiler.lower.ModelLayout;
import dev.hwc.ir.hw.HardwareSpec;
import java.util.Arrays;
import java.util.List;

/** What a step costs, measured on the simulator with the memory of the hardware's description, without data. */
public final class SimulatedCost implements StepCost {
    private final HardwareSpec spec;

    public SimulatedCost(HardwareSpec spec) {
        this.spec = spec;
    }

    @Override
    public long cycles(StepProgram step, ModelLayout layout, long[] arguments) {
        try (SimulatorDevice device = new SimulatorDevice(spec)) {
            List<Region> windows = ReservedWindows.of(layout, device);
            LoadedProgram program = device.load(step.program(), Windows.programOffset(layout));
            List<Long> values = Arrays.stream(arguments).boxed().toList();
            return device.run(new JobRequest(program, values, windows, true))
                    .orThrow()
                    .cycles();
        }
    }
}
