package dev.hwc.sim.dram.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.hw.MemoryNames;
import dev.hwc.sim.dram.DramPresets;
import dev.hwc.sim.dram.TraceWriter;
import dev.hwc.sim.dram.check.TraceChecker;
import dev.hwc.sim.dram.controller.ControllerPolicy.Page;
import dev.hwc.sim.dram.controller.ControllerPolicy.Refresh;
import dev.hwc.sim.dram.device.DramSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Jumping from event to event gives the commands and answers of looking at every clock, with idle times in between. */
class SteppedControllerTest {
    static final List<String> MEMORIES = MemoryNames.DRAM;
    private static final int REQUESTS = 1_200;

    private record Request(long cycle, boolean write, long burst) {}

    /** Bursts of requests with pauses, some long enough for power-down and refreshes; some addresses come again. */
    private static List<Request> requests(DramSpec spec, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Request> requests = new ArrayList<>();
        long cycle = 0;
        long bursts = spec.capacityBytes() / spec.burstBytes();
        while (requests.size() < REQUESTS) {
            cycle += random.nextBoolean() ? random.nextInt(40) : random.nextInt(3 * spec.get("tREFI"));
            long base = random.nextLong(bursts - 64);
            for (int i = random.nextInt(80); i > 0; i--) {
                boolean again = random.nextInt(8) == 0 && !requests.isEmpty();
                long burst = again
                        ? requests.get(random.nextInt(requests.size())).burst()
                        : random.nextBoolean() ? base + i % 64 : random.nextLong(bursts);
                requests.add(new Request(cycle, random.nextInt(3) == 0, burst));
            }
        }
        return requests;
    }

    private static List<ControllerPolicy> policies(DramSpec spec) {
        ControllerPolicy base = ControllerPolicy.DEFAULT.withPowerDownAfter(30).withStarvationClocks(400);
        return List.of(
                base,
                base.withPage(Page.CLOSED).withRefresh(Refresh.ALL_BANK, 3),
                spec.perBankRefresh() ? base.withRefresh(Refresh.PER_BANK, 1) : base.withRefresh(Refresh.OFF, 0));
    }

    private static List<String> run(DramSpec spec, ControllerPolicy policy, List<Request> requests, boolean stepped) {
        List<String> seen = new ArrayList<>();
        TraceChecker checker = new TraceChecker();
        TraceWriter writer = new TraceWriter(spec, policy, line -> {
            seen.add(line);
            checker.line(line);
        });
        ServedRequests answers = new ServedRequests() {
            @Override
            public void accepted(long tag, boolean write, long cycle) {
                seen.add("accepted " + tag + " " + write + " " + cycle);
            }

            @Override
            public void read(long tag, int requests, long cycle) {
                seen.add("read " + tag + " " + cycle);
            }
        };
        ChannelController controller = new ChannelController(spec, policy, writer, answers);
        long tag = 0;
        long clock = 0;
        for (Request request : requests) {
            for (; stepped && clock < request.cycle(); clock++) {
                controller.run(clock);
            }
            if (!stepped && request.cycle() > 0) {
                controller.run(request.cycle() - 1);
            }
            controller.submit(request.cycle(), request.write(), request.burst(), tag++);
        }
        long end = requests.getLast().cycle() + 8L * spec.get("tREFI");
        for (; stepped && clock < end; clock++) {
            controller.run(clock);
        }
        controller.run(end);
        assertTrue(controller.idle());
        writer.end(end);
        assertEquals(List.of(), checker.firstViolations());
        seen.add(controller.counts(end).activations() + " activations");
        return seen;
    }

    @ParameterizedTest
    @FieldSource("MEMORIES")
    void jumpsGiveWhatStepsGive(String memory) {
        DramSpec spec = DramPresets.find(memory);
        long seed = 7;
        for (ControllerPolicy policy : policies(spec)) {
            List<Request> requests = requests(spec, seed++);
            List<String> stepped = run(spec, policy, requests, true);
            assertEquals(stepped, run(spec, policy, requests, false), () -> memory + " " + policy);
            assertTrue(stepped.stream().anyMatch(l -> l.contains("PDX")), "no power-down");
            assertEquals(
                    requests.size(),
                    stepped.stream().filter(l -> l.startsWith("accepted")).count());
        }
    }
}
