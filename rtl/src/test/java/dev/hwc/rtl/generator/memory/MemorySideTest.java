package dev.hwc.rtl.generator.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.rtl.Campaign;
import dev.hwc.rtl.harness.RequiresVerilator;
import dev.hwc.sim.memory.FixedMemory;
import dev.hwc.sim.systolic.oracle.PortTimeline;
import dev.hwc.sim.systolic.queues.Command;
import dev.hwc.sim.systolic.scratchpad.Scratchpads;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Loads and stores of the RTL against the simulator: the same bytes, and with a slave that never stalls the same cycles. */
@RequiresVerilator
class MemorySideTest {
    private static final int COMMANDS = Campaign.cases(60, 600);

    /** Presets, and one whose beats hold two weight units, with odd numbers of places; the large ones take minutes to build. */
    static List<HardwareSpec> hardware() {
        List<HardwareSpec> small = List.of(HardwareSpecs.preset("tiny-4x4"), HardwareSpecs.preset("edge-8x8"));
        HardwareSpec wide = new HardwareSpec(
                "wide-4x32",
                100,
                new HardwareSpec.Array(4, 32, 1),
                8,
                new HardwareSpec.Buffers(32, 4, 4, 4, 8, 4, 64),
                new HardwareSpec.Port(32, 256, 3, 3),
                new HardwareSpec.MemorySpec("fixed", 9, 32));
        List<HardwareSpec> all = new ArrayList<>(small);
        all.addAll(List.of(HardwareSpecs.preset("edge-16x16"), wide));
        return Campaign.isLong() ? all : small;
    }

    private static byte[] image(Random random) {
        byte[] image = new byte[RandomTransfers.MEMORY_BYTES];
        random.nextBytes(image);
        return image;
    }

    private static AxiSlave slave(HardwareSpec spec, byte[] image, int latency, int stalls, long seed) {
        HardwareSpec.Port port = spec.port();
        return new AxiSlave(
                image,
                port.beatBytes(),
                port.maxBurstBytes(),
                new FixedMemory(latency, spec.memory().bytesPerCycle()),
                stalls,
                seed);
    }

    @ParameterizedTest
    @MethodSource("hardware")
    void loadsAndStoresGiveTheBytesAndTheCyclesOfTheSimulator(HardwareSpec spec) {
        for (int latency : new int[] {1, spec.memory().latencyCycles()}) {
            sameBytes(spec, latency, 0, true, 20261128 + latency);
        }
    }

    @ParameterizedTest
    @MethodSource("hardware")
    void stallsOnEveryChannelChangeNoByte(HardwareSpec spec) {
        for (int stalls : new int[] {10, 50, 90}) {
            sameBytes(spec, 3, stalls, false, 77 + stalls);
        }
    }

    private static void sameBytes(HardwareSpec spec, int latency, int stalls, boolean cycles, long seed) {
        Random random = new Random(seed);
        byte[] image = image(random);
        byte[] expected = image.clone();
        try (MemoryBench bench = new MemoryBench(spec, slave(spec, image, latency, stalls, seed))) {
            RandomTransfers.openWindows(bench);
            Scratchpads pads = new Scratchpads(spec);
            bench.fillStore(pads, random);
            RandomTransfers transfers = new RandomTransfers(spec, random);
            List<Command> loads = new ArrayList<>();
            List<Command> stores = new ArrayList<>();
            for (int i = 0; i < COMMANDS; i++) {
                loads.add(transfers.load());
                stores.add(transfers.store());
            }
            long from = bench.now;
            bench.queue(loads);
            bench.queue(stores);
            finish(bench, loads.size(), stores.size());
            RandomTransfers.simulate(loads, pads, expected);
            RandomTransfers.simulate(stores, pads, expected);
            String what = spec.name() + ", latency " + latency + ", stalls " + stalls + " %, seed " + seed;
            assertEquals(List.of(), bench.faults, what);
            assertArrayEquals(expected, image, "memory of " + what);
            Scratchpads found = new Scratchpads(spec);
            bench.readBuffers(found);
            assertArrayEquals(pads.weightCodes, found.weightCodes, "weight codes of " + what);
            assertArrayEquals(pads.weightOffsets, found.weightOffsets, "weight offsets of " + what);
            assertArrayEquals(pads.weightScales, found.weightScales, "weight scales of " + what);
            assertArrayEquals(pads.load, found.load, "load buffer of " + what);
            assertEquals(pcs(loads), bench.loadDonePcs, "order of loads of " + what);
            assertEquals(pcs(stores), bench.storeDonePcs, "order of stores of " + what);
            assertEquals(bench.slave.readBytes, bench.readBytes, "bytes read of " + what);
            assertEquals(bench.slave.writtenBytes, bench.writtenBytes, "bytes written of " + what);
            registers(bench, loads, image);
            if (cycles) {
                sameCycles(spec, latency, from, loads, stores, bench);
            }
        }
    }

