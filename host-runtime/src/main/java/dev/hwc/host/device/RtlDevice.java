package dev.hwc.host.device;

import dev.hwc.ir.device.CompletionRecord;
import dev.hwc.ir.device.Counter;
import dev.hwc.ir.device.JobDescriptor;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.FaultCode;
import dev.hwc.ir.isa.Program;
import dev.hwc.ir.isa.ProgramCodec;
import dev.hwc.ir.isa.Queue;
import dev.hwc.rtl.harness.AcceleratorModel;
import dev.hwc.rtl.harness.BurstTiming;
import dev.hwc.rtl.harness.RtlJobs;
import dev.hwc.sim.activity.Activity;
import dev.hwc.sim.activity.Stall;
import dev.hwc.sim.dram.MemoryModels;
import dev.hwc.sim.memory.MemoryModel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The generated hardware in Verilator as a device. Memory is the host's own, which must be off-heap.
 * Its counters are those of the hardware (isa.md §8, {@link Counter}); those that only the simulator
 * has (scratchpad bytes, operators) stay 0.
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

    private @Nullable JobRequest submitted;

    /**
     * Builds and starts the hardware with the memory of its description behind the port.
     *
     * @param progress told the clocks of a long job from time to time
     */
    public RtlDevice(HardwareSpec spec, LongConsumer progress) {
        this(spec, MemoryModels.of(spec), spec.memory().kind(), progress);
    }

    /** The same with another memory behind the port. */
    public RtlDevice(HardwareSpec spec, MemoryModel memory, String memoryName, LongConsumer progress) {
        this.spec = spec;
        this.memoryName = memoryName;
        this.progress = progress;
        BurstTiming timing = new ModelledBursts(memory);
        jobs = new RtlJobs(AcceleratorModel.open(spec, timing), AddressSpace.DESCRIPTOR);
    }

    /**
     * A program as it lies in memory.
     *
     * @param streams bytes of each queue's program, whole beats
     * @param offsets of each queue's program in window 0
     */
    private record Placed(
            RtlDevice owner,
            List<byte[]> streams,
            List<JobDescriptor.Program> places,
            List<String> labels,
            int instructions)
            implements LoadedProgram {}

    @Override
    public Capabilities identify() {
        return new Capabilities("rtl", spec.name(), spec.hash(), spec.clockMhz(), memoryName);
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
    public LoadedProgram load(Program program, long offset) {
        List<byte[]> streams = new ArrayList<>();
        List<JobDescriptor.Program> places = new ArrayList<>();
        long at = offset;
        for (Queue queue : Queue.values()) {
            byte[] stream = ProgramCodec.encode(queue, program.stream(queue));
            streams.add(stream);
            places.add(new JobDescriptor.Program(at, program.stream(queue).size()));
            int beat = spec.port().beatBytes();
            at += Math.ceilDiv(stream.length, beat) * (long) beat;
        }
        return new Placed(this, streams, places, program.labels(), program.size());
    }

    @Override
    public void submit(JobRequest job) {
        if (submitted != null) {
            throw new DeviceException("a job was submitted while another one runs; wait for it first");
        }
        if (!(job.program() instanceof Placed program) || program.owner() != this) {
            throw new DeviceException("the job's program was loaded by another device; load it on this one");
        }
        submitted = job;
    }

    @Override
    public JobResult await() {
        JobRequest request = submitted;
        if (request == null) {
            throw new DeviceException("waiting without a job; submit one first");
        }
        submitted = null;
        Placed program = (Placed) request.program();
        if (!request.resident()) {
            write(program, request.windows().getFirst());
        }
        RtlJobs.Outcome outcome = jobs.run(descriptor(request, program), LIMIT, progress);
        return outcome.record().code() == 0
                ? new JobResult.Ok(outcome.cycles(), activity(jobs.model().counters(), program.labels()))
                : fault(outcome.record());
    }

    private void write(Placed program, Region window) {
        long first = program.places().getFirst().offset();
        MemorySegment space = programSpace.computeIfAbsent(window.base() + first, base -> {
            long bytes = 4L * spec.buffers().instructions() * ProgramCodec.INSTRUCTION_BYTES;
            MemorySegment segment = arena.allocate(bytes, PROGRAM_ALIGNMENT);
            jobs.model().attach(base, segment);
            return segment;
        });
        for (int q = 0; q < program.streams().size(); q++) {
            byte[] stream = program.streams().get(q);
            long at = program.places().get(q).offset() - first;
            MemorySegment.copy(stream, 0, space, ValueLayout.JAVA_BYTE, at, stream.length);
        }
    }

    private JobDescriptor descriptor(JobRequest request, Placed program) {
        List<JobDescriptor.Window> windows = request.windows().stream()
                .map(r -> new JobDescriptor.Window(r.base(), r.bytes(), true, r.access() == Region.Access.READ_WRITE))
                .toList();
        return new JobDescriptor(request.resident(), spec.hash(), program.places(), windows, request.arguments());
    }

    private static JobResult fault(CompletionRecord record) {
        FaultCode code = FaultCode.values()[record.code() - 1];
        String queue = Queue.of(record.queue()).text().toLowerCase(Locale.ROOT);
        String message = "the hardware stopped with fault " + code + " of queue " + queue + " at instruction "
                + record.pc() + ", address " + record.value();
        return new JobResult.Fault(code.name(), queue, record.pc(), record.value(), message);
    }

    /** The hardware's counters in the simulator's places. */
    private Activity activity(long[] counters, List<String> labels) {
        Activity activity = new Activity(labels);
        long[] slots = activity.slots();
        int beat = spec.port().beatBytes();
        for (int q = 0; q < Queue.values().length; q++) {
            slots[Activity.BUSY + q] = counters[Counter.BUSY + q];
            for (Stall stall : Stall.values()) {
                slots[Activity.stallSlot(q, stall)] = counters[Counter.stall(q, stall.ordinal())];
            }
        }
        slots[Activity.BYTES_READ] = counters[Counter.BEATS_READ] * beat;
        slots[Activity.BURSTS_READ] = counters[Counter.BURSTS_READ];
        slots[Activity.BYTES_WRITTEN] = counters[Counter.BEATS_WRITTEN] * beat;
        slots[Activity.BURSTS_WRITTEN] = counters[Counter.BURSTS_WRITTEN];
        slots[Activity.SATURATED_TERMS] = counters[Counter.SATURATED_TERMS];
        slots[Activity.NUMERIC_EXCEPTIONS] = counters[Counter.NUMERIC_EXCEPTIONS];
        return activity;
    }

    @Override
    public void close() {
        jobs.close();
        arena.close();
    }
}
