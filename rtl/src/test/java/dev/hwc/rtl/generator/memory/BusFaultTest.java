package dev.hwc.rtl.generator.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.isa.FaultCode;
import dev.hwc.rtl.Campaign;
import dev.hwc.rtl.harness.RequiresVerilator;
import dev.hwc.sim.memory.FixedMemory;
import dev.hwc.sim.systolic.oracle.PortTimeline;
import dev.hwc.sim.systolic.queues.Command;
import dev.hwc.sim.systolic.scratchpad.Scratchpads;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A memory that misbehaves: the right fault, the port drained, and the next job right without any reset. */
@RequiresVerilator
class BusFaultTest {
    private static final int TIMEOUT = 400;
    private static final HardwareSpec SPEC = HardwareSpecs.preset("edge-8x8");
    /** Percent of the cycles in which a channel stalls; the memory behind the slowest port is slow as well. */
    private static final int[] STALLS = {0, 40, 80};

    private static FaultCode expected(AxiSlave.Fault fault) {
        return switch (fault) {
            case READ_SLAVE_ERROR, READ_DECODE_ERROR -> FaultCode.READ_ERROR;
            case WRITE_SLAVE_ERROR, WRITE_DECODE_ERROR -> FaultCode.WRITE_ERROR;
            case READ_DROPPED, READ_LATE, WRITE_DROPPED, WRITE_LATE, WRITE_NOT_TAKEN -> FaultCode.BUS_TIMEOUT;
            default -> FaultCode.BUS_PROTOCOL;
        };
    }

    @ParameterizedTest
    @EnumSource(
            value = AxiSlave.Fault.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE", "READ_TWICE", "READ_UNASKED", "WRITE_TWICE", "WRITE_UNASKED"})
    void namesCommandAndBurstAndTheNextJobIsRightWithoutReset(AxiSlave.Fault kind) {
        Campaign.report(kind + ": " + rounds(kind) + " bursts, all named, every next job right");
    }

    /** All bursts of a direction share an id, so what comes too much can pass for the beginning of a later burst. */
    @ParameterizedTest
    @EnumSource(
            value = AxiSlave.Fault.class,
            names = {"READ_TWICE", "WRITE_TWICE"})
    void anAnswerGivenTwiceIsAFaultOfItOrOfALaterBurst(AxiSlave.Fault kind) {
        Campaign.report(kind + ": " + rounds(kind) + " bursts, every next job right");
    }

    private static int rounds(AxiSlave.Fault kind) {
        int injections = 0;
        for (int stalls : STALLS) {
            injections += rounds(kind, stalls, count(stalls));
        }
        return injections;
    }

    private static int count(int stalls) {
        return stalls == 40 ? Campaign.cases(50, 1_000) : Campaign.cases(25, 500);
    }

    /** Number of faults, each with the right code, program counter, address and a right job after it. */
    private static int rounds(AxiSlave.Fault kind, int stalls, int count) {
        try (Site site = new Site(stalls)) {
            int injections = 0;
            for (int round = 0; injections < count; round++) {
                injections += round(site, kind, kind + ", stalls " + stalls + " %, round " + round) ? 1 : 0;
                assertTrue(round < 2 * count, "too few of " + round + " rounds met a burst that can be " + kind);
            }
            return injections;
        }
    }

    /** Whether there was a burst that can be answered so. */
    private static boolean round(Site site, AxiSlave.Fault kind, String what) {
        List<Command> commands = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            commands.add(kind.read() ? site.transfers.load() : site.transfers.store());
        }
        long[][] bursts = bursts(commands);
        site.slave.misbehave(kind, site.random.nextInt(bursts.length));
        site.bench.queue(commands);
        long limit = site.bench.now + 40_000;
        while (site.bench.faults.isEmpty() && site.slave.victim() < bursts.length) {
            site.bench.step();
            assertTrue(site.bench.now < limit, what + ": no fault");
        }
        int victim = site.slave.victim();
        if (victim == bursts.length) {
            site.untilDone(what);
            return false;
        }
        assertTrue(site.slave.hasHit(), what + ": the slave has misbehaved");
        MemoryBench.Fault fault = site.bench.faults.getFirst();
        assertEquals(expected(kind).number(), fault.code(), what);
        if (kind != AxiSlave.Fault.READ_TWICE && kind != AxiSlave.Fault.WRITE_TWICE) {
            assertEquals(bursts[victim][0], fault.pc(), what + ": program counter");
            assertEquals(bursts[victim][1], fault.address(), what + ": address");
        }
        site.recover(kind, what);
        return true;
    }

