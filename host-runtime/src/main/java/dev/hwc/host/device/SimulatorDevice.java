package dev.hwc.host.device;

import dev.hwc.ir.device.PimAttention;
import dev.hwc.ir.device.PimProduct;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.Program;
import dev.hwc.sim.dram.MemoryModels;
import dev.hwc.sim.memory.MemoryModel;
import dev.hwc.sim.memory.WindowData;
import dev.hwc.sim.pim.window.PimMemory;
import dev.hwc.sim.pim.window.PimWindow;
import dev.hwc.sim.systolic.DeviceFault;
import dev.hwc.sim.systolic.DeviceMemory;
import dev.hwc.sim.systolic.Job;
import dev.hwc.sim.systolic.Npu;
import dev.hwc.sim.systolic.RunResult;
import dev.hwc.sim.systolic.Window;
import dev.hwc.sim.systolic.queues.DecodedProgram;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The simulated accelerator as a device. A job runs inside {@link #await}; memory is the host's own. */
public final class SimulatorDevice implements Device {
    private final HardwareSpec spec;
    private final String memoryName;
    private MemoryModel memory;
    private Npu npu;
    /** Windows that answer otherwise than bytes do. */
    private final Map<Region, WindowData> computing = new HashMap<>();

    private final AddressSpace addresses = new AddressSpace();
    private final Submission<Decoded> submission = new Submission<>(Decoded.class, program -> program.owner() == this);

    /** The hardware with the memory of its description behind the port. */
    public SimulatorDevice(HardwareSpec spec) {
        this(spec, MemoryModels.of(spec), spec.memory().kind());
    }

    /** The hardware with another memory behind the port. */
    public SimulatorDevice(HardwareSpec spec, MemoryModel memory, String memoryName) {
        this.spec = spec;
        this.memory = memory;
        this.npu = new Npu(spec, memory);
        this.memoryName = memoryName;
    }

    /** A program with the arrays the simulator runs on. */
    @SuppressWarnings("ArrayRecordComponent") // a carrier; never compared
    private record Decoded(SimulatorDevice owner, DecodedProgram program, long[] offsets, int instructions)
            implements LoadedProgram {}

    @Override
    public Capabilities identify() {
        return new Capabilities("sim", spec.name(), spec.hash(), spec.clockMhz(), memoryName);
    }

    @Override
    public Region attach(MemorySegment data, long bytes, Region.Access access) {
        return addresses.attach(data, bytes, access);
    }

    @Override
    public Region reserve(long bytes, Region.Access access) {
        return addresses.reserve(bytes, access);
    }

    @Override
    public Region products(
            List<PimProduct> products, List<PimAttention> attention, Optional<PimWindow.Weights> weights, long bytes) {
        if (spec.pim() == null) {
            throw new DeviceException("hardware " + spec.name() + " has no memory that computes; describe it (pim)");
        }
        Region region = addresses.reserve(bytes, Region.Access.READ_WRITE);
        memory = new PimMemory(spec, memory, PimMemory.engine(spec), region.base(), products, attention);
        npu = new Npu(spec, memory);
        weights.ifPresent(w -> computing.put(region, new PimWindow(products, attention, w)));
        return region;
    }

    @Override
    public LoadedProgram load(Program program, long offset) {
        try {
            DecodedProgram decoded = DecodedProgram.decode(program, spec);
            long[] offsets = decoded.contiguousOffsets();
            for (int i = 0; i < offsets.length; i++) {
                offsets[i] += offset;
            }
            return new Decoded(this, decoded, offsets, program.size());
        } catch (DeviceFault fault) {
            throw new DeviceException(String.valueOf(fault.getMessage()));
        }
    }

    @Override
    public void submit(JobRequest job) {
        submission.submit(job);
    }

    @Override
    public JobResult await() {
        Submission.Job<Decoded> submitted = submission.take();
        try {
            RunResult result = npu.run(job(submitted));
            return new JobResult.Ok(result.cycles(), result.activity(), memory.use(result.cycles()));
        } catch (DeviceFault fault) {
            return new JobResult.Fault(
                    fault.code().name(),
                    fault.queue().text().toLowerCase(Locale.ROOT),
                    fault.pc(),
                    fault.address(),
                    String.valueOf(fault.getMessage()));
        }
    }

    private Job job(Submission.Job<Decoded> submitted) {
        JobRequest request = submitted.request();
        Decoded program = submitted.program();
        List<Window> windows =
                request.windows().stream().map(SimulatorDevice::window).toList();
        long[] arguments =
                request.arguments().stream().mapToLong(Long::longValue).toArray();
        return new Job(
                program.program(),
                arguments,
                windows,
                memory(request.windows()),
                request.resident(),
                AddressSpace.DESCRIPTOR,
                program.offsets());
    }

    private static Window window(Region region) {
        return new Window(region.base(), region.bytes(), true, region.access() == Region.Access.READ_WRITE);
    }

    /** Null when a region has no data: then the job only takes time. */
    private @Nullable DeviceMemory memory(List<Region> regions) {
        DeviceMemory data = DeviceMemory.empty();
        for (int i = 0; i < regions.size(); i++) {
            WindowData answering = computing.get(regions.get(i));
            if (answering != null) {
                data = data.with(i, answering);
                continue;
            }
            Optional<MemorySegment> bytes = regions.get(i).data();
            if (bytes.isEmpty()) {
                return null;
            }
            data = data.with(i, bytes.get());
        }
        return data;
    }

    /** Nothing to release: memory belongs to those who attached it. */
    @Override
    public void close() {
        submission.drop();
    }
}
