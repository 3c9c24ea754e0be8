package dev.hwc.sim.pim.window;

import dev.hwc.ir.device.PimProduct;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.ir.numerics.BlockProduct;
import dev.hwc.sim.dram.ClockCrossing;
import dev.hwc.sim.memory.MemoryModel;
import dev.hwc.sim.memory.MemoryUse;
import dev.hwc.sim.pim.PimEngine;
import dev.hwc.sim.pim.PimException;
import dev.hwc.sim.pim.PimFormat;
import dev.hwc.sim.pim.PimSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A memory with channels that compute beside it, behind one port (docs/spec/pim-window.md W4 to W8).
 * Bursts outside of the window go to the memory; the last byte of an operand starts its products; a
 * result is answered when its product is done. Products run one after the other, each as long as its
 * command stream takes.
 */
public final class PimMemory implements MemoryModel {
    /** Cycles from an operand's last beat until its codes stand in the controller (W5). */
    static final int QUANTIZE_CYCLES = 32;
    /** Cycles from the last sum to the last result (W5). */
    static final int CONVERT_CYCLES = 8;
    /** Cycles from a request to its answer within the controller (W4). */
    static final int ACCESS_CYCLES = 4;

    private static final Map<HardwareSpec.Pim, PimEngine> ENGINES = new ConcurrentHashMap<>();

    private final MemoryModel memory;
    private final PimEngine engine;
    private final ClockCrossing crossing;
    private final int beatBytes;
    private final long base;
    private final Products products;
    private final List<List<Run>> runs = new ArrayList<>();
    private final AnswerQueue reads = new AnswerQueue(false);
    private final AnswerQueue writes = new AnswerQueue(true);
    private final Map<Key, Long> done = new HashMap<>();
    private final int interval;
    private final int refresh;
    private final int settle;
    private final int step;
    private final int clockMhz;
    // state of a job, in clocks of the channels
    private long free;
    private long busy;
    private long refreshes;
    private long idleRefreshes;
    private long columns;
    private double picojoules;

    /** Neighbouring parts of one format, of which each kernel computes an equal share of the rows. */
    private record Run(int firstPart, int parts, List<PimEngine.Cost> kernels) {}

    private record Key(int product, int row, int part, int kernel) {}

    /**
     * A memory with a window.
     *
     * @param memory what is behind the port besides
     * @param base physical address of the window
     * @throws PimException if the channels cannot hold the weights
     */
    public PimMemory(HardwareSpec spec, MemoryModel memory, PimEngine engine, long base, List<PimProduct> products) {
        this.memory = memory;
        this.engine = engine;
        this.crossing =
                new ClockCrossing(1000L * spec.clockMhz(), engine.spec().dram().clockKhz());
        this.beatBytes = spec.port().beatBytes();
        this.base = base;
        this.products = new Products(products);
        this.interval = engine.spec().dram().get("tREFI");
        this.refresh = engine.spec().dram().get("tRFCab");
        this.settle = engine.spec().dram().get("tRTP") + engine.spec().dram().get("tRPab");
        this.step = engine.spec().dram().get("tCCDMAC");
        this.clockMhz = spec.clockMhz();
        long rows = 0;
        for (PimProduct product : products) {
            List<Run> kernels = runs(product);
            runs.add(kernels);
            rows += kernels.stream()
                    .flatMap(run -> run.kernels().stream())
                    .mapToLong(PimEngine.Cost::usedRows)
                    .sum();
        }
        if (rows > engine.availableRows()) {
            throw new PimException("the weights need " + rows + " rows of each bank of " + engine.channels()
                    + " channels of " + engine.spec().name() + "; there are " + engine.availableRows()
                    + "; take more channels or a smaller model");
        }
    }

    /** The channels that a description names; what kernels cost on them is worked out once. */
    public static PimEngine engine(HardwareSpec spec) {
        return ENGINES.computeIfAbsent(
                Objects.requireNonNull(spec.pim()), pim -> new PimEngine(PimSpec.find(pim.device()), pim.channels()));
    }

    /** Neighbouring parts of one format are one matrix. */
    private List<Run> runs(PimProduct product) {
        List<Run> kernels = new ArrayList<>();
        int from = 0;
        int columns = Math.ceilDiv(product.inputs(), BlockProduct.BLOCK) * BlockProduct.BLOCK;
        while (from < product.parts().size()) {
            BlockMatrix.Format format = product.parts().get(from).format();
            int to = from;
            while (to < product.parts().size() && product.parts().get(to).format() == format) {
                to++;
            }
            List<PimEngine.Cost> costs = new ArrayList<>();
            for (int kernel = 0; kernel < product.kernels(); kernel++) {
                int share = 0;
                for (PimProduct.Part part : product.parts().subList(from, to)) {
                    share += product.firstOutput(part, kernel + 1) - product.firstOutput(part, kernel);
                }
                costs.add(engine.gemv(share, columns, format(format), 1));
            }
            kernels.add(new Run(from, to - from, costs));
            from = to;
        }
        return kernels;
    }