    /** The abort has another reason, so that the memory misbehaves before it, in it, while the port drains or not at all. */
    @ParameterizedTest
    @EnumSource(
            value = AxiSlave.Fault.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE", "READ_UNASKED", "WRITE_UNASKED", "WRITE_NOT_TAKEN"})
    void anAbortOfLoadsAndStoresIsFollowedByARightJobWhateverTheMemoryDoes(AxiSlave.Fault kind) {
        int hits = 0;
        int aborts = 0;
        for (int stalls : STALLS) {
            try (Site site = new Site(stalls)) {
                for (int round = 0; round < count(stalls); round++, aborts++) {
                    site.slave.misbehave(kind, site.random.nextInt(6));
                    for (int i = 0; i < 4; i++) {
                        site.bench.queue(List.of(site.transfers.load(), site.transfers.store()));
                    }
                    site.bench.run(20 + site.random.nextInt(4 * (100 - stalls)));
                    hits += site.abort(kind, kind + ", stalls " + stalls + " %, round " + round) ? 1 : 0;
                }
            }
        }
        assertTrue(hits > aborts / 2, hits + " of " + aborts + " aborts with a memory that misbehaves");
        Campaign.report(kind + ": " + aborts + " aborts, " + hits + " with it, every next job right");
    }

    /** Program counter and physical address of each burst. */
    private static long[][] bursts(List<Command> commands) {
        List<long[]> bursts = new ArrayList<>();
        for (Command c : commands) {
            for (long address : PortTimeline.bursts(SPEC, RandomTransfers.bases()[c.window], c)) {
                bursts.add(new long[] {c.pc, address});
            }
        }
        return bursts.toArray(long[][]::new);
    }

    @ParameterizedTest
    @EnumSource(
            value = AxiSlave.Fault.class,
            names = {"READ_UNASKED", "WRITE_UNASKED"})
    void anAnswerThatNobodyAskedForIsAFault(AxiSlave.Fault kind) {
        int count = Campaign.cases(50, 2_000);
        try (Site site = new Site(0)) {
            for (int round = 0; round < count; round++) {
                String what = kind + ", round " + round;
                site.bench.run(site.random.nextInt(5));
                site.slave.misbehave(kind, 0);
                site.bench.run(5);
                assertEquals(1, site.bench.faults.size(), what);
                MemoryBench.Fault fault = site.bench.faults.getFirst();
                assertEquals(FaultCode.BUS_PROTOCOL.number(), fault.code(), what);
                assertEquals(0, fault.pc(), what + ": no command's");
                assertEquals(0, fault.address(), what + ": no burst's");
                site.recover(kind, what);
            }
        }
        Campaign.report(kind + ": " + count + " answers, every next job right");
    }

    /** The block with its memory, used for all rounds of a kind without a reset. */
    private static final class Site implements AutoCloseable {
        final Random random;
        final AxiSlave slave;
        final MemoryBench bench;
        final RandomTransfers transfers;
        private final Scratchpads pads = new Scratchpads(SPEC);

        Site(int stalls) {
            random = new Random(31 + stalls);
            byte[] image = new byte[RandomTransfers.MEMORY_BYTES];
            random.nextBytes(image);
            HardwareSpec.Port port = SPEC.port();
            FixedMemory memory = new FixedMemory(stalls == 80 ? 50 : 5, port.beatBytes());
            slave = new AxiSlave(image, port.beatBytes(), port.maxBurstBytes(), memory, stalls, stalls);
            bench = new MemoryBench(SPEC, slave);
            RandomTransfers.openWindows(bench);
            bench.timeout(TIMEOUT);
            bench.fillStore(pads, random);
            transfers = new RandomTransfers(SPEC, random);
        }

        /** After a fault: drained in time, and the next job right while late answers come. */
        void recover(AxiSlave.Fault kind, String what) {
            CleanJob.recover(bench, TIMEOUT, what);
            next(kind == AxiSlave.Fault.WRITE_NOT_TAKEN, what);
        }

        /** Aborts now; whether the memory has misbehaved until the port was drained. */
        boolean abort(AxiSlave.Fault kind, String what) {
            CleanJob.drain(bench, TIMEOUT, what);
            boolean hit = slave.hasHit();
            next(kind == AxiSlave.Fault.WRITE_TWICE, what);
            return hit;
        }

        /**
         * The job after a drain. What the port has given is written by then, but for two cases in which nothing tells the port
         * (docs/rtl/memory.md): beats that the memory does not take in time, and a second answer, while draining, that passes for
         * that of the next burst. These are written before the job begins.
         */
        private void next(boolean untold, String what) {
            assertTrue(untold || slave.settled(), what + ": drained, and a beat on its way to the memory");
            slave.release();
            long limit = bench.now + 2_000;
            while (untold && !slave.settled()) {
                bench.step();
                assertTrue(bench.now < limit, what + ": an old burst is never wholly taken");
            }
            bench.run(random.nextInt(40));
            CleanJob.run(bench, SPEC, transfers, pads, what);
        }

        /** After commands without a fault. */
        void untilDone(String what) {
            long limit = bench.now + 100_000;
            while (!bench.idle()) {
                bench.step();
                assertTrue(bench.now < limit, what + ": hangs");
            }
            slave.release();
            assertEquals(List.of(), bench.faults, what);
        }

        @Override
        public void close() {
            bench.close();
        }
    }
}
