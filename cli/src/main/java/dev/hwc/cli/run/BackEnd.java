package dev.hwc.cli.run;

import dev.hwc.cli.UsageException;
import dev.hwc.compiler.image.CompiledModel;
import dev.hwc.compiler.image.ImageModel;
import dev.hwc.compiler.image.ProductPlaces;
import dev.hwc.compiler.pass.CompilationUnit;
import dev.hwc.compiler.pipeline.FrontEnd;
import dev.hwc.host.device.Device;
import dev.hwc.host.device.RtlDevice;
import dev.hwc.host.device.SimulatedCost;
import dev.hwc.host.device.SimulatorDevice;
import dev.hwc.host.generation.DeviceModel;
import dev.hwc.host.generation.InterpreterModel;
import dev.hwc.host.generation.TokenModel;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.interp.Arithmetic;
import dev.hwc.ir.interp.Interpreter;
import dev.hwc.ir.tensor.LogitRows;
import dev.hwc.rtl.harness.Waveform;
import java.util.Optional;
import java.util.function.LongConsumer;

/** What runs a model: the reference interpreter in one of its arithmetics, or a device. */
public sealed interface BackEnd {
    /** The arithmetic that devices compute in, by its name. */
    String HARDWARE_ARITHMETIC = "hardware";

    /**
     * Puts a model on it.
     *
     * @param model must stay open as long as the result is used
     * @param context tokens a sequence must be able to have
     */
    TokenModel open(Model model, int context);

    /**
     * Runs a program image, which must have been made for the hardware of this back end.
     *
     * @param image must stay open as long as the result is used
     */
    TokenModel open(ImageModel image);

    /** The hardware whose cycles or numbers the results are; absent for f32 and llamacpp. */
    Optional<HardwareSpec> hardware();

    /** For people: {@code reference f32}, {@code sim edge-16x16}. */
    String describe();

    /** The reference interpreter. */
    record Reference(Arithmetic arithmetic, HardwareSpec spec) implements BackEnd {
        private boolean isHardware() {
            return arithmetic.name().equals(HARDWARE_ARITHMETIC);
        }

        @Override
        public TokenModel open(Model model, int context) {
            return new InterpreterModel(
                    interpreter(model.forContext(context)),
                    context,
                    model.config().vocabularySize());
        }

        @Override
        public TokenModel open(ImageModel image) {
            throw new UsageException("back end reference runs models, not program images; use --backend sim or rtl");
        }

        /** The hardware arithmetic is defined on the canonical program (docs/spec/numerics.md N29). */
        private Interpreter interpreter(Model model) {
            if (!isHardware()) {
                return new Interpreter(model, arithmetic);
            }
            CompilationUnit unit =
                    FrontEnd.canonical(spec, LogitRows.LAST).run(model).unit();
            return new Interpreter(unit.program(), unit.weights()::weight, arithmetic);
        }

        @Override
        public Optional<HardwareSpec> hardware() {
            return isHardware() ? Optional.of(spec) : Optional.empty();
        }

        @Override
        public String describe() {
            return "reference " + arithmetic.name();
        }
    }

    private static TokenModel compiled(
            Model model, HardwareSpec spec, int context, ProductPlaces places, Device device) {
        return new DeviceModel(CompiledModel.compile(model, spec, context, new SimulatedCost(spec), places), device);
    }

    /**
     * The simulated accelerator.
     *
     * @param places where products may be computed
     */
    record Simulator(HardwareSpec spec, ProductPlaces places) implements BackEnd {
        @Override
        public TokenModel open(Model model, int context) {
            return compiled(model, spec, context, places, new SimulatorDevice(spec));
        }

        @Override
        public TokenModel open(ImageModel image) {
            return new DeviceModel(image, new SimulatorDevice(spec));
        }

        @Override
        public Optional<HardwareSpec> hardware() {
            return Optional.of(spec);
        }

        @Override
        public String describe() {
            return "sim " + spec.name();
        }
    }

    /**
     * The generated hardware in Verilator.
     *
     * @param waveform where its signals go, if they are wanted
     * @param clocks told the clocks of a long step from time to time
     */
    record Rtl(HardwareSpec spec, Optional<Waveform> waveform, LongConsumer clocks) implements BackEnd {
        @Override
        public TokenModel open(Model model, int context) {
            return compiled(model, spec, context, ProductPlaces.ARRAY, new RtlDevice(spec, waveform, clocks));
        }

        @Override
        public TokenModel open(ImageModel image) {
            return new DeviceModel(image, new RtlDevice(spec, waveform, clocks));
        }

        @Override
        public Optional<HardwareSpec> hardware() {
            return Optional.of(spec);
        }

        @Override
        public String describe() {
            return "rtl " + spec.name();
        }
    }
}