    private static void finish(MemoryBench bench, int loads, int stores) {
        long limit = bench.now + 2_000_000;
        while ((bench.loadDone.size() < loads || bench.storeDone.size() < stores) && bench.faults.isEmpty()) {
            bench.step();
            assertTrue(
                    bench.now < limit,
                    () -> bench.loadDone.size() + " of " + loads + " loads and " + bench.storeDone.size() + " of "
                            + stores + " stores complete after two million cycles");
        }
        assertTrue(bench.drained() || !bench.faults.isEmpty(), "all is complete, so nothing is in flight");
    }

    private static List<Long> pcs(List<Command> commands) {
        return commands.stream().map(c -> (long) c.pc).toList();
    }

    private static void registers(MemoryBench bench, List<Command> loads, byte[] image) {
        List<MemoryBench.RegisterWrite> expected = new ArrayList<>();
        for (int i = 0; i < loads.size(); i++) {
            Command c = loads.get(i);
            if (c.opcode == Opcode.LOAD_REGISTER) {
                long value = RandomTransfers.windows(image).readWord(c.window, c.address);
                expected.add(new MemoryBench.RegisterWrite(c.register, value, bench.loadDone.get(i)));
            }
        }
        assertEquals(expected, bench.registers, "registers, in the completion cycles");
    }

    private static void sameCycles(
            HardwareSpec spec, int latency, long from, List<Command> loads, List<Command> stores, MemoryBench bench) {
        FixedMemory memory = new FixedMemory(latency, spec.memory().bytesPerCycle());
        PortTimeline oracle = new PortTimeline(spec, memory, RandomTransfers.bases());
        oracle.run(from, loads, stores);
        assertEquals(oracle.loads.busy(), bench.loadBusy, "cycles that issue a read burst");
        assertEquals(oracle.loads.blocked(), bench.loadBlocked, "cycles without a read place");
        assertEquals(oracle.loads.completions(), bench.loadDone, "completions of loads");
        assertEquals(oracle.stores.busy(), bench.storeBusy, "cycles that send a beat");
        assertEquals(oracle.stores.blocked(), bench.storeBlocked, "cycles without a write place");
        assertEquals(oracle.stores.completions(), bench.storeDone, "completions of stores");
    }

    @ParameterizedTest
    @MethodSource("hardware")
    void descriptorIsFetchedAndTheRecordWritten(HardwareSpec spec) {
        Random random = new Random(5);
        byte[] image = image(random);
        byte[] expected = image.clone();
        int beat = spec.port().beatBytes();
        try (MemoryBench bench = new MemoryBench(spec, slave(spec, image, 7, 0, 5))) {
            bench.run(3);
            Command fetch = new Command();
            fetch.opcode = Opcode.HALT; // stands for a fetch
            fetch.address = 8192;
            fetch.rows = 1;
            fetch.rowBytes = 512;
            long start = bench.now;
            bench.queue(List.of(fetch));
            finish(bench, 1, 0);
            assertEquals(512 / beat, bench.fetched.size());
            for (int i = 0; i < 512; i++) {
                byte found = (byte) (bench.fetched.get(i / beat)[i % beat / 8] >>> 8 * (i % beat % 8));
                assertEquals(image[8192 + i], found, "byte " + i);
            }
            PortTimeline oracle =
                    new PortTimeline(spec, new FixedMemory(7, spec.memory().bytesPerCycle()), new long[8]);
            oracle.run(start, List.of(fetch), List.of());
            assertEquals(oracle.loads.completions(), bench.loadDone);
            assertEquals(bench.loadDone.getFirst() - 1, bench.fetchedLast, "the last beat comes a cycle after the bus");

            long low = random.nextLong();
            long high = random.nextLong();
            long at = bench.now;
            bench.record(8192 + 512, low, high);
            while (bench.recordDone.isEmpty()) {
                bench.step();
            }
            for (int i = 0; i < 16; i++) {
                expected[8704 + i] = (byte) ((i < 8 ? low : high) >>> 8 * (i % 8));
            }
            assertArrayEquals(expected, image, "16 bytes of record and nothing else");
            int beats = Math.max(1, 16 / beat);
            int transfer = beats * beat / spec.memory().bytesPerCycle();
            assertEquals(at + beats - 1 + 2 + 7 + transfer - 1 + 1, bench.recordDone.getFirst());
            assertEquals(List.of(), bench.storeDone, "the record is no command");
        }
    }

    @Test
    void addressFaultsNameCodeProgramCounterAndAddressAndTheNextCommandsRun() {
        new AddressFaults(HardwareSpecs.preset("edge-8x8")).run(Campaign.cases(3, 150));
    }
}
