package dev.hwc.tests.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.host.device.HardwareCounters;
import dev.hwc.ir.device.Counter;
import dev.hwc.ir.device.JobDescriptor;
import dev.hwc.ir.device.PlacedPrograms;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.FaultCode;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Program;
import dev.hwc.ir.isa.Queue;
import dev.hwc.rtl.harness.AcceleratorModel;
import dev.hwc.rtl.harness.RtlJobs;
import dev.hwc.sim.activity.Activity;
import dev.hwc.sim.memory.FixedMemory;
import dev.hwc.sim.memory.MemoryModel;
import dev.hwc.sim.systolic.DeviceFault;
import dev.hwc.sim.systolic.DeviceMemory;
import dev.hwc.sim.systolic.Job;
import dev.hwc.sim.systolic.Npu;
import dev.hwc.sim.systolic.RunResult;
import dev.hwc.sim.systolic.Window;
import dev.hwc.sim.systolic.queues.DecodedProgram;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A simulator and the verilated hardware of one description, which run the same jobs one after the
 * other, each over its own copy of the memory. Programs stand in window 0 from byte 0 on.
 */
final class Twins implements AutoCloseable {
    /** Windows lie this far apart; the first one behind the job descriptor. */
    private static final long WINDOW_DISTANCE = 1L << 20;

    private static final long CLOCK_LIMIT = 50_000_000;

    private final HardwareSpec spec;
    private final Arena arena = Arena.ofShared();
    private final SwitchedMemory simulatorMemory;
    private final SwitchedMemory hardwareMemory;
    private final Npu npu;
    private final RtlJobs jobs;
    private final List<MemorySegment> simulated = new ArrayList<>();
    private final List<MemorySegment> real = new ArrayList<>();
    private final List<Window> windows = new ArrayList<>();

    /**
     * Twins with memory.
     *
     * @param windowBytes of windows 0, 1, …; window 0 is read-only, the last one writable
     */
    Twins(HardwareSpec spec, long... windowBytes) {
        this.spec = spec;
        simulatorMemory = new SwitchedMemory(new FixedMemory(spec.memory()));
        hardwareMemory = new SwitchedMemory(new FixedMemory(spec.memory()));
        npu = new Npu(spec, simulatorMemory);
        jobs = new RtlJobs(AcceleratorModel.open(spec, hardwareMemory), 0);
        for (int i = 0; i < windowBytes.length; i++) {
            long base = (i + 1) * WINDOW_DISTANCE;
            simulated.add(arena.allocate(windowBytes[i], 64));
            real.add(arena.allocate(windowBytes[i], 64));
            windows.add(new Window(base, windowBytes[i], true, i == windowBytes.length - 1 && i > 0));
            jobs.model().attach(base, real.get(i));
        }
    }

    /** The verilated hardware. */
    AcceleratorModel hardware() {
        return jobs.model();
    }

    /** The windows of the jobs. */
    List<Window> windows() {
        return windows;
    }

    /** The same memory model behind both from now on, one instance each. */
    void memories(MemoryModel forSimulator, MemoryModel forHardware) {
        simulatorMemory.use(forSimulator);
        hardwareMemory.use(forHardware);
    }

    /** Physical address of a burst of the hardware's last job, counted from 0 in its direction. */
    long burstAddress(boolean write, long ticket) {
        return hardwareMemory.burst(write, ticket).address();
    }

    /** Beats of a burst of the hardware's last job. */
    int burstBeats(boolean write, long ticket) {
        return hardwareMemory.burst(write, ticket).bytes() / spec.port().beatBytes();
    }

    /** Fills a window of both. */
    void fill(int window, byte[] bytes) {
        MemorySegment.copy(bytes, 0, simulated.get(window), ValueLayout.JAVA_BYTE, 0, bytes.length);
        MemorySegment.copy(bytes, 0, real.get(window), ValueLayout.JAVA_BYTE, 0, bytes.length);
    }

