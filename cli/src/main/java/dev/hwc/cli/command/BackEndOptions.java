package dev.hwc.cli.command;

import dev.hwc.cli.UsageException;
import dev.hwc.cli.run.BackEnd;
import dev.hwc.cli.run.HardwareSource;
import dev.hwc.ir.format.model.Nearest;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.interp.Arithmetics;
import dev.hwc.rtl.harness.Waveform;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say what runs a model. */
final class BackEndOptions {
    private static final List<String> BACK_ENDS = List.of("reference", "sim", "rtl");

    @Option(
            names = "--hw",
            paramLabel = "HW",
            description = "hardware: a preset or a .yaml file (default: " + HardwareSource.DEFAULT + ")")
    private @Nullable String hardware;

    @Option(
            names = "--backend",
            paramLabel = "BACKEND",
            description = "reference, sim or rtl (default: sim, or reference when --arithmetic is given)")
    private @Nullable String backEnd;

    @Option(
            names = "--arithmetic",
            paramLabel = "NAME",
            description = "of the reference back end: f32 (default), llamacpp or hardware")
    private @Nullable String arithmetic;

    @Mixin
    private ProductOptions products = new ProductOptions();

    /**
     * The back end asked for.
     *
     * @param waveform whether its signals are written to a file
     * @param clocks told the clocks of a long step, where the back end is slow enough for that
     */
    BackEnd resolve(WaveformOptions waveform, LongConsumer clocks) {
        Optional<Waveform> file = waveform.resolve(name());
        var spec = HardwareSource.find(hardware == null ? HardwareSource.DEFAULT : hardware);
        return switch (name()) {
            case "sim" -> {
                refuseArithmetic();
                yield new BackEnd.Simulator(spec, products.resolve(spec));
            }
            case "reference" -> new BackEnd.Reference(Arithmetics.named(arithmetic == null ? "f32" : arithmetic), spec);
            case "rtl" -> {
                refuseArithmetic();
                refuseUnits(spec);
                yield new BackEnd.Rtl(spec, file, clocks);
            }
            default ->
                throw new UsageException("back end '" + name() + "' is unknown; allowed are "
                        + String.join(", ", BACK_ENDS) + Nearest.suggestion(name(), BACK_ENDS));
        };
    }

    /** An image says where its products are computed. */
    void refuseProducts(String image) {
        products.refuseFor(image);
    }

    private static void refuseUnits(HardwareSpec spec) {
        if (spec.pim() != null) {
            throw new UsageException("back end rtl has no memory that computes, and hardware " + spec.name()
                    + " has some; use --backend sim, or hardware without pim");
        }
    }

    private String name() {
        if (backEnd != null) {
            return backEnd;
        }
        return arithmetic == null ? "sim" : "reference";
    }

    private void refuseArithmetic() {
        if (arithmetic != null && !arithmetic.equals(BackEnd.HARDWARE_ARITHMETIC)) {
            throw new UsageException("back end " + name() + " computes in arithmetic hardware, not '" + arithmetic
                    + "'; leave --arithmetic out or take --backend reference");
        }
    }
}
