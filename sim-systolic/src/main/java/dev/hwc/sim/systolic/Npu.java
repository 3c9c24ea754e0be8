package dev.hwc.sim.systolic;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.sim.SimException;
import dev.hwc.sim.memory.MemoryModel;
import dev.hwc.sim.systolic.core.EventLoop;
import dev.hwc.sim.systolic.effects.Effects;
import dev.hwc.sim.systolic.scratchpad.Scratchpads;
import org.jspecify.annotations.Nullable;

/**
 * The accelerator, simulated by jumping from event to event. Equal to {@link
 * dev.hwc.sim.systolic.oracle.CycleOracle} in cycles, counters and data. Scratchpads keep their
 * contents between jobs. Not for several threads at once.
 */
public final class Npu {
    /** Cycles after which a job is given up, unless said otherwise. */
    public static final long DEFAULT_WATCHDOG = 1L << 44;

    private final HardwareSpec spec;
    private final MemoryModel memory;
    private final boolean effectsAtCompletion;
    private final long watchdog;
    private final boolean jumps;
    private @Nullable Scratchpads pads;

    /** An accelerator with a memory behind its port. */
    public Npu(HardwareSpec spec, MemoryModel memory) {
        this(spec, memory, false, DEFAULT_WATCHDOG);
    }

    /**
     * An accelerator for tests.
     *
     * @param effectsAtCompletion write a command's results when it completes instead of when it
     *     starts; the data are the same unless the program has a race
     * @param watchdog cycles after which a job ends in fault WATCHDOG
     */
    public Npu(HardwareSpec spec, MemoryModel memory, boolean effectsAtCompletion, long watchdog) {
        this(spec, memory, effectsAtCompletion, watchdog, true);
    }

    /**
     * As above.
     *
     * @param jumps whether a job without data passes over rounds of a loop once they are periodic; cycles and
     *     counters are the same
     */
    public Npu(HardwareSpec spec, MemoryModel memory, boolean effectsAtCompletion, long watchdog, boolean jumps) {
        this.jumps = jumps;
        this.spec = spec;
        this.memory = memory;
        this.effectsAtCompletion = effectsAtCompletion;
        this.watchdog = watchdog;
    }

    public HardwareSpec spec() {
        return spec;
    }

    /** The scratchpads; made at the first use, for timing-only jobs do without. */
    public Scratchpads scratchpads() {
        if (pads == null) {
            pads = new Scratchpads(spec);
        }
        return pads;
    }

    /**
     * Runs a job from doorbell to completion record.
     *
     * @throws DeviceFault if the job runs into one
     */
    public RunResult run(Job job) {
        if (!job.program().spec().hash().equals(spec.hash())) {
            throw new SimException(
                    "the program is for hardware " + job.program().spec().name() + ", the simulator is " + spec.name()
                            + "; compile it for this hardware");
        }
        DeviceMemory data = job.memory();
        Effects effects = data == null ? null : new Effects(spec, scratchpads(), data);
        EventLoop loop = new EventLoop(spec, memory, job, effects, effectsAtCompletion, watchdog, jumps);
        try {
            return loop.run();
        } catch (DeviceFault e) {
            if (!loop.shortened()) {
                throw e;
            }
            return new EventLoop(spec, memory, job, effects, effectsAtCompletion, watchdog, false).run();
        }
    }
}
