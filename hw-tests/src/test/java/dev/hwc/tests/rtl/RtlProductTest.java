package dev.hwc.tests.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.compiler.image.GemmProgram;
import dev.hwc.host.device.Device;
import dev.hwc.host.device.JobRequest;
import dev.hwc.host.device.JobResult;
import dev.hwc.host.device.LoadedProgram;
import dev.hwc.host.device.Region;
import dev.hwc.host.device.Region.Access;
import dev.hwc.host.device.RtlDevice;
import dev.hwc.host.device.SimulatorDevice;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.numerics.NumericCounters;
import dev.hwc.rtl.harness.RequiresVerilator;
import dev.hwc.tests.Bits;
import dev.hwc.tests.Campaign;
import dev.hwc.tests.RandomProduct;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random matrix and matrix-vector products on the verilated hardware and on the simulator: every element
 * is the sum of numerics.md §4 to the bit, cycles and counters are the same. Jobs run one after the
 * other on one accelerator.
 */
class RtlProductTest {
    private static final int PRODUCTS = 500;
    private static final int GATED_PRODUCTS = 300;
    private static final long WINDOW_BYTES = 1 << 20;
    /** Weights lie below, the program above. */
    private static final long PROGRAM_OFFSET = WINDOW_BYTES / 2;

    /** A device with the four windows of a product. */
    private record Bench(Device device, List<MemorySegment> windows, List<Region> regions) implements AutoCloseable {
        static Bench of(Device device, Arena arena) {
            List<MemorySegment> windows = Stream.generate(() -> arena.allocate(WINDOW_BYTES, 64))
                    .limit(4)
                    .toList();
            List<Region> regions = windows.stream()
                    .map(data -> device.attach(data, data.byteSize(), Access.READ_WRITE))
                    .toList();
            return new Bench(device, windows, regions);
        }

        JobResult.Ok run(GemmProgram gemm, RandomProduct product) {
            windows.forEach(window -> window.fill((byte) 0));
            gemm.writeWeights(product.w(), windows.get(0));
            gemm.writeActivations(product.a(), windows.get(1));
            LoadedProgram program = device.load(gemm.program(), PROGRAM_OFFSET);
            return device.run(new JobRequest(program, List.of(), regions, false))
                    .orThrow();
        }

        @Override
        public void close() {
            device.close();
        }
    }

    @RequiresVerilator
    @ParameterizedTest
    @ValueSource(strings = {"tiny-4x4", "edge-8x8", "edge-16x16"})
    void productsHaveTheBitsOfTheSpecificationAndTheCyclesOfTheSimulator(String preset) {
        compare(HardwareSpecs.preset(preset), PRODUCTS);
    }

    @RequiresVerilator
    @Test
    void gatedElementsGiveTheSameAndCountTheirWeights() {
        HardwareSpec plain = HardwareSpecs.preset("tiny-4x4");
        compare(plain.withArray(plain.array().withElements(HardwareSpec.Array.GATED)), GATED_PRODUCTS);
    }

    /** {@code -Dhwc.campaign=true}: building this array takes minutes. */
    @RequiresVerilator
    @ParameterizedTest
    @EnabledIfSystemProperty(named = "hwc.campaign", matches = "true")
    @ValueSource(strings = "npu-32x32")
    void largeArraysToo(String preset) {
        compare(HardwareSpecs.preset(preset), PRODUCTS);
    }

    private static void compare(HardwareSpec spec, int products) {
        long cycles = 0;
        try (Arena arena = Arena.ofShared();
                Bench simulator = Bench.of(new SimulatorDevice(spec), arena);
                Bench hardware = Bench.of(new RtlDevice(spec, clocks -> {}), arena)) {
            for (int i = 0; i < products; i++) {
                long seed = Campaign.seed() + i;
                RandomProduct product = draw(spec, new Random(seed));
                cycles += compare(product, simulator, hardware, "-Dhwc.seed=" + seed + ": " + product);
            }
        }
        Campaign.report("RTL = simulator = numerics.md: " + spec.name() + ", elements "
                + spec.array().elements() + ", " + products + " random products, "
                + cycles + " cycles on both, 0 bits and 0 cycles differ");
    }

    /** Half of them one row, the others few: what takes long in Verilator is the number of cycles. */
    private static RandomProduct draw(HardwareSpec spec, Random random) {
        int m = random.nextBoolean() ? 1 : 1 + random.nextInt(2 * spec.array().rows() + 3);
        int n = 1 + random.nextInt(random.nextBoolean() ? 12 : 50);
        int k = 1 + random.nextInt(random.nextBoolean() ? 70 : 300);
        return RandomProduct.draw(spec, m, n, k, random);
    }

    private static long compare(RandomProduct product, Bench simulator, Bench hardware, String place) {
        GemmProgram gemm = GemmProgram.compile(
                product.spec(),
                product.m(),
                product.w().rows(),
                product.w().columns(),
                product.w().format());
        JobResult.Ok expected = simulator.run(gemm, product);
        JobResult.Ok found = hardware.run(gemm, product);
        float[][] sums = product.result(new NumericCounters());
        float[][] results = gemm.readResult(hardware.windows().get(3));
        for (int i = 0; i < sums.length; i++) {
            int row = i;
            Bits.assertSame(sums[i], results[i], () -> place + ", row " + row);
        }
        assertEquals(-1, simulator.windows().get(3).mismatch(hardware.windows().get(3)), place);
        assertEquals(expected.cycles(), found.cycles(), place);
        SameCounters.assertSame(expected.counters(), found.counters(), place);
        assertEquals(product.zeroMacs(gemm.arrayMacs()), found.counters().zeroMacs(), place);
        assertEquals(product.unitMacs(), found.counters().unitMacs(), place);
        return found.cycles();
    }
}
