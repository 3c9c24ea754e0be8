package dev.hwc.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hwc.compiler.image.CompiledModel;
import dev.hwc.compiler.image.HwxImage;
import dev.hwc.compiler.image.ImageModel;
import dev.hwc.compiler.image.ProductPlaces;
import dev.hwc.compiler.lower.TilingOptions;
import dev.hwc.host.HostException;
import dev.hwc.host.device.SimulatedCost;
import dev.hwc.host.device.SimulatorDevice;
import dev.hwc.host.generation.DeviceModel;
import dev.hwc.host.generation.StepOutcome;
import dev.hwc.host.generation.StepTimer;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.tensor.FusedKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Is a program image all that a host needs? Logits, cycles, counters, energy and placement of a run out
 * of an image are those of the compiled model it was written from.
 */
class ImageRunsAsItsModelTest {
    private static final int PROMPT = 12;
    private static final int LENGTH = 18;

    @TempDir
    private Path folder;

    static List<Arguments> hardware() {
        List<Arguments> cases = new ArrayList<>();
        cases.add(Arguments.of("edge-8x8", ProductPlaces.CHEAPEST));
        for (String preset : HardwareSpecs.PIM_PRESETS) {
            cases.add(Arguments.of(preset, ProductPlaces.CHEAPEST));
        }
        cases.add(Arguments.of("edge-16x16+lpddr5-pim", ProductPlaces.ARRAY));
        cases.add(Arguments.of("npu-128x128+hbm2-pim", ProductPlaces.MEMORY));
        return cases;
    }

    @ParameterizedTest
    @MethodSource("hardware")
    void everyLogitAndEveryCountIsTheSame(String preset, ProductPlaces places) {
        HardwareSpec spec = HardwareSpecs.preset(preset);
        Path file = folder.resolve("model.hwx");
        // projections of different formats, so that a product has several matrices in memory
        try (Model model = TestModels.open("stories260K/stories260K-pad256-Q4_K_M");
                CompiledModel compiled = CompiledModel.compile(model, spec, LENGTH, new SimulatedCost(spec), places)) {
            List<Integer> sizes = new ArrayList<>(compiled.promptSteps(PROMPT, 0));
            sizes.add(1);
            HwxImage.write(compiled, sizes, file);
            int[] tokens =
                    Arrays.copyOf(model.tokenizer().encode("Tom and his dog went to the park. One day", true), LENGTH);
            try (ImageModel image = ImageModel.open(file, spec);
                    DeviceModel expected = new DeviceModel(compiled, new SimulatorDevice(spec));
                    DeviceModel found = new DeviceModel(image, new SimulatorDevice(spec))) {
                assertEquals(expected.placements(1), found.placements(1));
                assertEquals(spec.pim() == null, found.placements(1).isEmpty());
                assertEquals(expected.promptSteps(PROMPT, 0), found.promptSteps(PROMPT, 0));
                int done = 0;
                for (int size : found.promptSteps(PROMPT, 0)) {
                    int[] part = Arrays.copyOfRange(tokens, done, done + size);
                    if (done + size < PROMPT) {
                        assertEquals(expected.absorb(part, done), found.absorb(part, done));
                    } else {
                        assertSame(expected.step(part, done), found.step(part, done));
                    }
                    done += size;
                }
                for (; done < LENGTH; done++) {
                    assertSame(
                            expected.step(new int[] {tokens[done]}, done), found.step(new int[] {tokens[done]}, done));
                }
            }
        }
    }

    private static void assertSame(StepOutcome expected, StepOutcome found) {
        Bits.assertSame(expected.logits(), found.logits(), () -> "logits of " + expected.cost());
        assertEquals(expected.cost(), found.cost());
    }

    static List<String> memoryPresets() {
        return HardwareSpecs.PIM_PRESETS;
    }

    @ParameterizedTest
    @MethodSource("memoryPresets")
    void anImageOfAShapeTakesItsTime(String preset) {
        HardwareSpec spec = HardwareSpecs.preset(preset);
        TilingOptions options = TilingOptions.DEFAULT.withMemoryKernels(2).withInMemory(FusedKind.PRODUCTS);
        Path file = folder.resolve("shape.hwx");
        try (Model model = Model.open("shape:stories15m@q4_0");
                CompiledModel compiled = CompiledModel.compile(model, spec, 64, options)) {
            HwxImage.write(compiled, List.of(1, 4), file);
            try (ImageModel image = ImageModel.open(file, spec)) {
                assertFalse(image.weights().isPresent());
                StepTimer expected = new StepTimer(compiled, new SimulatorDevice(spec));
                StepTimer found = new StepTimer(image, new SimulatorDevice(spec));
                for (int tokens : new int[] {1, 4}) {
                    for (boolean logits : new boolean[] {true, false}) {
                        assertEquals(expected.time(tokens, 20, logits, false), found.time(tokens, 20, logits, false));
                    }
                }
                assertThrows(HostException.class, () -> new DeviceModel(image, new SimulatorDevice(spec)));
            }
        }
    }
}