    private static PimFormat format(BlockMatrix.Format format) {
        return switch (format) {
            case I8, NL4 -> PimFormat.I8; // the values of an nl4 block are int8 codes with the same scale
            case I4 -> PimFormat.I4;
            case I4M -> throw new PimException("the units have no i4m weights; widen them to i8");
        };
    }

    @Override
    public long submit(long cycle, boolean write, long address, int bytes, long ticket) {
        AnswerQueue queue = write ? writes : reads;
        int beats = write ? 1 : Math.ceilDiv(bytes, beatBytes);
        Products.Place place =
                address < base ? null : products.at(address - base).orElse(null);
        if (place == null) {
            return queue.inner(ticket, beats, memory.submit(cycle, write, address, bytes, queue.innerTicket()));
        }
        if (write) {
            if (!place.result()) {
                written(cycle, place, bytes);
            }
            return queue.known(ticket, 1, cycle + ACCESS_CYCLES);
        }
        long ready = Math.max(cycle, place.result() ? finished(place, bytes) : cycle);
        return queue.known(ticket, beats, ready + ACCESS_CYCLES + beats - 1);
    }

    /** Starts the products of a row with the byte that completes it. */
    private void written(long cycle, Products.Place place, int bytes) {
        long end = 4L * products.get(place.product()).inputs();
        if (place.offset() < end && place.offset() + bytes >= end) {
            long ready = crossing.toMemory(cycle + QUANTIZE_CYCLES);
            for (Run run : runs.get(place.product())) {
                for (int kernel = 0; kernel < run.kernels().size(); kernel++) {
                    long finish = crossing.toPort(start(ready, run.kernels().get(kernel))) + CONVERT_CYCLES;
                    for (int part = run.firstPart(); part < run.firstPart() + run.parts(); part++) {
                        done.put(new Key(place.product(), place.row(), part, kernel), finish);
                    }
                }
            }
        }
    }

    /** One kernel: behind the kernel before it and the refreshes that are due; the clock behind its last data. */
    private long start(long ready, PimEngine.Cost cost) {
        long begin = Math.max(ready, refreshedUntil(ready));
        long finish = begin + cost.cycles();
        busy += cost.cycles();
        refreshes += cost.refreshes();
        columns += cost.macColumns();
        picojoules += cost.picojoules();
        free = finish + settle;
        return finish;
    }

    /** Does the refreshes that are due before a clock, and says when the channels are free. */
    private long refreshedUntil(long clock) {
        long at = free;
        while ((refreshes + 1) * interval <= Math.max(at, clock)) {
            at = Math.max(at, (refreshes + 1) * interval) + refresh;
            refreshes++;
            idleRefreshes++;
        }
        return at;
    }

    /** When the results at a place are complete; at once when nothing was started. */
    private long finished(Products.Place place, int bytes) {
        PimProduct product = products.get(place.product());
        int part = product.parts().size() - 1;
        while (part > 0 && product.partOffset(part) > place.offset()) {
            part--;
        }
        int last = (int) ((place.offset() + bytes - 1 - product.partOffset(part)) / 4);
        int kernel = product.kernels() - 1;
        while (kernel > 0 && product.firstOutput(product.parts().get(part), kernel) > last) {
            kernel--;
        }
        return done.getOrDefault(new Key(place.product(), place.row(), part, kernel), 0L);
    }

    @Override
    public long nextEvent() {
        return memory.nextEvent();
    }

    @Override
    public void advance(long cycle, Completion sink) {
        memory.advance(cycle, (write, ticket, answer) -> (write ? writes : reads).answered(ticket, answer));
        reads.drain(sink);
        writes.drain(sink);
    }

    @Override
    public void reset() {
        memory.reset();
        reads.clear();
        writes.clear();
        done.clear();
        free = 0;
        busy = 0;
        refreshes = 0;
        idleRefreshes = 0;
        columns = 0;
        picojoules = 0;
    }

    @Override
    public MemoryUse use(long cycle) {
        long clocks = Math.max(crossing.toMemory(cycle), free);
        long due = Math.max(0, clocks / interval - refreshes);
        double units = picojoules + engine.idlePicojoules(clocks - busy, idleRefreshes + due);
        OptionalDouble other = memory.use(cycle).picojoules();
        return new MemoryUse(
                other.isPresent() ? OptionalDouble.of(other.getAsDouble() + units) : other,
                (double) columns * step * clockMhz * 1000 / engine.spec().dram().clockKhz());
    }
}
