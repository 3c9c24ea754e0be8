package dev.hwc.tests.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.compiler.image.CompiledModel;
import dev.hwc.compiler.lower.TilingOptions;
import dev.hwc.host.device.Device;
import dev.hwc.host.device.RtlDevice;
import dev.hwc.host.device.SimulatorDevice;
import dev.hwc.host.generation.DeviceModel;
import dev.hwc.host.generation.StepOutcome;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.interp.Logits;
import dev.hwc.rtl.harness.RequiresVerilator;
import dev.hwc.tests.Campaign;
import dev.hwc.tests.TestModels;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Real models on the verilated hardware and on the simulator: every logit of every step to the bit, the
 * same cycles, the same counters. The simulator equals the reference interpreter (see {@code
 * SimulatorEqualsInterpreterTest}), and so do both.
 */
class RtlGenerationTest {
    private static final int CONTEXT = 64;
    private static final int PROMPT = 8;

    @RequiresVerilator
    @ParameterizedTest
    @CsvSource({
        "tiny-4x4, stories260K/stories260K-ffn192-Q8_0, 1",
        "tiny-4x4, stories260K/stories260K-ffn192-Q4_0, 1",
        "tiny-4x4, stories260K/stories260K-pad256-TQ2_0, 1",
        "edge-8x8, stories260K/stories260K-ffn192-Q8_0, 1",
        "edge-8x8, stories260K/stories260K-ffn192-Q4_0, 1"
    })
    void prefillAndDecodeAreEqual(String preset, String name, int tokens) {
        try (Model model = TestModels.open(name)) {
            compare(model, HardwareSpecs.preset(preset), tokens);
        }
    }

    @RequiresVerilator
    @Test
    void gatedElementsDoToo() {
        HardwareSpec plain = HardwareSpecs.preset("tiny-4x4");
        try (Model model = TestModels.open("stories260K/stories260K-pad256-TQ2_0")) {
            compare(model, plain.withArray(plain.array().withElements(HardwareSpec.Array.GATED)), 1);
        }
    }

    @RequiresVerilator
    @ParameterizedTest
    @CsvSource({"tiny-4x4, demo-q8_0.gguf, 16", "edge-8x8, demo-q8_0.gguf, 16", "edge-8x8, demo-q4_0.gguf, 4"})
    void demoGeneratesTheSame(String preset, String file, int tokens) {
        try (Model model = Model.ofGguf(TestModels.demo(file))) {
            compare(model, HardwareSpecs.preset(preset), tokens);
        }
    }

    private static void compare(Model model, HardwareSpec spec, int tokens) {
        String place = model.source() + " on " + spec.name() + ", elements "
                + spec.array().elements();
        int[] text = model.tokenizer().encode("Once upon a time, there was a little dog", true);
        int[] prompt = Arrays.copyOf(text, PROMPT);
        try (CompiledModel compiled = CompiledModel.compile(model, spec, CONTEXT, TilingOptions.DEFAULT);
                DeviceModel simulator = new DeviceModel(compiled, new SimulatorDevice(spec));
                DeviceModel hardware = new DeviceModel(compiled, rtl(spec))) {
            int token = step(simulator, hardware, prompt, 0, place + ", prompt");
            for (int i = 0; i < tokens; i++) {
                token = step(simulator, hardware, new int[] {token}, PROMPT + i, place + ", token " + i);
            }
            Campaign.report("RTL = simulator: " + place + ", prompt of " + PROMPT + " and " + tokens
                    + " tokens, all logits and cycles equal");
        }
    }

    private static Device rtl(HardwareSpec spec) {
        return new RtlDevice(spec, clocks -> {});
    }

    /** Runs a step on both and returns the next token. */
    private static int step(DeviceModel simulator, DeviceModel hardware, int[] tokens, int position, String place) {
        StepOutcome expected = simulator.step(tokens, position);
        StepOutcome found = hardware.step(tokens, position);
        float[] logits = expected.logits();
        for (int i = 0; i < logits.length; i++) {
            int logit = i;
            assertEquals(
                    Float.floatToRawIntBits(logits[i]),
                    Float.floatToRawIntBits(found.logits()[i]),
                    () -> place + ": logit " + logit);
        }
        long cycles = expected.cost().orElseThrow().cycles();
        assertEquals(cycles, found.cost().orElseThrow().cycles(), () -> place + ": cycles");
        SameCounters.assertSame(
                expected.cost().orElseThrow().activity(),
                found.cost().orElseThrow().activity(),
                place);
        return Logits.argmax(logits);
    }
}
