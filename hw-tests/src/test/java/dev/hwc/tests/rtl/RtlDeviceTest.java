package dev.hwc.tests.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.host.device.Capabilities;
import dev.hwc.host.device.DeviceException;
import dev.hwc.host.device.JobRequest;
import dev.hwc.host.device.JobResult;
import dev.hwc.host.device.LoadedProgram;
import dev.hwc.host.device.Region;
import dev.hwc.host.device.Region.Access;
import dev.hwc.host.device.RtlDevice;
import dev.hwc.host.device.SimulatorDevice;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.rtl.harness.RequiresVerilator;
import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The generated hardware as a device of the host. */
@RequiresVerilator
class RtlDeviceTest {
    private static final HardwareSpec SPEC = HardwareSpecs.preset("tiny-4x4");
    private static final long WINDOW_BYTES = 4096;

    @Test
    void itsRegistersSayWhatItIs() {
        try (RtlDevice device = new RtlDevice(SPEC, clocks -> {})) {
            Capabilities found = device.identify();
            assertEquals(SPEC.hash(), found.hash());
            assertEquals(SPEC.clockMhz(), found.clockMhz());
        }
    }

    @Test
    void jobsGoOneByOneAndProgramsOfOthersAreRefused() {
        try (Arena arena = Arena.ofConfined();
                RtlDevice device = new RtlDevice(SPEC, clocks -> {});
                SimulatorDevice other = new SimulatorDevice(SPEC)) {
            List<Region> windows = List.of(
                    device.attach(arena.allocate(WINDOW_BYTES, 64), WINDOW_BYTES, Access.READ),
                    device.attach(arena.allocate(WINDOW_BYTES, 64), WINDOW_BYTES, Access.READ),
                    device.attach(arena.allocate(WINDOW_BYTES, 64), WINDOW_BYTES, Access.READ_WRITE));
            LoadedProgram program = device.load(CopyProgram.of(16), 0);
            JobRequest job = new JobRequest(program, List.of(), windows, false);
            assertThrows(DeviceException.class, device::await);
            device.submit(job);
            assertThrows(DeviceException.class, () -> device.submit(job));
            long before = device.clocks();
            JobResult.Ok done = device.await().orThrow();
            assertTrue(device.clocks() - before >= done.cycles());
            LoadedProgram foreign = other.load(CopyProgram.of(16), 0);
            assertThrows(
                    DeviceException.class, () -> device.submit(new JobRequest(foreign, List.of(), windows, false)));
        }
    }
}
