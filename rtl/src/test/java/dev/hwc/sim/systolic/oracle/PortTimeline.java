package dev.hwc.sim.systolic.oracle;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.sim.memory.MemoryModel;
import dev.hwc.sim.systolic.queues.Command;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The oracle's load and store engines and its port alone, each command starting as soon as its engine
 * is free: what the RTL's memory side is compared with, cycle by cycle.
 */
public final class PortTimeline {
    /** Cycles of one engine: busy ones, blocked ones, and completions in the order of the commands. */
    public record Cycles(List<Long> busy, List<Long> blocked, List<Long> completions) {
        Cycles() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }
    }

    private final HardwareSpec.Port spec;
    private final MemoryModel memory;
    private final long[] bases;
    public final Cycles loads = new Cycles();
    public final Cycles stores = new Cycles();

    public PortTimeline(HardwareSpec spec, MemoryModel memory, long[] bases) {
        this.spec = spec.port();
        this.memory = memory;
        this.bases = bases.clone();
    }

    /** Physical addresses of a command's bursts, in order. */
    public static List<Long> bursts(HardwareSpec spec, long base, Command c) {
        BeatWalker walker = new BeatWalker(spec.port().beatBytes(), spec.port().maxBurstBytes());
        walker.begin(base, c.address, c.addressStride, c.rows, c.rowBytes);
        List<Long> addresses = new ArrayList<>();
        do {
            addresses.add(walker.address());
        } while (walker.pass());
        return addresses;
    }

    /** Runs both queues from a cycle on, until everything is complete. */
    public void run(long from, List<Command> loadQueue, List<Command> storeQueue) {
        Port readPort = new Port(memory, false, spec.outstandingReads());
        Port writePort = new Port(memory, true, spec.outstandingWrites());
        LoadEngine load = new LoadEngine(walker(), spec.beatBytes(), readPort);
        StoreEngine store = new StoreEngine(walker(), spec.beatBytes(), spec.outstandingWrites(), writePort);
        int nextLoad = 0;
        int nextStore = 0;
        for (long cycle = from;
                loads.completions.size() < loadQueue.size() || stores.completions.size() < storeQueue.size();
                cycle++) {
            long now = cycle;
            if (!load.active() && nextLoad < loadQueue.size()) {
                Command c = loadQueue.get(nextLoad++);
                load.begin(Retired.of(c), bases[c.window], c.address, c.addressStride, c.rows, c.rowBytes);
            }
            if (!store.active() && nextStore < storeQueue.size()) {
                Command c = storeQueue.get(nextStore++);
                store.begin(Retired.of(c), bases[c.window], c.address, c.addressStride, c.rows, c.rowBytes);
            }
            switch (load.step(now)) {
                case ISSUED -> loads.busy.add(now);
                case BLOCKED -> loads.blocked.add(now);
                case IDLE -> {}
            }
            switch (store.step()) {
                case BEAT -> stores.busy.add(now);
                case LAST_BEAT -> {
                    stores.busy.add(now);
                    store.submit(now);
                }
                case BLOCKED -> stores.blocked.add(now);
                case IDLE -> {}
            }
            readPort.reach(now);
            writePort.reach(now);
            readPort.arrivals(now, last -> complete(loads, last, now + 2));
            writePort.arrivals(now, last -> {
                store.answered();
                complete(stores, last, now + 1);
            });
        }
    }

    private BeatWalker walker() {
        return new BeatWalker(spec.beatBytes(), spec.maxBurstBytes());
    }

    private static void complete(Cycles cycles, @Nullable Retired last, long cycle) {
        if (last != null) {
            cycles.completions.add(cycle);
        }
    }
}
