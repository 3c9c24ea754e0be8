package dev.hwc.cli.command;

import dev.hwc.cli.UsageException;
import dev.hwc.cli.output.JsonOption;
import dev.hwc.cli.output.Streams;
import dev.hwc.cli.run.HardwareSource;
import dev.hwc.cli.run.HealthCheck;
import dev.hwc.cli.run.ModelSource;
import dev.hwc.host.device.Capabilities;
import dev.hwc.host.device.Device;
import dev.hwc.host.device.RtlDevice;
import dev.hwc.host.device.SimulatorDevice;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.format.model.Nearest;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.rtl.RtlException;
import dev.hwc.rtl.harness.Tools;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hwc doctor}: is this machine, and the device, as hwc needs them? */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Check this machine and the device: tools, demo model, identity and registers.")
final class DoctorCommand implements Callable<Integer> {
    private static final int JAVA = 25;
    private static final List<String> BACK_ENDS = List.of("sim", "rtl");

    private final Streams streams;

    @Option(names = "--hw", paramLabel = "HW", description = "hardware of the device (default: tiny-4x4)")
    private String hardware = "tiny-4x4";

    @Option(names = "--backend", paramLabel = "BACKEND", description = "the device: sim (default) or rtl")
    private String backEnd = "sim";

    @Mixin
    private JsonOption json = new JsonOption();

    DoctorCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        json.check();
        if (!BACK_ENDS.contains(backEnd)) {
            throw new UsageException("back end '" + backEnd + "' is unknown; allowed are "
                    + String.join(", ", BACK_ENDS) + Nearest.suggestion(backEnd, BACK_ENDS));
        }
        HardwareSpec spec = HardwareSource.find(hardware);
        List<HealthCheck> checks = new ArrayList<>();
        checks.add(java());
        checks.add(new HealthCheck(
                "memory",
                true,
                true,
                Runtime.getRuntime().maxMemory() / (1 << 20) + " MiB heap, "
                        + Runtime.getRuntime().availableProcessors() + " processors"));
        checks.add(HealthCheck.of("demo model", DoctorCommand::demo));
        checks.add(tool("verilator", "--backend rtl"));
        checks.add(tool("g++", "--backend rtl"));
        checks.add(tool("make", "--backend rtl"));
        checks.add(tool("yosys", "hwc synth"));
        checks.add(tool("nextpnr-ice40", "the clock rate of hwc synth --target ice40"));
        if (backEnd.equals("rtl") && Tools.missing().isEmpty()) {
            BuildNote.print(spec, false, streams);
        }
        checks.add(HealthCheck.of("device", () -> device(spec)));
        Streams people = json.forPeople(streams);
        checks.forEach(check -> HealthTable.print(check, people));
        json.write(HealthTable.json(checks, Optional.of(spec)), streams);
        return HealthTable.exitCode(checks);
    }

    private static HealthCheck java() {
        int version = Runtime.version().feature();
        return new HealthCheck("java", version >= JAVA, true, Runtime.version() + ", needed is " + JAVA + " or newer");
    }

    private static String demo() {
        try (Model model = ModelSource.open("demo")) {
            return model.config().architecture().id() + ", " + model.config().blockCount() + " blocks, vocabulary "
                    + model.config().vocabularySize();
        }
    }

    private static HealthCheck tool(String name, String use) {
        if (!Tools.isInstalled(name)) {
            return new HealthCheck(name, false, false, "not on the PATH; needed for " + use);
        }
        return new HealthCheck(name, true, false, version(name));
    }

    private static String version(String tool) {
        try {
            String flag = tool.equals("yosys") ? "-V" : "--version";
            return Tools.run(Path.of("."), List.of(tool, flag))
                    .lines()
                    .filter(line -> !line.isBlank())
                    .findFirst()
                    .orElse("");
        } catch (RtlException e) {
            return "installed";
        }
    }

    private String device(HardwareSpec spec) {
        try (Device device = backEnd.equals("rtl") ? new RtlDevice(spec, clocks -> {}) : new SimulatorDevice(spec)) {
            Capabilities found = device.identify();
            if (!found.hash().equals(spec.hash())) {
                throw new RtlException("the device has hardware hash " + found.hash() + "; " + spec.name() + " has "
                        + spec.hash() + "; load the bitstream of this hardware");
            }
            return found.backEnd() + " " + found.hardware() + ", hash " + found.hash() + ", " + found.clockMhz()
                    + " MHz, memory " + found.memory();
        }
    }
}
