package dev.hwc.sim.pim;

import dev.hwc.sim.dram.controller.ChannelController;
import dev.hwc.sim.dram.controller.ControllerPolicy;
import dev.hwc.sim.dram.controller.ServedRequests;
import dev.hwc.sim.dram.device.CommandCounts;
import dev.hwc.sim.dram.device.CommandObserver;
import dev.hwc.sim.dram.device.DramSpec;

/** The same memory without its units: a channel's share of the operands read in order, then the results written. */
final class HostTraffic implements ServedRequests {
    private static final int AHEAD = 128;

    /**
     * What it took.
     *
     * @param cycles to the last data
     */
    record Result(long cycles, CommandCounts counts) {}

    private final ChannelController controller;
    private long waiting;
    private long lastAnswer;

    private HostTraffic(DramSpec spec) {
        controller = new ChannelController(spec, ControllerPolicy.DEFAULT, CommandObserver.NONE, this);
    }

    /** Bursts read, then bursts written, of one channel. */
    static Result run(DramSpec spec, long reads, long writes) {
        HostTraffic traffic = new HostTraffic(spec);
        traffic.stream(0, reads, false);
        traffic.stream(reads, writes, true);
        long end = Math.max(traffic.lastAnswer, traffic.controller.dataUntil());
        return new Result(end, traffic.controller.counts(end));
    }

    private void stream(long first, long bursts, boolean write) {
        long start = lastAnswer;
        long sent = 0;
        waiting = bursts;
        while (waiting > 0 || !controller.idle()) {
            while (controller.waiting() < AHEAD && sent < bursts) {
                controller.submit(start, write, first + sent, sent);
                sent++;
            }
            controller.run(controller.next());
        }
        lastAnswer = Math.max(lastAnswer, controller.dataUntil());
    }

    @Override
    public void accepted(long tag, boolean write, long cycle) {
        if (write) {
            read(tag, 1, cycle);
        }
    }

    @Override
    public void read(long tag, int requests, long cycle) {
        waiting--;
        lastAnswer = Math.max(lastAnswer, cycle);
    }
}
