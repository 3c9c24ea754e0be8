package dev.hwc.rtl.generator.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.FaultCode;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.rtl.Campaign;
import dev.hwc.rtl.generator.ExpectedFault;
import dev.hwc.sim.memory.FixedMemory;
import dev.hwc.sim.systolic.DeviceFault;
import dev.hwc.sim.systolic.DeviceMemory;
import dev.hwc.sim.systolic.Window;
import dev.hwc.sim.systolic.queues.Command;
import dev.hwc.sim.systolic.queues.Sequencer;
import dev.hwc.sim.systolic.scratchpad.Scratchpads;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** Commands that break an address rule (isa.md §7), chosen and random, one after the other in one model without reset. */
final class AddressFaults {
    private record Case(String what, Command command, FaultCode code, long address) {}

    private final HardwareSpec spec;
    private final Random random = new Random(9);
    private final RandomTransfers transfers;
    private final ExpectedFault rules;
    private final List<Case> cases = new ArrayList<>();

    AddressFaults(HardwareSpec spec) {
        this.spec = spec;
        transfers = new RandomTransfers(spec, random);
        List<Window> windows = new ArrayList<>();
        for (int i = 0; i < DeviceMemory.WINDOWS; i++) {
            windows.add(new Window(RandomTransfers.bases()[i], RandomTransfers.WINDOW_BYTES, i < 4, i >= 4));
        }
        rules = new ExpectedFault(spec, windows);
    }

    /** Every rule this many times, with other commands each time. */
    void run(int rounds) {
        for (int round = 0; round < rounds; round++) {
            oneOfEach();
            for (int i = 0; i < 30; i++) {
                any();
            }
        }
        play();
        Map<FaultCode, Long> counts =
                cases.stream().collect(Collectors.groupingBy(Case::code, TreeMap::new, Collectors.counting()));
        Campaign.report("address faults of loads and stores: " + counts + ", every next job right");
    }

    private void oneOfEach() {
        int limit = RandomTransfers.WINDOW_BYTES;
        int beat = spec.port().beatBytes();
        for (Opcode opcode : List.of(
                Opcode.LOAD_WEIGHTS,
                Opcode.LOAD_ROWS,
                Opcode.LOAD_TRANSPOSED,
                Opcode.LOAD_SCALES,
                Opcode.LOAD_LINEAR)) {
            add("misaligned first row", opcode, c -> c.address += 2, FaultCode.ALIGNMENT, c -> c.address);
            boolean linear = opcode == Opcode.LOAD_LINEAR;
            int size = linear ? spec.loadWords() : spec.weightUnits();
            add(
                    "destination at the end",
                    opcode,
                    c -> c.d = size,
                    FaultCode.BUFFER,
                    c -> linear ? c.d * spec.wordBytes() : c.d);
            add(
                    "misaligned and outside the buffer",
                    opcode,
                    c -> {
                        c.address += 2;
                        c.d = 1L << 39;
                    },
                    FaultCode.BUFFER,
                    c -> linear ? c.d * spec.wordBytes() & Sequencer.MASK : c.d);
            add(
                    "last byte outside",
                    opcode,
                    c -> {
                        c.rows = opcode == Opcode.LOAD_WEIGHTS ? 1 : 3;
                        c.d = 0;
                        c.addressStride = beat;
                        c.address = (limit - c.rowBytes) / beat * beat - 1L * beat * (c.rows - 2);
                    },
                    FaultCode.WINDOW,
                    c -> c.address + (c.rows - 1L) * beat);
        }
        add("odd", Opcode.LOAD_HALVES, c -> c.address |= 1, FaultCode.ALIGNMENT, c -> c.address);
        add(
                "too many halves",
                Opcode.LOAD_HALVES,
                c -> c.d = spec.loadWords(),
                FaultCode.BUFFER,
                c -> c.d * spec.wordBytes());
        add("half a word", Opcode.LOAD_REGISTER, c -> c.address |= 2, FaultCode.ALIGNMENT, c -> c.address);
        add("word outside", Opcode.LOAD_REGISTER, c -> c.address = limit, FaultCode.WINDOW, c -> c.address);
        add("not readable", Opcode.LOAD_REGISTER, c -> c.window = 5, FaultCode.WINDOW, c -> c.address);
        add("odd", Opcode.STORE, c -> c.address |= 1, FaultCode.ALIGNMENT, c -> c.address);
        add("not writable", Opcode.STORE, c -> c.window = 1, FaultCode.WINDOW, c -> c.address);
        add(
                "second row below zero",
                Opcode.STORE,
                c -> {
                    c.rows = 2;
                    c.address = 6;
                    c.addressStride = -8 & Sequencer.MASK;
                    c.a = 0;
                    c.strideA = 0;
                },
                FaultCode.WINDOW,
                c -> -2 & Sequencer.MASK);
        long halfwords = spec.storeWords() * (long) spec.wordBytes() / 2;
        add(
                "second row past the buffer",
                Opcode.STORE,
                c -> {
                    c.rows = 2;
                    c.addressStride = 0;
                    c.a = halfwords - c.rowBytes / 2;
                    c.strideA = 1;
                },
                FaultCode.BUFFER,
                c -> 2 * (c.a + 1));
    }

