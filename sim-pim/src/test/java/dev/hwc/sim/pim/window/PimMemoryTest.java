package dev.hwc.sim.pim.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.device.PimAttention;
import dev.hwc.ir.device.PimProduct;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.sim.dram.ClockCrossing;
import dev.hwc.sim.dram.MemoryModels;
import dev.hwc.sim.dram.device.CommandObserver;
import dev.hwc.sim.memory.FixedMemory;
import dev.hwc.sim.memory.MemoryModel;
import dev.hwc.sim.pim.KernelStream;
import dev.hwc.sim.pim.KvCosts;
import dev.hwc.sim.pim.PimEngine;
import dev.hwc.sim.pim.PimException;
import dev.hwc.sim.pim.PimFormat;
import dev.hwc.sim.pim.PimSpec;
import dev.hwc.sim.pim.kernel.KvKernels;
import dev.hwc.sim.pim.kernel.KvShape;
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
            PimMemory memory = new PimMemory(dram, MemoryModels.of(dram), engine, BASE, List.of(product), List.of());
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

    /** A port with the clock of a memory. */
    private HardwareSpec port(PimSpec pim) {
        return new HardwareSpec(
                "port",
                (int) (pim.dram().clockKhz() / 1000),
                spec.array(),
                spec.vectorLanes(),
                spec.buffers(),
                spec.port(),
                spec.memory());
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
        int[][] shapes = {{1152, 896}, {896, 896}, {4864, 896}, {4864, 896}, {896, 4864}};
        long at = 0;
        long offset = 0;
        List<PimProduct> products = new ArrayList<>();
        for (int layer = 0; layer < 4; layer++) {
            for (int[] shape : shapes) {
                products.add(product(offset, shape[1], shape[0], 1));
                offset += products.getLast().bytes();
            }
        }
        PimMemory memory = new PimMemory(port(pim), new FixedMemory(10, 8), one, 0, products, List.of());
        for (int i = 0; i < products.size(); i++) {
            memory.submit(
                    0, true, products.get(i).input(0), (int) products.get(i).inputStride(), i);
        }
        PimProduct last = products.getLast();
        at = memory.submit(0, false, last.output(0), 8, 0);
        KernelStream stream = KernelStream.run(pim, 4, PimMemory.kernels(products));
        assertEquals(0, stream.violations(), () -> String.join("; ", stream.firstViolations()));
        long whole = stream.cycles();
        double error = 100.0 * (at - whole) / whole;
        System.out.printf(
                "[exactness] %s: %d kernels one by one %d clocks, as one stream %d: %+.2f %%%n",
                device, products.size(), at, whole, error);
        assertTrue(Math.abs(error) < 3, device + ": " + at + " against " + whole);
    }

    /** The same for attention: a token's rows, scores and values of some layers, at a position within a block. */
    @ParameterizedTest
    @ValueSource(strings = {"lpddr5-pim", "hbm2-pim", "gddr6-aim", "hbm3-bank-pim"})
    void attentionKernelsOneByOneTakeAsLongAsOneStream(String device) {
        PimSpec pim = PimSpec.find(device);
        PimEngine four = new PimEngine(pim, 4);
        KernelClock clock = new KernelClock(port(pim), four);
        PimProgram stream = new PimProgram();
        int kernels = 0;
        long one = 0;
        for (KvShape shape :
                List.of(new KvShape(8, 1, 4, 1024), new KvShape(4, 7, 2, 1024), new KvShape(8, 4, 2, 512))) {
            KvKernels mapped = KvKernels.of(pim, shape, 4);
            KvCosts costs = four.attention(shape);
            for (int position : new int[] {100, 300, 301, 500}) {
                int blocks = position / 32 + 1;
                int rounds = costs.rounds();
                stream.append(mapped.append(position, 0));
                stream.append(mapped.scores(0, rounds, blocks));
                stream.append(mapped.values(0, rounds, blocks));
                clock.run(0, costs.append(position));
                clock.run(0, costs.scores(0, rounds, blocks));
                one = clock.run(0, costs.values(0, rounds, blocks));
                kernels += 3;
            }
        }
        long whole = LookaheadScheduler.run(pim.dram(), stream, true, CommandObserver.NONE)
                .cycles();
        double error = 100.0 * (one - whole) / whole;
        System.out.printf(
                "[exactness] %s: %d kernels of attention one by one %d clocks, as one stream %d: %+.2f %%%n",
                device, kernels, one, whole, error);
        assertTrue(Math.abs(error) < 3, device + ": " + one + " against " + whole);
    }

    private static PimAttention attention(int kernels) {
        return new PimAttention(0, 8, 4, 64, 256, PimAttention.rowBytes(8, 4, 64), 0.125f, 0, kernels);
    }

    private PimMemory memory(PimAttention attention) {
        return new PimMemory(spec, new FixedMemory(10, 8), engine, BASE, List.of(), List.of(attention));
    }

    private static void ask(PimMemory memory, PimAttention attention, int position, long cycle) {
        long query = BASE + position * attention.rowBytes() + attention.query();
        memory.submit(cycle, true, query, 4 * 8 * 64, 0);
    }

    private static long answer(PimMemory memory, PimAttention attention, int position, int head) {
        long result = BASE + position * attention.rowBytes() + attention.result();
        return memory.submit(5000, false, result + 4L * 64 * head, 64, 0);
    }

    @Test
    void theResultsOfAttentionAreAnsweredBehindScoresSoftmaxAndValues() {
        PimAttention attention = attention(1);
        PimMemory memory = memory(attention);
        ask(memory, attention, 100, 5000);
        KvCosts costs = engine.attention(new KvShape(4, 2, 2, 256));
        KernelClock clock = new KernelClock(spec, engine);
        long scores = clock.run(5000 + PimMemory.QUANTIZE_CYCLES, costs.scores(0, costs.rounds(), 4));
        long softmax = scores + PimMemory.CONVERT_CYCLES + 8L * (205 + 4 * Math.ceilDiv(101, spec.vectorLanes()));
        long values = clock.run(softmax, costs.values(0, costs.rounds(), 4));
        long ready = values + PimMemory.CONVERT_CYCLES + PimMemory.ACCESS_CYCLES;
        assertEquals(ready + 64 / 8 - 1, answer(memory, attention, 100, 7));
    }

    @Test
    void theFirstHeadsAreReadWhileTheOthersAreComputed() {
        PimAttention whole = attention(1);
        PimAttention halves = attention(2);
        PimMemory one = memory(whole);
        ask(one, whole, 200, 5000);
        PimMemory two = memory(halves);
        ask(two, halves, 200, 5000);
        assertTrue(answer(two, halves, 200, 0) < answer(one, whole, 200, 0));
        long first = answer(two, halves, 200, 0);
        assertTrue(answer(two, halves, 200, 7) > first + 8);
    }

    /** The rows of a token are written before its scores are computed; a row that was asked nothing is answered at once. */
    @Test
    void aTokenIsAddedWithItsLastScale() {
        PimAttention attention = attention(1);
        PimMemory without = memory(attention);
        ask(without, attention, 40, 5000);
        PimMemory with = memory(attention);
        long row = BASE + 40 * attention.rowBytes();
        with.submit(4999, true, row + attention.values() + 2 * attention.headStride() + attention.scales(), 8, 0);
        long last = row + attention.values() + 3 * attention.headStride() + attention.scales();
        PimMemory early = memory(attention);
        early.submit(4999, true, row + attention.values() + 2 * attention.headStride() + attention.scales(), 8, 0);
        ask(early, attention, 40, 5000);
        with.submit(4999, true, last, 8, 1);
        ask(with, attention, 40, 5000);
        long plain = answer(without, attention, 40, 0);
        assertEquals(plain, answer(early, attention, 40, 0), "the last head's scale is missing");
        assertTrue(answer(with, attention, 40, 0) > plain);
        assertTrue(answer(memory(attention), attention, 41, 0) < 5000 + 20);
    }

    /** At 200 MHz a link of 2 GB/s carries 10 bytes per cycle; 60 ns and a flit of 256 bytes are 38 cycles. */
    @Test
    void operandsAndResultsCrossTheLink() {
        HardwareSpec.Cxl cxl = new HardwareSpec.Cxl(2, 1, 16, 256, 20, 20);
        HardwareSpec linked = spec.withPim(new HardwareSpec.Pim("lpddr5-pim", 4, cxl));
        PimEngine devices = PimMemory.engine(linked);
        PimProduct product = product(0, 256, 512, 1);
        MemoryModel dram = MemoryModels.of(linked);
        PimMemory memory = new PimMemory(linked, dram, devices, BASE, List.of(product), List.of());
        long left = 100L + Math.ceilDiv(1024, 10);
        assertEquals(left + PimMemory.ACCESS_CYCLES, start(memory, product, 0, 100, 0));
        assertEquals(left + 1 + PimMemory.ACCESS_CYCLES, memory.submit(100, true, BASE + product.input(1), 8, 1));
        PimEngine.Cost kernel = engine.gemv(256, 256, PimFormat.I8, 1);
        assertEquals(kernel.cycles(), devices.gemv(512, 256, PimFormat.I8, 1).cycles(), "half of the outputs each");
        KernelClock clock = new KernelClock(linked, devices);
        long sums = clock.run(left + 38 + PimMemory.QUANTIZE_CYCLES, devices.gemv(512, 256, PimFormat.I8, 1));
        long back = sums + PimMemory.CONVERT_CYCLES + PimMemory.ACCESS_CYCLES + Math.ceilDiv(64, 10) + 38;
        assertEquals(back + 64 / 8 - 1, memory.submit(110, false, BASE + product.output(0), 64, 0));
        long end = 100_000;
        double link = 4.4 * 8 * (2 * 1024 + 2 * 8 + 64);
        double controller = 2 * 256 * (0.9 + 3.7 + 0.067 * 64) + 512 * (0.9 + 0.067 * 64);
        double expected = dram.use(end).picojoules().orElseThrow() + clock.picojoules(end) + link + controller;
        assertEquals(expected, memory.use(end).picojoules().orElseThrow(), 1e-9 * expected);
    }

    /** Heads of devices one behind the other; the last device may have fewer. */
    @Test
    void devicesShareTheHeads() {
        KvCosts one = new PimEngine(engine.spec(), 4).attention(new KvShape(2, 2, 2, 256));
        KvCosts three = new PimEngine(engine.spec(), 4, 3).attention(new KvShape(5, 2, 2, 256));
        assertEquals(3, three.devices());
        assertEquals(
                one.scores(0, one.rounds(), 4).cycles(),
                three.scores(0, three.rounds(), 4).cycles());
        assertEquals(
                3 * one.values(0, one.rounds(), 4).picojoules(),
                three.values(0, three.rounds(), 4).picojoules(),
                1e-3);
        assertEquals(3 * one.append(7).picojoules(), three.append(7).picojoules(), 1e-3);
        for (int head = 0; head < 10; head++) {
            assertEquals(one.round(head % 4), three.round(head), "head " + head);
        }
    }

    /** Additions at 0.9 pJ, multiplications at 3.7, bits in buffers at 0.067: counted by hand from N15, N20 and N26. */
    @Test
    void theControllersArithmeticHasItsEnergy() {
        PimAttention attention = attention(1);
        PimProduct product = product(attention.bytes(), 256, 512, 1);
        MemoryModel dram = MemoryModels.of(spec);
        PimMemory memory = new PimMemory(spec, dram, engine, BASE, List.of(product), List.of(attention));
        start(memory, product, 0, 100, 0);
        ask(memory, attention, 100, 500_000);
        KernelClock kernels = new KernelClock(spec, engine);
        kernels.run(100 + PimMemory.QUANTIZE_CYCLES, engine.gemv(512, 256, PimFormat.I8, 1));
        KvCosts costs = engine.attention(new KvShape(4, 2, 2, 256));
        long scores = kernels.run(500_000 + PimMemory.QUANTIZE_CYCLES, costs.scores(0, costs.rounds(), 4));
        kernels.run(
                scores + PimMemory.CONVERT_CYCLES + 8L * (205 + 4 * Math.ceilDiv(101, spec.vectorLanes())),
                costs.values(0, costs.rounds(), 4));
        long end = 1_000_000;
        double expected = dram.use(end).picojoules().orElseThrow() + kernels.picojoules(end);
        expected += 0.9 * (256 + 512) + 3.7 * 256 + 0.067 * 64 * (256 + 512);
        expected += 8 * (0.9 * (8 * 101 + 2 * 64) + 3.7 * (7 * 101 + 64) + 0.067 * 64 * (5 * 101 + 2 * 64));
        assertEquals(expected, memory.use(end).picojoules().orElseThrow(), 1e-6 * expected);
        assertTrue(
                expected - kernels.picojoules(end) - dram.use(end).picojoules().orElseThrow() > 1e-5 * expected);
    }

    /** What can be asked before is what the constructor refuses. */
    @Test
    void roomIsKnownBefore() {
        List<PimAttention> layers = new ArrayList<>();
        while (PimMemory.holds(spec, List.of(), layers)) {
            PimAttention first = attention(1);
            int tokens = 1 << 20;
            layers.add(new PimAttention(layers.size(), 8, 4, 64, tokens, first.rowBytes(), 0.125f, 0, 1));
        }
        MemoryModel other = new FixedMemory(10, 8);
        assertThrows(PimException.class, () -> new PimMemory(spec, other, engine, BASE, List.of(), layers));
        layers.removeLast();
        assertTrue(!layers.isEmpty());
        new PimMemory(spec, other, engine, BASE, List.of(), layers);
    }

    @Test
    void aContextThatDoesNotFitIsRefused() {
        PimAttention attention = new PimAttention(0, 8, 4, 64, 1 << 24, PimAttention.rowBytes(8, 4, 64), 0.125f, 0, 1);
        String message = String.valueOf(
                assertThrows(PimException.class, () -> memory(attention)).getMessage());
        assertTrue(message.contains("KV cache of 16777216 tokens") && message.contains("a shorter context"), message);
        assertEquals(1, message.lines().count());
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
