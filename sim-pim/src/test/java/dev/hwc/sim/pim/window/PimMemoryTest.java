package dev.hwc.sim.pim.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.device.PimProduct;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.sim.dram.ClockCrossing;
import dev.hwc.sim.dram.device.CommandObserver;
import dev.hwc.sim.memory.FixedMemory;
import dev.hwc.sim.memory.MemoryModel;
import dev.hwc.sim.pim.Mapper;
import dev.hwc.sim.pim.PimEngine;
import dev.hwc.sim.pim.PimException;
import dev.hwc.sim.pim.PimFormat;
import dev.hwc.sim.pim.PimSpec;
import dev.hwc.sim.pim.program.PimProgram;
import dev.hwc.sim.pim.schedule.LookaheadScheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PimMemoryTest {
    private static final long BASE = 1 << 20;
    private final HardwareSpec spec = HardwareSpecs.preset("edge-16x16+lpddr5-pim");
    private final PimEngine engine = PimMemory.engine(spec);

    private static PimProduct product(long offset, int inputs, int outputs, int kernels) {
        return new PimProduct(offset, inputs, List.of(new PimProduct.Part(outputs, BlockMatrix.Format.I8)), 2, kernels);
    }

    private PimMemory memory(PimProduct... products) {
        return new PimMemory(spec, new FixedMemory(10, 8), engine, BASE, List.of(products), List.of());
    }

    private long start(PimMemory memory, PimProduct product, int row, long cycle, long ticket) {
        return memory.submit(cycle, true, BASE + product.input(row), (int) product.inputStride(), ticket);
    }

    @Test
    void aResultIsAnsweredWhenItsProductIsDone() {
        PimProduct product = product(0, 256, 512, 1);
        PimMemory memory = memory(product);
        start(memory, product, 0, 100, 0);
        ClockCrossing crossing = new ClockCrossing(200_000, engine.spec().dram().clockKhz());
        long finish = crossing.toMemory(100 + PimMemory.QUANTIZE_CYCLES)
                + engine.gemv(512, 256, PimFormat.I8, 1).cycles();
        long answer = memory.submit(110, false, BASE + product.output(0), 64, 0);
        long ready = crossing.toPort(finish) + PimMemory.CONVERT_CYCLES + PimMemory.ACCESS_CYCLES;
        assertEquals(ready + 64 / 8 - 1, answer);
        assertEquals(answer + 8, memory.submit(112, false, BASE + product.output(0) + 64, 64, 1), "one beat per cycle");
    }

    @Test
    void anOperandThatIsNotCompleteStartsNothing() {
        PimProduct product = product(0, 256, 512, 1);
        PimMemory memory = memory(product);
        memory.submit(100, true, BASE + product.input(0), (int) product.inputStride() - 64, 0);
        assertTrue(memory.submit(200, false, BASE + product.output(0), 8, 0) < 220);
    }

    @Test
    void theFirstKernelsResultsAreReadWhileTheNextOneRuns() {
        PimProduct whole = product(0, 256, 512, 1);
        PimProduct halves = product(0, 256, 512, 2);
        long late = answered(memory(whole), whole, 0);
        assertTrue(answered(memory(halves), halves, 0) < late);
        assertTrue(answered(memory(halves), halves, 4 * 256) > answered(memory(halves), halves, 4 * 255));
    }

    private long answered(PimMemory memory, PimProduct product, int at) {
        start(memory, product, 0, 100, 0);
        return memory.submit(110, false, BASE + product.output(0) + at / 64 * 64, 64, 0);
    }

    /** Reads of both memories leave in the order in which they were asked for, whoever is faster. */
    @Test
    void answersKeepTheirOrder() {
        PimProduct product = product(0, 256, 512, 2);
        Random random = new Random(7);
        for (int round = 0; round < 50; round++) {
            HardwareSpec dram = spec;
            PimMemory memory =
                    new PimMemory(dram, dev.hwc.sim.dram.MemoryModels.of(dram), engine, BASE, List.of(product), List.of());
            start(memory, product, 0, 10, 0);
            List<Long> answers = new ArrayList<>();
            List<Long> tickets = new ArrayList<>();
            long cycle = 20;
            int count = 40;
            for (int i = 0; i < count; i++) {
                cycle += random.nextInt(40);
                long address = random.nextBoolean()
                        ? 64L * random.nextInt(1000)
                        : BASE + product.output(0) + 64L * random.nextInt(32);
                long answer = memory.submit(cycle, false, address, 64, i);
                if (answer != MemoryModel.PENDING) {
                    tickets.add((long) i);
                    answers.add(answer);
                }
                memory.advance(cycle, (write, ticket, at) -> {
                    if (!write) {
                        tickets.add(ticket);
                        answers.add(at);
                    }
                });
            }
            while (tickets.size() < count) {
                cycle = Math.max(cycle + 1, memory.nextEvent());
                memory.advance(cycle, (write, ticket, at) -> {
                    if (!write) {
                        tickets.add(ticket);
                        answers.add(at);
                    }
                });
            }
            for (int i = 0; i < count; i++) {
                assertEquals(i, tickets.get(i));
                assertTrue(i == 0 || answers.get(i) >= answers.get(i - 1) + 8, "beats of 8 bytes");
            }
        }
    }

    /**
     * Products are worked out once per shape and put behind each other with the refreshes that are due; the
     * same kernels as one stream of commands, scheduled as a whole, take as long within 3 %.
     */
    @ParameterizedTest
    @ValueSource(strings = {"lpddr5-pim", "hbm2-pim", "gddr6-aim", "hbm3-bank-pim"})
    void kernelsOneByOneTakeAsLongAsOneStream(String device) {
        PimSpec pim = PimSpec.find(device);
        PimEngine one = new PimEngine(pim, 4);
        Mapper mapper = new Mapper(pim);
        int[][] shapes = {{1152, 896}, {896, 896}, {4864, 896}, {4864, 896}, {896, 4864}};
        PimProgram stream = new PimProgram();
        long at = 0;
        long offset = 0;
        List<PimProduct> products = new ArrayList<>();
        for (int layer = 0; layer < 4; layer++) {
            for (int[] shape : shapes) {
                stream.append(mapper.best(PimFormat.I8, shape[0], shape[1], 4).program());
                products.add(product(offset, shape[1], shape[0], 1));
                offset += products.getLast().bytes();
            }
        }
        HardwareSpec port = new HardwareSpec(
                "port",
                (int) (pim.dram().clockKhz() / 1000),
                spec.array(),
                spec.vectorLanes(),
                spec.buffers(),
                spec.port(),
                spec.memory());
        PimMemory memory = new PimMemory(port, new FixedMemory(10, 8), one, 0, products, List.of());
        for (int i = 0; i < products.size(); i++) {
            memory.submit(
                    0, true, products.get(i).input(0), (int) products.get(i).inputStride(), i);
        }
        PimProduct last = products.getLast();
        at = memory.submit(0, false, last.output(0), 8, 0);
        long whole = LookaheadScheduler.run(pim.dram(), stream, true, CommandObserver.NONE)
                .cycles();
        double error = 100.0 * (at - whole) / whole;
        System.out.printf(
                "[exactness] %s: %d kernels one by one %d clocks, as one stream %d: %+.2f %%%n",
                device, products.size(), at, whole, error);
        assertTrue(Math.abs(error) < 3, device + ": " + at + " against " + whole);
    }

    @Test
    void weightsThatDoNotFitAreRefused() {
        PimProduct[] products = new PimProduct[9];
        for (int i = 0; i < products.length; i++) {
            PimProduct shape = product(0, 32_768, 32_768, 1);
            products[i] = product(i * shape.bytes(), 32_768, 32_768, 1);
        }
        String message = String.valueOf(
                assertThrows(PimException.class, () -> memory(products)).getMessage());
        assertTrue(message.contains("rows of each bank") && message.contains("take more channels"), message);
        assertEquals(1, message.lines().count());
    }
}
