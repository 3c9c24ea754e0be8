package dev.hwc.host.device;

import dev.hwc.compiler.image.StepCost;
import dev.hwc.compiler.image.StepProgram;
import dev.hwc.compiler.image.Windows;
import dev.hwc.compiler.lower.ModelLayout;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.MemoryNames;
import dev.hwc.sim.dram.DramMemory;
import dev.hwc.sim.pim.window.PimMemory;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** What a step costs, measured on the simulator with the memory of the hardware's description, without data. */
public final class SimulatedCost implements StepCost {
    /** Long enough for one read of any DRAM. */
    private static final long IDLE_CYCLES = 100_000;

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

    /** The same without commands of DRAM: a memory of fixed latency and bandwidth in its place. */
    @Override
    public StepCost approximate() {
        return spec.memory().isDram() ? new SimulatedCost(spec.withMemory(fixed())) : this;
    }

    @Override
    public boolean holds(ModelLayout layout) {
        return spec.pim() == null || PimMemory.holds(spec, layout.pimWindow(), layout.pimAttention());
    }

    /** As long to the first beat as the DRAM takes when idle, as wide as its pins or the port. */
    private HardwareSpec.MemorySpec fixed() {
        DramMemory dram = DramMemory.of(spec);
        dram.submit(0, false, 0, spec.port().beatBytes(), 0);
        AtomicLong first = new AtomicLong();
        dram.advance(IDLE_CYCLES, (_, _, cycle) -> first.set(cycle));
        int width = (int) Math.clamp(spec.memoryBytesPerCycle(), 1, spec.port().beatBytes());
        return new HardwareSpec.MemorySpec(MemoryNames.FIXED, Math.toIntExact(first.get()), width);
    }
}
