package dev.hwc.rtl.generator.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.sim.systolic.queues.Command;
import dev.hwc.sim.systolic.scratchpad.Scratchpads;
import java.util.ArrayList;
import java.util.List;

/** What follows a fault: the abort, and a job that must be as if nothing had happened. */
final class CleanJob {
    private static final int SLACK = 3_000;

    private CleanJob() {}

    /** Aborts, and waits until the port is drained or isolated. */
    static void recover(MemoryBench bench, long timeout, String what) {
        bench.run(2);
        drain(bench, timeout, what);
        assertEquals(1, bench.faults.size(), what + ": one fault, and none while draining");
    }

    /** The same without a fault. */
    static void drain(MemoryBench bench, long timeout, String what) {
        bench.abort();
        bench.step();
        int faults = bench.faults.size();
        assertTrue(bench.model.peek("io_load_free") == 1 && bench.model.peek("io_store_free") == 1, what + ": idle");
        long limit = bench.now + 2 * timeout + SLACK;
        while (!bench.drained()) {
            bench.step();
            assertTrue(bench.now < limit, what + ": not drained " + (2 * timeout + SLACK) + " cycles after the abort");
        }
        assertEquals(faults, bench.faults.size(), what + ": none while draining");
    }

    /** Runs some commands; buffers and memory must be what the simulator makes of what was there. */
    static void run(MemoryBench bench, HardwareSpec spec, RandomTransfers transfers, Scratchpads store, String what) {
        bench.faults.clear();
        bench.loadDone.clear();
        bench.loadDonePcs.clear();
        bench.storeDone.clear();
        bench.storeDonePcs.clear();
        Scratchpads pads = new Scratchpads(spec);
        bench.readBuffers(pads);
        System.arraycopy(store.store, 0, pads.store, 0, store.store.length);
        byte[] expected = bench.slave.memory.clone();
        List<Command> loads = new ArrayList<>();
        List<Command> stores = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            loads.add(transfers.load());
            stores.add(transfers.store());
        }
        RandomTransfers.simulate(loads, pads, expected);
        RandomTransfers.simulate(stores, pads, expected);
        bench.queue(loads);
        bench.queue(stores);
        long limit = bench.now + 100_000;
        while (bench.loadDone.size() < 4 || bench.storeDone.size() < 4) {
            bench.step();
            assertEquals(List.of(), bench.faults, what + ": the next job");
            assertTrue(bench.now < limit, what + ": the next job hangs");
        }
        Scratchpads found = new Scratchpads(spec);
        bench.readBuffers(found);
        assertArrayEquals(pads.weightCodes, found.weightCodes, what + ": weight codes of the next job");
        assertArrayEquals(pads.weightOffsets, found.weightOffsets, what + ": weight offsets of the next job");
        assertArrayEquals(pads.weightScales, found.weightScales, what + ": weight scales of the next job");
        assertArrayEquals(pads.load, found.load, what + ": load buffer of the next job");
        assertArrayEquals(expected, bench.slave.memory, what + ": memory of the next job");
    }
}
