package dev.hwc.host.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.compiler.image.CompiledModel;
import dev.hwc.compiler.image.StepProgram;
import dev.hwc.compiler.lower.TilingOptions;
import dev.hwc.host.HostException;
import dev.hwc.host.device.Region.Access;
import dev.hwc.host.generation.DeviceModel;
import dev.hwc.host.generation.StepTimer;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SimulatorDeviceTest {
    private static final HardwareSpec SPEC = HardwareSpecs.preset("edge-8x8");
    private static final Model MODEL = Model.open("shape:stories15m@q4_0");
    private static final CompiledModel COMPILED = CompiledModel.compile(MODEL, SPEC, 64, TilingOptions.DEFAULT);

    private final SimulatorDevice device = new SimulatorDevice(SPEC);

    @AfterAll
    static void close() {
        COMPILED.close();
        MODEL.close();
    }

    @Test
    void saysWhichHardwareItIs() {
        Capabilities capabilities = device.identify();
        assertEquals("sim", capabilities.backEnd());
        assertEquals(SPEC.hash(), capabilities.hash());
        assertEquals(100, capabilities.clockMhz());
    }

    @Test
    void runsAJobAndCountsIt() {
        JobResult.Ok result = device.run(job(regions(0), false)).orThrow();
        assertTrue(result.cycles() > 0);
        assertTrue(result.counters().macs() > 0);
        assertTrue(result.counters().bytesRead() > COMPILED.layout().headOffset());
    }

    @Test
    void aResidentProgramIsNotReadAgain() {
        List<Region> regions = regions(0);
        long cold = device.run(job(regions, false)).orThrow().cycles();
        long warm = device.run(job(regions, true)).orThrow().cycles();
        assertTrue(warm < cold, warm + " < " + cold);
        assertEquals(warm, device.run(job(regions, true)).orThrow().cycles());
    }

    @Test
    void anAccessOutsideItsRegionIsAFault() {
        long cut = COMPILED.windowBytes().get(0) - 4096;
        JobResult result = device.run(job(regions(cut), true));
        JobResult.Fault fault = assertInstanceOf(JobResult.Fault.class, result);
        assertEquals("WINDOW", fault.code());
        assertEquals("load", fault.queue());
        DeviceException thrown = assertThrows(DeviceException.class, result::orThrow);
        assertEquals(1, String.valueOf(thrown.getMessage()).lines().count());
        assertInstanceOf(JobResult.Ok.class, device.run(job(regions(0), true)), "the device goes on");
    }

    @Test
    void oneJobAtATime() {
        assertThrows(DeviceException.class, device::await);
        JobRequest job = job(regions(0), false);
        device.submit(job);
        assertThrows(DeviceException.class, () -> device.submit(job));
        device.await();
        assertThrows(DeviceException.class, device::await);
    }

    @Test
    void refusesAProgramOfAnotherDevice() {
        JobRequest job = job(regions(0), false);
        assertThrows(DeviceException.class, () -> new SimulatorDevice(SPEC).submit(job));
    }

    @Test
    void regionsDoNotOverlapAndHoldTheirData() {
        Region first = device.reserve(5000, Access.READ);
        Region second = device.attach(MemorySegment.ofArray(new byte[10]), 10, Access.READ_WRITE);
        assertEquals(first.base() + 8192, second.base());
        assertThrows(DeviceException.class, () -> device.attach(MemorySegment.ofArray(new byte[10]), 9, Access.READ));
    }

    @Test
    void aShapeTakesTimeAndComputesNothing() {
        StepTimer timer = new StepTimer(COMPILED, device);
        long early = timer.time(1, 0, true, true).cycles();
        long late = timer.time(1, 63, true, true).cycles();
        assertTrue(late > early, "a longer past takes longer");
        HostException refused = assertThrows(HostException.class, () -> new DeviceModel(COMPILED, device));
        assertTrue(String.valueOf(refused.getMessage()).contains("shape without weights"));
    }

    /** Regions without data; the weights shorter by {@code cut} bytes. */
    private List<Region> regions(long cut) {
        return List.of(
                device.reserve(COMPILED.windowBytes().get(0) - cut, Access.READ),
                device.reserve(COMPILED.windowBytes().get(1), Access.READ),
                device.reserve(COMPILED.windowBytes().get(2), Access.READ_WRITE),
                device.reserve(COMPILED.windowBytes().get(3), Access.READ_WRITE));
    }

    private JobRequest job(List<Region> regions, boolean resident) {
        StepProgram step = COMPILED.step(1);
        List<Long> arguments =
                Arrays.stream(COMPILED.arguments(step, 0)).boxed().toList();
        return new JobRequest(device.load(step.program(), COMPILED.programOffset()), arguments, regions, resident);
    }
}
