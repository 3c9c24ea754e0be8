package dev.hwc.sim.systolic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.hw.MemoryNames;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.sim.activity.Activity;
import dev.hwc.sim.dram.MemoryModels;
import dev.hwc.sim.memory.FixedMemory;
import dev.hwc.sim.memory.MemoryModel;
import dev.hwc.sim.memory.StallingMemory;
import dev.hwc.sim.systolic.oracle.CycleOracle;
import dev.hwc.sim.systolic.testing.RandomCase;
import dev.hwc.sim.systolic.testing.RandomPrograms;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Random programs on small and odd hardware with several memories: the event-jump simulator equals
 * the cycle-by-cycle oracle in cycles, all counters and all data. {@code -Dhwc.sim.programs=N} runs
 * more of them, {@code -Dhwc.sim.seed=S} others.
 */
class OracleEquivalenceTest {
    private static final int PROGRAMS = Integer.getInteger("hwc.sim.programs", 1200);
    private static final long SEED = Long.getLong("hwc.sim.seed", 20261123L);
    private static final int COMMANDS = 40;

    private static final List<HardwareSpec> HARDWARE = List.of(
            HardwareSpecs.preset("tiny-4x4"),
            HardwareSpecs.preset("edge-8x8"),
            HardwareSpecs.preset("edge-16x16"),
            HardwareSpecs.preset("npu-32x32"),
            odd("odd-wide", new HardwareSpec.Array(4, 16, 1), 4, new HardwareSpec.Port(16, 64, 1, 1)),
            odd("odd-tall", new HardwareSpec.Array(16, 4, 16), 4, new HardwareSpec.Port(4, 1024, 64, 64)),
            odd("odd-beat", new HardwareSpec.Array(8, 64, 3), 32, new HardwareSpec.Port(64, 4096, 3, 2)),
            odd(
                    "odd-gated",
                    new HardwareSpec.Array(8, 16, 2, HardwareSpec.Array.GATED),
                    8,
                    new HardwareSpec.Port(8, 256, 4, 4)));

    private static HardwareSpec odd(String name, HardwareSpec.Array array, int lanes, HardwareSpec.Port port) {
        return new HardwareSpec(
                name,
                100,
                array,
                lanes,
                new HardwareSpec.Buffers(64, 32, 32, 32, 32, 32, 2048),
                port,
                new HardwareSpec.MemorySpec("fixed", 17, Math.max(1, port.beatBytes() / 2)));
    }

    private record Memory(Supplier<MemoryModel> model, int bytesPerCycle) {}

    private static Memory memory(HardwareSpec spec, Random random) {
        int beat = spec.port().beatBytes();
        long seed = random.nextLong();
        int latency = 1 + random.nextInt(60);
        int bandwidth = 1 + random.nextInt(beat);
        int extra = 1 + random.nextInt(40);
        HardwareSpec dram = spec.withMemory(HardwareSpec.MemorySpec.dram(
                MemoryNames.DRAM.get(random.nextInt(MemoryNames.DRAM.size())), 1 << random.nextInt(3)));
        return switch (random.nextInt(5)) {
            case 0 -> new Memory(() -> new FixedMemory(1, beat), beat);
            case 1 ->
                new Memory(() -> new FixedMemory(spec.memory()), spec.memory().bytesPerCycle());
            case 2 -> new Memory(() -> new FixedMemory(latency, bandwidth), bandwidth);
            case 3 -> new Memory(() -> MemoryModels.of(dram), 2 * beat);
            default -> new Memory(() -> new StallingMemory(seed, latency, bandwidth, extra), 2 * bandwidth);
        };
    }

