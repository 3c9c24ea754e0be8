package dev.hwc.cli.command;

import dev.hwc.cli.UsageException;
import dev.hwc.cli.output.ClockNote;
import dev.hwc.cli.output.JsonOption;
import dev.hwc.cli.output.Progress;
import dev.hwc.cli.output.Streams;
import dev.hwc.cli.run.HardwareSource;
import dev.hwc.cli.run.HealthCheck;
import dev.hwc.cli.run.Selftest;
import dev.hwc.ir.format.model.Nearest;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.rtl.harness.Tools;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hwc selftest}: the whole chain on data whose results are known, stage by stage. */
@Command(
        name = "selftest",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Prove the chain from model file to text on the shipped demo: tokens against those shipped with it, then"
                    + " products, logits and cycles on the simulator and, where Verilator is, on the generated hardware."
        })
final class SelftestCommand implements Callable<Integer> {
    private static final List<String> BACK_ENDS = List.of("sim", "rtl");
    private static final int MAXIMUM = 256;

    private final Streams streams;

    @Option(names = "--hw", paramLabel = "HW", description = "hardware (default: tiny-4x4)")
    private String hardware = "tiny-4x4";

    @Option(
            names = "--backend",
            paramLabel = "BACKEND",
            description = "sim or rtl alone (default: both, or sim without Verilator)")
    private @Nullable String backEnd;

    @Option(
            names = "-n",
            paramLabel = "N",
            description = "tokens of the demo model (default: " + Selftest.SIMULATED_TOKENS + ", on rtl "
                    + Selftest.VERILATED_TOKENS + ")")
    private @Nullable Integer tokens;

    @Mixin
    private JsonOption json = new JsonOption();

    private final List<HealthCheck> checks = new ArrayList<>();

    SelftestCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        json.check();
        HardwareSpec spec = HardwareSource.find(hardware);
        if (backEnd != null && !BACK_ENDS.contains(backEnd)) {
            throw new UsageException("back end '" + backEnd + "' is unknown; allowed are "
                    + String.join(", ", BACK_ENDS) + Nearest.suggestion(backEnd, BACK_ENDS));
        }
        if (tokens != null && (tokens < 1 || tokens > MAXIMUM)) {
            throw new UsageException("-n is " + tokens + "; allowed are 1 to " + MAXIMUM);
        }
        for (String model : Selftest.MODELS) {
            check("golden " + model, () -> Selftest.golden(model));
        }
        if (!"rtl".equals(backEnd)) {
            run(new Selftest(spec, count(Selftest.SIMULATED_TOKENS), Optional.empty()), "sim");
        }
        if (!"sim".equals(backEnd)) {
            hardware(spec);
        }
        json.write(HealthTable.json(checks, Optional.of(spec)), streams);
        return HealthTable.exitCode(checks);
    }

    private int count(int normal) {
        return tokens == null ? normal : tokens;
    }

    /** The generated hardware; an absent tool fails it only when it was asked for. */
    private void hardware(HardwareSpec spec) {
        List<String> missing = Tools.missing();
        if (!missing.isEmpty()) {
            add(new HealthCheck(
                    "rtl",
                    false,
                    backEnd != null,
                    "not on the PATH: " + String.join(", ", missing) + " (Debian: apt install verilator g++ make)"));
            return;
        }
        ClockNote clocks = new ClockNote();
        BuildNote.print(spec, false, streams);
        try (Progress progress = new Progress(streams, "rtl", Selftest.CHECKS)) {
            clocks.beside(progress);
            Selftest test = new Selftest(spec, count(Selftest.VERILATED_TOKENS), Optional.of(clocks));
            List<HealthCheck> found = new ArrayList<>();
            test.checks("rtl").forEach((name, action) -> {
                found.add(HealthCheck.of(name, action));
                progress.step();
            });
            progress.close();
            found.forEach(this::add);
        }
    }

    private void run(Selftest test, String prefix) {
        test.checks(prefix).forEach(this::check);
    }

    private void check(String name, Callable<String> action) {
        add(HealthCheck.of(name, action));
    }

    private void add(HealthCheck check) {
        checks.add(check);
        HealthTable.print(check, json.forPeople(streams));
    }
}
