package dev.hwc.sim.pim.window;

import dev.hwc.ir.device.PimAttention;
import dev.hwc.ir.device.PimProduct;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.ir.numerics.BlockProduct;
import dev.hwc.sim.memory.MemoryModel;
import dev.hwc.sim.memory.MemoryUse;
import dev.hwc.sim.pim.KernelStream;
import dev.hwc.sim.pim.PimEngine;
import dev.hwc.sim.pim.PimException;
import dev.hwc.sim.pim.PimFormat;
import dev.hwc.sim.pim.PimSpec;
import dev.hwc.sim.pim.energy.ControllerWork;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A memory with channels that compute beside it, behind one port (docs/spec/pim-window.md).
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
    private final KernelClock clock;
    private final LinkTimes link;
    private final int beatBytes;
    private final long base;
    private final Products products;
    private final List<List<Run>> runs = new ArrayList<>();
    private final Attentions attentions;
    private final List<AttentionTimes> times = new ArrayList<>();
    private final AnswerQueue reads = new AnswerQueue(false);
    private final AnswerQueue writes = new AnswerQueue(true);
    private final Map<Key, Long> done = new HashMap<>();

    /** Neighbouring parts of one format, of which each kernel computes an equal share of the rows. */
    private record Run(int firstPart, int parts, List<PimEngine.Cost> kernels) {}

    private record Key(int product, int row, int part, int kernel) {}

    /**
     * A memory with a window.
     *
     * @param memory what is behind the port besides
     * @param base physical address of the window
     * @param attention layers whose attention it can compute
     * @throws PimException if the channels cannot hold the weights, and keys and values
     */
    public PimMemory(
            HardwareSpec spec,
            MemoryModel memory,
            PimEngine engine,
            long base,
            List<PimProduct> products,
            List<PimAttention> attention) {
        this.memory = memory;
        this.engine = engine;
        this.clock = new KernelClock(spec, engine);
        this.link = new LinkTimes(spec.pim() == null ? null : spec.pim().cxl(), spec.clockMhz());
        this.beatBytes = spec.port().beatBytes();
        this.base = base;
        this.products = new Products(products);
        this.attentions = new Attentions(attention);
        for (PimAttention layer : attention) {
            times.add(new AttentionTimes(layer, engine, clock, spec.vectorLanes()));
        }
        for (PimProduct product : products) {
            runs.add(runs(engine, product));
        }
        long rows = rows(runs, times);
        if (rows > engine.availableRows()) {
            int tokens = attention.isEmpty() ? 0 : attention.getFirst().tokens();
            String cache = tokens == 0 ? "" : " and the KV cache of " + tokens + " tokens";
            throw new PimException("the weights" + cache + " need " + rows + " rows of each bank of "
                    + engine.channels() * engine.devices()
                    + " channels of " + engine.spec().name() + "; there are " + engine.availableRows()
                    + "; take more channels, a smaller model" + (tokens == 0 ? "" : " or a shorter context"));
        }
    }

    /** Whether the channels of a description have room for products, and for keys and values of layers. */
    public static boolean holds(HardwareSpec spec, List<PimProduct> products, List<PimAttention> attention) {
        PimEngine engine = engine(spec);
        KernelClock clock = new KernelClock(spec, engine);
        long rows = rows(
                products.stream().map(product -> runs(engine, product)).toList(),
                attention.stream()
                        .map(layer -> new AttentionTimes(layer, engine, clock, spec.vectorLanes()))
                        .toList());
        return rows <= engine.availableRows();
    }

    /** Rows of each bank that all kernels, keys and values take. */
    private static long rows(List<List<Run>> runs, List<AttentionTimes> layers) {
        long kernels = runs.stream()
                .flatMap(List::stream)
                .flatMap(run -> run.kernels().stream())
                .mapToLong(PimEngine.Cost::usedRows)
                .sum();
        return kernels + layers.stream().mapToLong(AttentionTimes::usedRows).sum();
    }

    /** The channels that a description names; what kernels cost on them is worked out once. */
    public static PimEngine engine(HardwareSpec spec) {
        return ENGINES.computeIfAbsent(
                Objects.requireNonNull(spec.pim()),
                pim -> new PimEngine(PimSpec.find(pim.device()), pim.channels(), pim.devices()));
    }

    /** What the kernels of products are, in the order in which a step runs through all of them. */
    public static List<KernelStream.Gemv> kernels(List<PimProduct> products) {
        return products.stream()
                .flatMap(product -> shapes(product).stream())
                .flatMap(shape -> shape.kernels().stream())
                .toList();
    }

    /** Neighbouring parts of one format, and the kernels that compute them. */
    private record Shape(int firstPart, int parts, List<KernelStream.Gemv> kernels) {}

    private static List<Run> runs(PimEngine engine, PimProduct product) {
        return shapes(product).stream()
                .map(shape -> new Run(
                        shape.firstPart(),
                        shape.parts(),
                        shape.kernels().stream()
                                .map(k -> engine.gemv(k.rows(), k.columns(), k.format(), 1))
                                .toList()))
                .toList();
    }

    /** Neighbouring parts of one format are one matrix. */
    private static List<Shape> shapes(PimProduct product) {
        List<Shape> shapes = new ArrayList<>();
        int from = 0;
        int columns = Math.ceilDiv(product.inputs(), BlockProduct.BLOCK) * BlockProduct.BLOCK;
        while (from < product.parts().size()) {
            BlockMatrix.Format format = product.parts().get(from).format();
            int to = from;
            while (to < product.parts().size() && product.parts().get(to).format() == format) {
                to++;
            }
            List<KernelStream.Gemv> kernels = new ArrayList<>();
            for (int kernel = 0; kernel < product.kernels(); kernel++) {
                int share = 0;
                for (PimProduct.Part part : product.parts().subList(from, to)) {
                    share += product.firstOutput(part, kernel + 1) - product.firstOutput(part, kernel);
                }
                kernels.add(new KernelStream.Gemv(share, columns, format(format)));
            }
            shapes.add(new Shape(from, to - from, kernels));
            from = to;
        }
        return shapes;
    }

    private static PimFormat format(BlockMatrix.Format format) {
        return switch (format) {
            case I8, NL4 -> PimFormat.I8; // the values of an nl4 block are int8 codes with the same scale
            case I4 -> PimFormat.I4;
            case I4M -> throw new PimException("the units have no i4m weights; widen them to i8");
            case TERNARY -> throw new PimException("the units have no ternary weights; widen them to i4");
        };
    }

    @Override
    public long submit(long cycle, boolean write, long address, int bytes, long ticket) {
        AnswerQueue queue = write ? writes : reads;
        int beats = write ? 1 : Math.ceilDiv(bytes, beatBytes);
        Optional<Attentions.Place> row = address < base ? Optional.empty() : attentions.at(address - base);
        Optional<Products.Place> product =
                address < base || row.isPresent() ? Optional.empty() : products.at(address - base);
        if (row.isEmpty() && product.isEmpty()) {
            return queue.inner(ticket, beats, memory.submit(cycle, write, address, bytes, queue.innerTicket()));
        }
        long left = link.leaves(cycle, write ? bytes : 0);
        long there = left + link.latency();
        if (write) {
            row.ifPresent(place -> times.get(place.number()).written(there, place.position(), place.offset(), bytes));
            product.filter(place -> !place.result()).ifPresent(place -> written(there, place, bytes));
            clock.link(link.bits(product.isPresent() ? (long) bytes * engine.devices() : bytes));
            return queue.known(ticket, 1, left + ACCESS_CYCLES);
        }
        long finished = row.map(place -> times.get(place.number()).finished(place.position(), place.offset(), bytes))
                .or(() -> product.map(place -> place.result() ? finished(place, bytes) : 0))
                .orElseThrow();
        clock.link(link.bits(bytes));
        return queue.known(ticket, beats, link.comesBack(Math.max(there, finished) + ACCESS_CYCLES, bytes) + beats - 1);
    }

    /** Starts the products of a row with the byte that completes it. */
    private void written(long cycle, Products.Place place, int bytes) {
        PimProduct product = products.get(place.product());
        long end = 4L * product.inputs();
        if (place.offset() < end && place.offset() + bytes >= end) {
            long outputs =
                    product.parts().stream().mapToLong(PimProduct.Part::outputs).sum();
            clock.work(ControllerWork.quantize(product.inputs())
                    .times(engine.devices())
                    .plus(ControllerWork.convert(outputs)));
            for (Run run : runs.get(place.product())) {
                for (int kernel = 0; kernel < run.kernels().size(); kernel++) {
                    long finish =
                            clock.run(cycle + QUANTIZE_CYCLES, run.kernels().get(kernel)) + CONVERT_CYCLES;
                    for (int part = run.firstPart(); part < run.firstPart() + run.parts(); part++) {
                        done.put(new Key(place.product(), place.row(), part, kernel), finish);
                    }
                }
            }
        }
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
        times.forEach(AttentionTimes::reset);
        clock.reset();
        link.reset();
    }

    @Override
    public MemoryUse use(long cycle) {
        double units = clock.picojoules(cycle);
        OptionalDouble other = memory.use(cycle).picojoules();
        return new MemoryUse(
                other.isPresent() ? OptionalDouble.of(other.getAsDouble() + units) : other, clock.unitCycles());
    }
}