    @Test
    void randomProgramsTakeTheSameCyclesAndGiveTheSameData() {
        long[] seen = new long[Activity.names().size()];
        long cycles = 0;
        for (int i = 0; i < PROGRAMS; i++) {
            long seed = SEED + i;
            Random random = new Random(seed);
            HardwareSpec spec = HARDWARE.get(i % HARDWARE.size());
            boolean raceFree = random.nextBoolean();
            RandomCase program = RandomPrograms.generate(spec, seed, raceFree, COMMANDS);
            try {
                RunResult result = compare(spec, program, memory(spec, random), raceFree);
                cycles += result.cycles();
                for (int slot = 0; slot < seen.length; slot++) {
                    seen[slot] += result.activity().slots()[slot];
                }
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "program of seed " + seed + " on " + spec.name() + (raceFree ? ", race-free" : ""), e);
            }
        }
        assertGeneratorReaches(seen, cycles);
    }

    /** Programs that never stall for a cause, or never use an opcode, would prove nothing about it. */
    private static void assertGeneratorReaches(long[] seen, long cycles) {
        List<String> missed = new ArrayList<>();
        for (int slot = 0; slot < seen.length; slot++) {
            String name = Activity.names().get(slot);
            if (seen[slot] == 0 && !IMPOSSIBLE.matcher(name).matches()) {
                missed.add(name);
            }
        }
        assertEquals(List.of(), missed, "counters that stayed 0 over " + PROGRAMS + " programs");
        assertTrue(cycles / PROGRAMS > 1000, "programs are too short: " + cycles / PROGRAMS + " cycles");
    }

    /** A queue does not wait for itself; only matrix has slots, only load and store have bursts. */
    private static final Pattern IMPOSSIBLE = Pattern.compile("stall\\.(load\\.(waitLoad|slot)"
            + "|matrix\\.(waitMatrix|outstanding)|vector\\.(waitVector|slot|outstanding)|store\\.(waitStore|slot))");

    private static RunResult compare(HardwareSpec spec, RandomCase program, Memory memory, boolean raceFree) {
        byte[] oracleIo = program.contents(2);
        CycleOracle oracle = new CycleOracle(spec, memory.model().get());
        RunResult expected = oracle.run(program.job(program.contents(1), oracleIo));

        byte[] io = program.contents(2);
        Npu npu = new Npu(spec, memory.model().get());
        RunResult result = npu.run(program.job(program.contents(1), io));

        assertEquals(expected.start(), result.start(), "start of the programs");
        assertCounters(expected.activity(), result.activity());
        assertEquals(expected.cycles(), result.cycles(), "cycles");
        assertEquals(expected.activity().operators(), result.activity().operators());
        assertArrayEquals(oracleIo, io, "memory");
        assertTrue(oracle.scratchpads().sameContents(npu.scratchpads()), "scratchpads");
        assertBounds(spec, memory, result);
        if (result.activity().retired(Opcode.LOAD_REGISTER) == 0) {
            RunResult timing = new Npu(spec, memory.model().get()).run(program.job(null, null));
            assertEquals(result.cycles(), timing.cycles(), "cycles of timing only");
        }
        if (!spec.array().gated()) {
            assertEquals(0, result.activity().zeroMacs() + result.activity().unitMacs(), "kinds of weights");
        }
        if (raceFree) {
            byte[] lateIo = program.contents(2);
            Npu late = new Npu(spec, memory.model().get(), true, Npu.DEFAULT_WATCHDOG);
            assertEquals(
                    result.cycles(),
                    late.run(program.job(program.contents(1), lateIo)).cycles());
            assertArrayEquals(io, lateIo, "memory, results written at completion");
            assertTrue(npu.scratchpads().sameContents(late.scratchpads()), "scratchpads, results at completion");
        }
        return result;
    }

    private static void assertCounters(Activity expected, Activity found) {
        for (int i = 0; i < Activity.names().size(); i++) {
            assertEquals(expected.slots()[i], found.slots()[i], Activity.names().get(i));
        }
    }

    private static void assertBounds(HardwareSpec spec, Memory memory, RunResult result) {
        Activity a = result.activity();
        double compute = (double) a.macs() / spec.array().macsPerCycle();
        double transfer = (double) (a.bytesRead() + a.bytesWritten()) / memory.bytesPerCycle();
        assertTrue(result.cycles() >= Math.max(compute, transfer), "faster than array or memory");
    }
}
