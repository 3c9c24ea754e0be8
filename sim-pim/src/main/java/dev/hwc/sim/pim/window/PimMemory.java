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
        this.beatBytes = spec.port().beatBytes();
        this.base = base;
        this.products = new Products(products);
        this.attentions = new Attentions(attention);
        for (PimAttention layer : attention) {
            times.add(new AttentionTimes(layer, engine, clock, spec.vectorLanes()));
        }
        long rows = 0;
        for (PimProduct product : products) {
            List<Run> kernels = runs(product);
            runs.add(kernels);
            rows += kernels.stream()
                    .flatMap(run -> run.kernels().stream())
                    .mapToLong(PimEngine.Cost::usedRows)
                    .sum();
        }
        int tokens = attention.isEmpty() ? 0 : attention.getFirst().tokens();
        rows += times.stream().mapToLong(AttentionTimes::usedRows).sum();
        if (rows > engine.availableRows()) {
            String cache = tokens == 0 ? "" : " and the KV cache of " + tokens + " tokens";
            throw new PimException(
                    "the weights" + cache + " need " + rows + " rows of each bank of " + engine.channels()
                            + " channels of " + engine.spec().name() + "; there are " + engine.availableRows()
                            + "; take more channels, a smaller model" + (tokens == 0 ? "" : " or a shorter context"));
        }
    }

    /** The channels that a description names; what kernels cost on them is worked out once. */
    public static PimEngine engine(HardwareSpec spec) {
        return ENGINES.computeIfAbsent(
                Objects.requireNonNull(spec.pim()), pim -> new PimEngine(PimSpec.find(pim.device()), pim.channels()));
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

    private List<Run> runs(PimProduct product) {
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
        if (row.isPresent()) {
            return attention(cycle, write, row.get(), bytes, ticket);
        }
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

    private long attention(long cycle, boolean write, Attentions.Place place, int bytes, long ticket) {
        AttentionTimes layer = times.get(place.number());
        if (write) {
            layer.written(cycle, place.position(), place.offset(), bytes);
            return writes.known(ticket, 1, cycle + ACCESS_CYCLES);
        }
        int beats = Math.ceilDiv(bytes, beatBytes);
        long ready = Math.max(cycle, layer.finished(place.position(), place.offset(), bytes));
        return reads.known(ticket, beats, ready + ACCESS_CYCLES + beats - 1);
    }

    /** Starts the products of a row with the byte that completes it. */
    private void written(long cycle, Products.Place place, int bytes) {
        long end = 4L * products.get(place.product()).inputs();
        if (place.offset() < end && place.offset() + bytes >= end) {
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
    }

    @Override
    public MemoryUse use(long cycle) {
        double units = clock.picojoules(cycle);
        OptionalDouble other = memory.use(cycle).picojoules();
        return new MemoryUse(
                other.isPresent() ? OptionalDouble.of(other.getAsDouble() + units) : other, clock.unitCycles());
    }
}
