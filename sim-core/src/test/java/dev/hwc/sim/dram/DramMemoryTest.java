package dev.hwc.sim.dram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.hw.MemoryNames;
import dev.hwc.sim.dram.check.TraceChecker;
import dev.hwc.sim.dram.controller.ControllerPolicy;
import dev.hwc.sim.dram.device.DramSpec;
import dev.hwc.sim.memory.FixedMemory;
import dev.hwc.sim.memory.MemoryModel;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class DramMemoryTest {
    static final List<String> MEMORIES = MemoryNames.DRAM;
    private static final int BEAT = 16;
    private static final ControllerPolicy POLICY = ControllerPolicy.DEFAULT.withPowerDownAfter(50);

    private record Burst(long cycle, boolean write, long address, int bytes) {}

    private record Answer(boolean write, long ticket, long cycle) {}

    private static List<Burst> bursts(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Burst> bursts = new ArrayList<>();
        long cycle = 0;
        for (int i = 0; i < 600; i++) {
            cycle += random.nextInt(20) > 0 ? random.nextInt(12) : random.nextInt(20_000);
            boolean write = random.nextInt(3) == 0;
            int beats = 1 + random.nextInt(32);
            long address = random.nextLong(1L << 30) / 512 * 512;
            if (!bursts.isEmpty()
                    && bursts.getLast().cycle() == cycle
                    && bursts.getLast().write()) {
                cycle++; // at the same cycle a read before a write
            }
            bursts.add(new Burst(cycle, write, address, beats * BEAT));
        }
        return bursts;
    }

    private static final class Run {
        private final List<Answer> answers = new ArrayList<>();
        private final List<TraceChecker> checkers = new ArrayList<>();
        private final List<TraceWriter> writers = new ArrayList<>();
        private final DramMemory memory;
        private final long[] tickets = new long[2];

        Run(String name, long portKhz, int channels) {
            DramSpec spec = DramPresets.find(name);
            memory = new DramMemory(spec, POLICY, portKhz, BEAT, channels, _ -> {
                TraceChecker checker = new TraceChecker();
                checkers.add(checker);
                writers.add(new TraceWriter(spec, POLICY, checker::line));
                return writers.getLast();
            });
        }

        void submit(Burst burst) {
            int direction = burst.write() ? 1 : 0;
            long answer =
                    memory.submit(burst.cycle(), burst.write(), burst.address(), burst.bytes(), tickets[direction]++);
            assertEquals(MemoryModel.PENDING, answer);
        }

        void advance(long cycle) {
            memory.advance(cycle, (write, ticket, answer) -> {
                assertTrue(answer >= cycle, "an answer in the past");
                answers.add(new Answer(write, ticket, answer));
            });
        }

        List<Answer> byDirection(boolean write) {
            return answers.stream().filter(a -> a.write() == write).toList();
        }

        void assertLegal() {
            checkers.forEach(c -> assertEquals(List.of(), c.firstViolations()));
        }
    }

    /** Every cycle, as the oracle and the RTL harness do. */
    private static Run stepped(String name, long portKhz, int channels, List<Burst> bursts) {
        Run run = new Run(name, portKhz, channels);
        int next = 0;
        for (long cycle = 0; run.answers.size() < bursts.size(); cycle++) {
            for (; next < bursts.size() && bursts.get(next).cycle() == cycle; next++) {
                run.submit(bursts.get(next));
            }
            run.advance(cycle);
        }
        return run;
    }

    /** Only the cycles at which something happens, as the simulator does. */
    private static Run jumping(String name, long portKhz, int channels, List<Burst> bursts) {
        Run run = new Run(name, portKhz, channels);
        int next = 0;
        while (run.answers.size() < bursts.size()) {
            long event = run.memory.nextEvent();
            if (next < bursts.size() && bursts.get(next).cycle() <= event) {
                run.submit(bursts.get(next++));
            } else {
                run.advance(event);
            }
        }
        assertEquals(MemoryModel.NEVER, run.memory.nextEvent());
        return run;
    }

    @ParameterizedTest
    @FieldSource("MEMORIES")
    void stepsAndJumpsGiveTheSameAnswersInOrder(String name) {
        List<Burst> bursts = bursts(11);
        for (int channels : new int[] {1, 4}) {
            for (long portKhz : new long[] {200_000, 1_000_000}) {
                Run stepped = stepped(name, portKhz, channels, bursts);
                Run jumping = jumping(name, portKhz, channels, bursts);
                stepped.assertLegal();
                jumping.assertLegal();
                for (boolean write : new boolean[] {false, true}) {
                    assertEquals(stepped.byDirection(write), jumping.byDirection(write));
                    assertOrder(bursts.stream().filter(b -> b.write() == write).toList(), stepped.byDirection(write));
                }
            }
        }
    }

    private static void assertOrder(List<Burst> bursts, List<Answer> answers) {
        assertEquals(bursts.size(), answers.size());
        long last = 0;
        for (int i = 0; i < bursts.size(); i++) {
            Burst burst = bursts.get(i);
            int transfer = burst.write() ? 1 : burst.bytes() / BEAT;
            assertEquals(i, answers.get(i).ticket());
            long cycle = answers.get(i).cycle();
            assertTrue(cycle >= Math.max(last, burst.cycle()) + transfer, "burst " + i + " at " + cycle);
            last = cycle;
        }
    }

    @Test
    void forgetsEverythingOnReset() {
        List<Burst> bursts = bursts(5);
        HardwareSpec spec =
                HardwareSpecs.preset("edge-16x16").withMemory(HardwareSpec.MemorySpec.dram("lpddr5-6400", 2));
        MemoryModel memory = MemoryModels.of(spec);
        List<Answer> first = answers(memory, bursts);
        memory.reset();
        assertEquals(first, answers(memory, bursts));
    }

    private static List<Answer> answers(MemoryModel memory, List<Burst> bursts) {
        List<Answer> answers = new ArrayList<>();
        long[] tickets = new long[2];
        int next = 0;
        while (answers.size() < bursts.size()) {
            long event = memory.nextEvent();
            if (next < bursts.size() && bursts.get(next).cycle() <= event) {
                Burst b = bursts.get(next++);
                memory.submit(b.cycle(), b.write(), b.address(), b.bytes(), tickets[b.write() ? 1 : 0]++);
            } else {
                memory.advance(event, (write, ticket, cycle) -> answers.add(new Answer(write, ticket, cycle)));
            }
        }
        return answers;
    }

    @Test
    void moreChannelsAnswerSooner() {
        List<Burst> stream = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            stream.add(new Burst(i, false, 512L * i, 512));
        }
        long one =
                jumping("lpddr4-3200", 1_000_000, 1, stream).answers.getLast().cycle();
        long eight =
                jumping("lpddr4-3200", 1_000_000, 8, stream).answers.getLast().cycle();
        assertTrue(eight < one, eight + " " + one);
        assertEquals(400 * 32, eight, 0.02 * 400 * 32, "the port is the limit");
    }

    @Test
    void aDescriptionChoosesTheModel() {
        HardwareSpec spec = HardwareSpecs.preset("edge-16x16");
        assertTrue(MemoryModels.of(spec) instanceof FixedMemory);
        HardwareSpec dram = spec.withMemory(HardwareSpec.MemorySpec.dram("ddr4-3200", 2));
        assertTrue(MemoryModels.of(dram) instanceof DramMemory);
        assertFalse(dram.hash().isEmpty());
        assertEquals(spec.hash(), dram.hash());
    }
}
