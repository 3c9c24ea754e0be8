package dev.hwc.sim.systolic.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.isa.Instruction;
import dev.hwc.ir.isa.Program;
import dev.hwc.ir.isa.Queue;
import dev.hwc.sim.memory.FixedMemory;
import dev.hwc.sim.systolic.DeviceFault;
import dev.hwc.sim.systolic.Job;
import dev.hwc.sim.systolic.Npu;
import dev.hwc.sim.systolic.RunResult;
import dev.hwc.sim.systolic.queues.DecodedProgram;
import dev.hwc.sim.systolic.testing.RandomCase;
import dev.hwc.sim.systolic.testing.RandomPrograms;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random programs inside an outermost loop: with and without jumps over periodic rounds the cycles, all
 * counters, or the fault are the same. {@code -Dhwc.sim.programs=N} runs more of them.
 */
class PeriodsTest {
    private static final int PROGRAMS = Integer.getInteger("hwc.sim.programs", 1200);
    private static final long SEED = Long.getLong("hwc.sim.seed", 20261128L);
    private static final List<String> PRESETS = List.of("tiny-4x4", "edge-8x8", "edge-16x16", "npu-32x32");

    @Test
    void jumpsChangeNothing() {
        int shortened = 0;
        int faults = 0;
        for (int i = 0; i < PROGRAMS; i++) {
            Random random = new Random(SEED + i);
            HardwareSpec spec = HardwareSpecs.preset(PRESETS.get(i % PRESETS.size()));
            RandomCase drawn = RandomPrograms.generate(spec, SEED + i, random.nextBoolean(), 1 + random.nextInt(20));
            Program program = repeated(drawn.program(), 2 + random.nextInt(60), random.nextBoolean());
            Job job = new Job(
                    DecodedProgram.decode(program, spec),
                    drawn.arguments(),
                    drawn.windows(),
                    null,
                    true,
                    0,
                    new long[4]);
            int latency = 1 + random.nextInt(60);
            int bandwidth = 1 + random.nextInt(spec.port().beatBytes());
            EventLoop plain = loop(spec, job, latency, bandwidth, false);
            EventLoop jumping = loop(spec, job, latency, bandwidth, true);
            try {
                RunResult expected = plain.run();
                compare(expected, jumping.run(), "seed " + (SEED + i));
            } catch (DeviceFault e) {
                faults++;
                assertFault(e, spec, job, latency, bandwidth);
            }
            shortened += jumping.shortened() ? 1 : 0;
        }
        System.out.printf(
                "[exactness] %d repeated programs, %d with jumps, %d with faults: difference 0%n",
                PROGRAMS, shortened, faults);
        assertTrue(shortened > PROGRAMS / 4, shortened + " of " + PROGRAMS + " programs were shortened");
        assertTrue(faults < PROGRAMS / 2, faults + " of " + PROGRAMS + " programs have a fault");
    }

    private static void assertFault(DeviceFault expected, HardwareSpec spec, Job job, int latency, int bandwidth) {
        try {
            new Npu(spec, new FixedMemory(latency, bandwidth)).run(job);
        } catch (DeviceFault found) {
            assertEquals(expected.toString(), found.toString());
            return;
        }
        throw new AssertionError("no fault with jumps, without them " + expected);
    }

    private static EventLoop loop(HardwareSpec spec, Job job, int latency, int bandwidth, boolean jumps) {
        FixedMemory memory = new FixedMemory(latency, bandwidth);
        return new EventLoop(spec, memory, job, null, false, Npu.DEFAULT_WATCHDOG, jumps);
    }

    private static void compare(RunResult expected, RunResult found, String place) {
        assertEquals(expected.cycles(), found.cycles(), place);
        assertArrayEquals(expected.activity().slots(), found.activity().slots(), place);
        assertArrayEquals(expected.activity().operatorSlots(), found.activity().operatorSlots(), place);
    }

    private static int sets(List<Instruction> stream) {
        int count = 0;
        while (stream.get(count) instanceof Instruction.Set || stream.get(count) instanceof Instruction.Arg) {
            count++;
        }
        return count;
    }

    /** All instructions of each queue but its halt, or but the registers that it sets first, so many times. */
    private static Program repeated(Program program, int rounds, boolean behindSets) {
        Map<Queue, List<Instruction>> streams = new EnumMap<>(Queue.class);
        for (Queue queue : Queue.values()) {
            List<Instruction> stream = new ArrayList<>(program.stream(queue));
            stream.add(behindSets ? sets(stream) : 0, new Instruction.Loop(queue, rounds, 0));
            stream.add(stream.size() - 1, new Instruction.Next(queue));
            streams.put(queue, stream);
        }
        return new Program(streams, Map.of(), List.of());
    }
}
