package dev.hwc.sim.dram;

import dev.hwc.sim.dram.controller.ChannelController;
import dev.hwc.sim.dram.controller.ControllerPolicy;
import dev.hwc.sim.dram.controller.ServedRequests;
import dev.hwc.sim.dram.device.CommandCounts;
import dev.hwc.sim.dram.device.CommandObserver;
import dev.hwc.sim.dram.device.DramSpec;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;

/**
 * One channel alone under a traffic pattern, from the first request's arrival to the last answer and the last write in
 * its bank. Addresses and the choice of writes come from a seed.
 */
public final class DramRun implements ServedRequests {
    /** Requests kept ready for the controller's queues; its queues are never empty for want of them. */
    private static final int AHEAD = 128;

    private static final long PROGRESS_MASK = (1 << 12) - 1;

    private final DramSpec spec;
    private final Pattern pattern;
    private final int writePercent;
    private final long requests;
    private final SplittableRandom random;
    private final ChannelController controller;
    private final long bursts;

    private final int arrivalClocks;
    /** When each read that is in the queue arrived, by its number. */
    private final long[] arrived = new long[AHEAD * 64];

    private final long[] latencies;
    private long sent;
    private long answered;
    private long readCount;
    private long latencySum;
    private long lastAnswer;

    private DramRun(
            DramSpec spec,
            ControllerPolicy policy,
            Pattern pattern,
            int writePercent,
            long requests,
            long seed,
            CommandObserver observer) {
        if (requests < 1 || writePercent < 0 || writePercent > 100) {
            throw new DramFormatException("traffic of " + requests + " requests with " + writePercent
                    + " % writes; allowed are 1 request or more and 0 to 100 %");
        }
        this.spec = spec;
        this.pattern = pattern;
        this.writePercent = writePercent;
        this.requests = requests;
        random = new SplittableRandom(seed);
        controller = new ChannelController(spec, policy, observer, this);
        bursts = spec.capacityBytes() / spec.burstBytes();
        arrivalClocks = policy.arrivalClocks();
        latencies = new long[(int) Math.min(requests, 1 << 16)];
    }

    /**
     * Runs a pattern.
     *
     * @param writePercent share of writes
     * @param observer told every command
     * @param progress told the requests answered so far from time to time
     */
    public static Result run(
            DramSpec spec,
            ControllerPolicy policy,
            Pattern pattern,
            int writePercent,
            long requests,
            long seed,
            CommandObserver observer,
            LongConsumer progress) {
        return new DramRun(spec, policy, pattern, writePercent, requests, seed, observer).run(progress);
    }

    /**
     * What came of it.
     *
     * @param cycles clocks of the memory
     * @param bytes moved
     * @param reads answered
     * @param readLatencySum clocks from a read's arrival in the queues to its answer, over all reads
     * @param latencies of the first reads (65,536 at most), ascending
     */
    @SuppressWarnings("ArrayRecordComponent") // a carrier; never compared
    public record Result(
            DramSpec spec,
            long cycles,
            long bytes,
            long reads,
            long readLatencySum,
            long[] latencies,
            CommandCounts counts) {
        public double seconds() {
            return cycles * 1e-3 / spec.clockKhz();
        }

        public double gigabytesPerSecond() {
            return bytes / seconds() / 1e9;
        }

        /** Of what the data buses could move. */
        public double peakPercent() {
            return 100 * bytes / seconds() / spec.peakBytesPerSecond();
        }

        /** Bursts that found their row open. */
        public double rowHitPercent() {
            return 100.0 * Math.max(0, counts.bursts() - counts.activations()) / Math.max(1, counts.bursts());
        }

        /** Mean; NaN without reads. */
        public double readLatencyNs() {
            return reads == 0 ? Double.NaN : (double) readLatencySum / reads * spec.nanosecondsPerClock();
        }

        /** A quantile of the first reads; NaN without reads. */
        public double readLatencyNs(double quantile) {
            return latencies.length == 0
                    ? Double.NaN
                    : latencies[(int) Math.round(quantile * (latencies.length - 1))] * spec.nanosecondsPerClock();
        }
    }

    private Result run(LongConsumer progress) {
        while (answered < requests || !controller.idle()) {
            feed();
            controller.run(controller.next());
            if ((sent & PROGRESS_MASK) == 0) {
                progress.accept(answered);
            }
        }
        long end = Math.max(lastAnswer, controller.dataUntil());
        CommandCounts counts = controller.counts(end);
        long[] sorted = Arrays.copyOf(latencies, (int) Math.min(readCount, latencies.length));
        Arrays.sort(sorted);
        return new Result(spec, end, requests * spec.burstBytes(), readCount, latencySum, sorted, counts);
    }

    private void feed() {
        if (pattern == Pattern.CHASE) {
            if (sent == answered && sent < requests) {
                send(lastAnswer);
            }
        } else {
            while (controller.waiting() < AHEAD && sent < requests) {
                send(0);
            }
        }
    }

    private void send(long cycle) {
        long burst = pattern == Pattern.STREAM ? sent % bursts : random.nextLong(bursts);
        boolean write = writePercent > 0 && random.nextInt(100) < writePercent;
        controller.submit(cycle, write, burst, sent++);
    }

    @Override
    public void accepted(long tag, boolean write, long cycle) {
        if (write) {
            answer(cycle);
        } else {
            arrived[(int) (tag % arrived.length)] = cycle - arrivalClocks;
        }
    }

    @Override
    public void read(long tag, int requests, long cycle) {
        long latency = cycle - arrived[(int) (tag % arrived.length)];
        latencySum += latency;
        if (readCount < latencies.length) {
            latencies[(int) readCount] = latency;
        }
        readCount++;
        answer(cycle);
    }

    private void answer(long cycle) {
        answered++;
        lastAnswer = Math.max(lastAnswer, cycle);
    }
}
