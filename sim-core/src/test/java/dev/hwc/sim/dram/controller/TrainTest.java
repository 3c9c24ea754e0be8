package dev.hwc.sim.dram.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.hw.MemoryNames;
import dev.hwc.sim.dram.DramPresets;
import dev.hwc.sim.dram.TraceWriter;
import dev.hwc.sim.dram.controller.ControllerPolicy.Page;
import dev.hwc.sim.dram.controller.ControllerPolicy.Refresh;
import dev.hwc.sim.dram.device.CommandCounts;
import dev.hwc.sim.dram.device.CommandObserver;
import dev.hwc.sim.dram.device.DramSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Reads that are submitted as trains give the commands and answers of the same reads one by one. */
class TrainTest {
    static final List<String> MEMORIES = MemoryNames.DRAM;
    private static final int GROUPS = 1_500;

    private record Group(long cycle, boolean write, long burst, int bursts) {}

    private record Outcome(List<String> trace, Map<Long, String> answers, long data, long reads, long activations) {}

    /** Streams of reads, dense or with pauses, in which now and then something else comes. */
    private static List<Group> groups(DramSpec spec, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long bursts = spec.capacityBytes() / spec.burstBytes();
        List<Group> groups = new ArrayList<>();
        long cycle = 0;
        long at = 0;
        int pause = 40;
        int disturbed = 100;
        while (groups.size() < GROUPS) {
            if (random.nextInt(150) == 0) {
                cycle += random.nextInt(3 * spec.get("tREFI"));
                pause = 1 + random.nextInt(60);
                disturbed = 5 + random.nextInt(200);
                at = random.nextLong(bursts - 100_000);
            }
            cycle += random.nextInt(pause);
            int size = random.nextInt(4) > 0 ? 8 : 1 + random.nextInt(70);
            switch (random.nextInt(disturbed)) {
                case 0 -> groups.add(new Group(cycle, true, random.nextBoolean() ? at : at / 2, 1));
                case 1 -> groups.add(new Group(cycle, false, random.nextLong(bursts - 100), size));
                case 2 -> groups.add(new Group(cycle, false, Math.max(0, at - 64), size));
                default -> {
                    groups.add(new Group(cycle, false, at, size));
                    at += size;
                }
            }
        }
        return groups;
    }

    private static List<ControllerPolicy> policies(DramSpec spec) {
        ControllerPolicy base = ControllerPolicy.DEFAULT.withPowerDownAfter(30).withStarvationClocks(200);
        ControllerPolicy small = new ControllerPolicy(
                3, Page.OPEN, Refresh.ALL_BANK, 0, 50, 400, 3, 1, 2, 3, ControllerPolicy.GROUPS_FIRST, true);
        return List.of(
                ControllerPolicy.DEFAULT,
                base,
                base.withPage(Page.CLOSED).withRefresh(Refresh.ALL_BANK, 3),
                base.withMapping("column,pseudo,group,bank,rank,row", false).withRefresh(Refresh.ALL_BANK, 2),
                spec.perBankRefresh() ? base.withRefresh(Refresh.PER_BANK, 1) : small.withRefresh(Refresh.OFF, 0),
                small);
    }

    /**
     * Runs traffic.
     *
     * @param trace whether commands are written down; otherwise nobody is told
     * @param seed of the clocks up to which the controller runs between arrivals
     */
    private static Outcome run(
            DramSpec spec, ControllerPolicy policy, List<Group> groups, boolean trains, boolean trace, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> seen = new ArrayList<>();
        TraceWriter writer = new TraceWriter(spec, policy, seen::add);
        Map<Long, String> answers = new TreeMap<>();
        Map<Long, Integer> counts = new TreeMap<>();
        ServedRequests served = new ServedRequests() {
            @Override
            public void accepted(long tag, boolean write, long cycle) {
                if (write) {
                    answers.put(tag, "written " + cycle);
                }
            }

            @Override
            public void read(long tag, int requests, long cycle) {
                String before = answers.getOrDefault(tag, "0");
                long last = Long.parseLong(before.substring(before.lastIndexOf(' ') + 1));
                int count = counts.merge(tag, requests, Integer::sum);
                answers.put(tag, count + " until " + Math.max(last, cycle));
            }
        };
        ChannelController controller =
                new ChannelController(spec, policy, trace ? writer : CommandObserver.NONE, served);
        long clock = 0;
        for (int tag = 0; tag < groups.size(); tag++) {
            Group group = groups.get(tag);
            while (clock + 1 < group.cycle() && random.nextInt(10) > 0) {
                clock += random.nextLong(1, group.cycle() - clock);
                controller.run(clock);
            }
            if (group.write()) {
                controller.submit(group.cycle(), true, group.burst(), tag);
            } else if (trains) {
                controller.submitTrain(group.cycle(), group.burst(), group.bursts(), tag);
            } else {
                for (int i = 0; i < group.bursts(); i++) {
                    controller.submit(group.cycle(), false, group.burst() + i, tag);
                }
            }
        }
        long end = Math.max(groups.getLast().cycle(), 4L * GROUPS * 80) + 8L * spec.get("tREFI");
        controller.run(end);
        assertTrue(controller.idle());
        CommandCounts all = controller.counts(end);
        return new Outcome(seen, answers, controller.dataUntil(), all.reads(), all.activations());
    }

    @ParameterizedTest
    @FieldSource("MEMORIES")
    void trainsGiveTheCommandsAndAnswersOfTheirRequests(String memory) {
        DramSpec spec = DramPresets.find(memory);
        long seed = 3;
        for (ControllerPolicy policy : policies(spec)) {
            List<Group> groups = groups(spec, seed++);
            Outcome single = run(spec, policy, groups, false, true, 1);
            assertTrue(single.activations() < single.reads() / 4, "hardly any hits");
            assertEquals(single, run(spec, policy, groups, true, true, 1), () -> memory + " " + policy);
            assertEquals(single, run(spec, policy, groups, true, true, 2), () -> memory + " " + policy);
            Outcome untold = run(spec, policy, groups, true, false, 3);
            assertEquals(single.answers(), untold.answers());
            assertEquals(single.data(), untold.data());
            assertEquals(single.activations(), untold.activations());
        }
    }
}