    /** Runs a job on both and compares cycles, counters and every byte of the windows. */
    RunResult runAndCompare(Program program, long[] arguments, boolean resident, String place) {
        RunResult expected = simulate(program, arguments, resident);
        RtlJobs.Outcome found = execute(program, arguments, resident);
        assertEquals(0, found.record().code(), () -> place + ": fault " + found.record());
        compareCounters(expected.activity(), place);
        assertEquals(expected.cycles(), found.cycles(), () -> place + ": cycles");
        assertSameMemory(place);
        return expected;
    }

    /** The same where the bus still carries late beats of an earlier job: it may take longer. */
    void runAndCompareBytes(Program program, long[] arguments, String place) {
        RunResult expected = simulate(program, arguments, false);
        RtlJobs.Outcome found = execute(program, arguments, false);
        assertEquals(0, found.record().code(), () -> place + ": fault " + found.record());
        assertTrue(found.cycles() >= expected.cycles(), () -> place + ": faster than alone on the bus");
        assertSameMemory(place);
    }

    /** Every byte of the windows is the same. */
    void assertSameMemory(String place) {
        for (int w = 1; w < windows.size(); w++) {
            int window = w;
            assertEquals(
                    -1,
                    simulated.get(w).mismatch(real.get(w)),
                    () -> place + ": first different byte of window " + window);
        }
    }

    /** Runs a job on the simulator. */
    RunResult simulate(Program program, long[] arguments, boolean resident) {
        DeviceMemory memory = DeviceMemory.empty();
        for (int w = 0; w < windows.size(); w++) {
            memory = memory.with(w, simulated.get(w));
        }
        Job job = Job.of(DecodedProgram.decode(program, spec), arguments, windows, memory);
        return npu.run(resident ? job.asResident() : job);
    }

    /** The simulator's fault of a job. */
    DeviceFault simulatedFault(Program program, long[] arguments) {
        try {
            simulate(program, arguments, false);
        } catch (DeviceFault fault) {
            return fault;
        }
        throw new AssertionError("the simulator finds no fault");
    }

    /** Runs a job on the hardware. */
    RtlJobs.Outcome execute(Program program, long[] arguments, boolean resident) {
        PlacedPrograms programs = PlacedPrograms.of(program, 0, spec.port().beatBytes());
        programs.write(real.getFirst());
        return execute(programs.places(), arguments, resident);
    }

    /** Runs what stands in window 0 on the hardware. */
    RtlJobs.Outcome execute(List<JobDescriptor.Program> places, long[] arguments, boolean resident) {
        List<JobDescriptor.Window> table = windows.stream()
                .map(w -> new JobDescriptor.Window(w.base(), w.limit(), w.readable(), w.writable()))
                .toList();
        List<Long> values = Arrays.stream(arguments).boxed().toList();
        JobDescriptor job = new JobDescriptor(resident, spec.hash(), places, table, values);
        return jobs.run(job, CLOCK_LIMIT, clocks -> {});
    }

    private void compareCounters(Activity expected, String place) {
        long[] counters = jobs.model().counters();
        SameCounters.assertSame(
                expected, HardwareCounters.activity(counters, spec.port().beatBytes(), List.of()), place);
        long retired = 0;
        for (int q = 0; q < Queue.values().length; q++) {
            retired += counters[Counter.RETIRED + q];
        }
        long instructions = 0;
        for (Opcode opcode : Opcode.values()) {
            instructions += expected.retired(opcode);
        }
        long executed = retired;
        assertEquals(instructions, executed, () -> place + ": executed instructions");
    }

    /** Compares a fault of the hardware with the simulator's. */
    static void assertSameFault(DeviceFault expected, RtlJobs.Outcome found, String place) {
        String fault = found.record().code() == 0
                ? "none"
                : FaultCode.values()[found.record().code() - 1] + " of queue "
                        + Queue.of(found.record().queue()) + " at "
                        + found.record().pc() + ", address "
                        + found.record().value();
        assertEquals(
                expected.code() + " of queue " + expected.queue() + " at " + expected.pc() + ", address "
                        + expected.address(),
                fault,
                place);
    }

    @Override
    public void close() {
        jobs.close();
        arena.close();
    }
}
