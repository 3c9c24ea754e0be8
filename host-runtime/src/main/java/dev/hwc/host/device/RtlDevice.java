package dev.hwc.host.device;

import dev.hwc.ir.device.CompletionRecord;
import dev.hwc.ir.device.JobDescriptor;
import dev.hwc.ir.device.PimAttention;
import dev.hwc.ir.device.PimProduct;
import dev.hwc.ir.device.PlacedPrograms;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.FaultCode;
import dev.hwc.ir.isa.Program;
import dev.hwc.ir.isa.ProgramCodec;
import dev.hwc.ir.isa.Queue;
import dev.hwc.rtl.harness.AcceleratorModel;
import dev.hwc.rtl.harness.BurstTiming;
import dev.hwc.rtl.harness.Identity;
import dev.hwc.rtl.harness.RtlJobs;
import dev.hwc.rtl.harness.Waveform;
import dev.hwc.sim.activity.Activity;
import dev.hwc.sim.dram.MemoryModels;
import dev.hwc.sim.memory.MemoryUse;
import dev.hwc.sim.pim.window.PimWindow;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * The generated hardware in Verilator as a device. Memory is the host's own, which must be off-heap.
 * Its counters are those of the hardware ({@link HardwareCounters}); those that only the simulator has
 * (scratchpad bytes, operators) stay 0.
 */
public final class RtlDevice implements Device {
    private static final long PROGRAM_ALIGNMENT = 64;
    /** Clocks of a job after which the accelerator is taken for hung. */
    private static final long LIMIT = 1L << 40;

    private final HardwareSpec spec;
    private final String memoryName;
    private final Arena arena = Arena.ofShared();
    private final AddressSpace addresses = new AddressSpace();
    private final RtlJobs jobs;
    private final LongConsumer progress;
    /** Program memory behind the data of window 0, by its physical address. */
    private final Map<Long, MemorySegment> programSpace = new HashMap<>();

    private final Submission<Placed> submission = new Submission<>(Placed.class, program -> program.owner() == this);

    /**
     * Builds and starts the hardware with the memory of its description behind the port.
     *
     * @param progress told the clocks of a long job from time to time
     */
    public RtlDevice(HardwareSpec spec, LongConsumer progress) {
        this(spec, Optional.empty(), progress);
    }

    /** The same, its signals written to a file. */
    public RtlDevice(HardwareSpec spec, Optional<Waveform> waveform, LongConsumer progress) {
        this.spec = spec;
        this.memoryName = spec.memory().kind();
        this.progress = progress;
        BurstTiming timing = new ModelledBursts(MemoryModels.of(spec));
        jobs = new RtlJobs(AcceleratorModel.open(spec, timing, waveform), AddressSpace.DESCRIPTOR);
    }

    /** A program as it lies in memory. */
    private record Placed(RtlDevice owner, PlacedPrograms programs, List<String> labels, int instructions)
            implements LoadedProgram {}

    @Override
    public Capabilities identify() {
        Identity identity = jobs.model().identity();
        return new Capabilities("rtl", spec.name(), identity.hash(), identity.clockMhz(), memoryName);
    }

    /** Clocks since the start, those of register accesses among them: the time in a waveform. */
    public long clocks() {
        return jobs.model().clocks();
    }

    @Override
    public Region attach(MemorySegment data, long bytes, Region.Access access) {
        Region region = addresses.attach(data, bytes, access);
        jobs.model().attach(region.base(), data);
        return region;
    }

    @Override
    public Region reserve(long bytes, Region.Access access) {
        throw new DeviceException("hardware computes with data; a region of " + bytes
                + " bytes without any takes time on the simulator only");
    }

    @Override
    public Region products(
            List<PimProduct> products, List<PimAttention> attention, Optional<PimWindow.Weights> weights, long bytes) {
        throw new DeviceException("memory that computes has no RTL; run hardware " + spec.name()
                + " on the simulator, or describe it without pim");
    }

    @Override
    public LoadedProgram load(Program program, long offset) {
        PlacedPrograms programs = PlacedPrograms.of(program, offset, spec.port().beatBytes());
        return new Placed(this, programs, program.labels(), program.size());
    }

    @Override
    public void submit(JobRequest job) {
        submission.submit(job);
    }

    @Override
    public JobResult await() {
        Submission.Job<Placed> job = submission.take();
        if (!job.request().resident()) {
            write(job.program().programs(), job.request().windows().getFirst());
        }
        RtlJobs.Outcome outcome = jobs.run(descriptor(job), LIMIT, progress);
        return outcome.record().code() == 0
                ? new JobResult.Ok(outcome.cycles(), activity(job.program()), MemoryUse.UNKNOWN)
                : fault(outcome.record());
    }

    private Activity activity(Placed program) {
        return HardwareCounters.activity(jobs.model().counters(), spec.port().beatBytes(), program.labels());
    }

    private void write(PlacedPrograms programs, Region window) {
        MemorySegment space = programSpace.computeIfAbsent(window.base() + programs.offset(), base -> {
            long bytes = 4L * spec.buffers().instructions() * ProgramCodec.INSTRUCTION_BYTES;
            MemorySegment segment = arena.allocate(bytes, PROGRAM_ALIGNMENT);
            jobs.model().attach(base, segment);
            return segment;
        });
        programs.write(space);
    }

    private JobDescriptor descriptor(Submission.Job<Placed> job) {
        JobRequest request = job.request();
        List<JobDescriptor.Window> windows = request.windows().stream()
                .map(r -> new JobDescriptor.Window(r.base(), r.bytes(), true, r.access() == Region.Access.READ_WRITE))
                .toList();
        return new JobDescriptor(
                request.resident(), spec.hash(), job.program().programs().places(), windows, request.arguments());
    }

    private static JobResult fault(CompletionRecord record) {
        FaultCode code = FaultCode.values()[record.code() - 1];
        String queue = Queue.of(record.queue()).text().toLowerCase(Locale.ROOT);
        String message = "the hardware stopped with fault " + code + " of queue " + queue + " at instruction "
                + record.pc() + ", address " + record.value();
        return new JobResult.Fault(code.name(), queue, record.pc(), record.value(), message);
    }

    /** Completes the waveform, too. */
    @Override
    public void close() {
        try {
            jobs.close();
        } finally {
            arena.close();
        }
    }
}