    /** A command with one or two of its numbers at an edge or far out, if that is a fault. */
    private void any() {
        Command c = random.nextInt(4) == 0 ? transfers.store() : transfers.load();
        for (int changes = 1 + random.nextInt(2); changes > 0; changes--) {
            switch (random.nextInt(6)) {
                case 0 -> c.address = edge(RandomTransfers.WINDOW_BYTES);
                case 1 -> c.addressStride = edge(RandomTransfers.WINDOW_BYTES);
                case 2 -> c.d = edge(c.opcode == Opcode.LOAD_LINEAR ? spec.loadWords() : spec.weightUnits());
                case 3 -> c.a = edge(spec.storeWords() * spec.wordBytes() / 2);
                case 4 -> c.strideA = edge(spec.storeWords() * spec.wordBytes() / 2);
                default -> c.window = random.nextInt(8);
            }
        }
        DeviceFault fault = rules.of(c);
        if (fault != null) {
            cases.add(new Case(describe(c), c, fault.code(), fault.address()));
        }
    }

    private long edge(int end) {
        return switch (random.nextInt(6)) {
            case 0 -> random.nextLong() & Sequencer.MASK;
            case 1 -> -1 - random.nextInt(40) & Sequencer.MASK;
            case 2 -> end / (2 + random.nextInt(5)) & ~31;
            default -> Math.max(0, end - 60 + random.nextInt(64));
        };
    }

    private static String describe(Command c) {
        return c.opcode.text() + " of " + c.rows + " rows of " + c.rowBytes + " bytes, window " + c.window + " byte "
                + c.address + " +" + c.addressStride + ", D " + c.d + ", A " + c.a + " +" + c.strideA;
    }

    private void add(
            String what, Opcode opcode, Consumer<Command> spoil, FaultCode code, ToLongFunction<Command> address) {
        Command c = opcode == Opcode.STORE ? transfers.store() : transfers.load(opcode);
        spoil.accept(c);
        cases.add(new Case(opcode.text() + " " + what, c, code, address.applyAsLong(c)));
    }

    private void play() {
        byte[] image = new byte[RandomTransfers.MEMORY_BYTES];
        random.nextBytes(image);
        HardwareSpec.Port port = spec.port();
        AxiSlave slave =
                new AxiSlave(image, port.beatBytes(), port.maxBurstBytes(), new FixedMemory(1, port.beatBytes()), 0, 1);
        try (MemoryBench bench = new MemoryBench(spec, slave)) {
            RandomTransfers.openWindows(bench);
            Scratchpads pads = new Scratchpads(spec);
            bench.fillStore(pads, random);
            for (Case c : cases) {
                Command before = c.command.opcode == Opcode.STORE ? transfers.store() : transfers.load();
                bench.queue(List.of(before, c.command));
                for (int i = 0; i < 20_000 && bench.faults.isEmpty(); i++) {
                    bench.step();
                }
                assertEquals(1, bench.faults.size(), c.what);
                MemoryBench.Fault fault = bench.faults.getFirst();
                assertEquals(c.code.number(), fault.code(), c.what);
                assertEquals(c.command.pc, fault.pc(), c.what);
                assertEquals(c.address, fault.address(), c.what);
                CleanJob.recover(bench, 0, c.what);
                CleanJob.run(bench, spec, transfers, pads, c.what);
            }
            assertTrue(cases.size() > 20);
        }
    }
}
