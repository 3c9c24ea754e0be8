package dev.hwc.sim.pim;

import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.ir.numerics.BlockProduct;
import dev.hwc.ir.numerics.NumericCounters;
import dev.hwc.sim.dram.device.Command;
import dev.hwc.sim.dram.device.CommandCounts;
import dev.hwc.sim.dram.device.CommandObserver;
import dev.hwc.sim.dram.energy.EnergyTable;
import dev.hwc.sim.pim.energy.ControllerWork;
import dev.hwc.sim.pim.energy.PimEnergy;
import dev.hwc.sim.pim.kernel.CodeGemv;
import dev.hwc.sim.pim.kernel.CodeTreeGemv;
import dev.hwc.sim.pim.kernel.Kernel;
import dev.hwc.sim.pim.kernel.KvShape;
import dev.hwc.sim.pim.kernel.MatrixCodes;
import dev.hwc.sim.pim.program.Op;
import dev.hwc.sim.pim.program.PimProgram;
import dev.hwc.sim.pim.schedule.LookaheadScheduler;
import dev.hwc.sim.pim.schedule.Schedule;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A device as a decoder sees it: what a product costs, and what it gives. Costs come from the command stream of the best
 * mapping and are kept by shape, so that the hundreds of products of a token are scheduled once each. Safe for several
 * threads.
 */
public final class PimEngine {
    /**
     * What a kernel costs, from the first command to the last data.
     *
     * @param cycles clocks of the memory
     * @param picojoules of all channels
     * @param macColumns columns that units read, per channel
     * @param refreshes of each channel
     * @param usedRows rows of each bank that the weights take
     */
    public record Cost(long cycles, double picojoules, long macColumns, long refreshes, int usedRows, String mapping) {}

    private record Shape(PimFormat format, int rows, int columns, int times) {}

    private final PimSpec spec;
    private final int channels;
    private final int devices;
    private final Mapper mapper;
    private final EnergyTable table = EnergyTable.shipped(EnergyTable.UNITS);
    private final Map<Shape, Cost> costs = new HashMap<>();
    private final Map<KvShape, KvCosts> attention = new HashMap<>();

    /** A device with so many channels. */
    public PimEngine(PimSpec spec, int channels) {
        this(spec, channels, 1);
    }

    /** Several, which share outputs and KV heads equally and do their shares at the same time. */
    public PimEngine(PimSpec spec, int channels, int devices) {
        this.spec = spec;
        this.channels = channels;
        this.devices = devices;
        mapper = new Mapper(spec);
    }

    public PimSpec spec() {
        return spec;
    }

    /** Of each device. */
    public int channels() {
        return channels;
    }

    public int devices() {
        return devices;
    }

    /**
     * A matrix [rows, columns] times some vectors, one after the other: units have no place to keep weights for the next.
     *
     * @param vectors 1 or more
     * @throws PimException if the device has not the format or the capacity
     */
    public Cost gemv(int rows, int columns, PimFormat format, int vectors) {
        int share = Math.ceilDiv(rows, devices);
        return cost(new Shape(format, share, columns, vectors), () -> mapper.best(format, share, columns, channels));
    }

    /** What attention over a layer's keys and values costs. */
    public synchronized KvCosts attention(KvShape shape) {
        return attention.computeIfAbsent(shape, s -> new KvCosts(this, s));
    }

    private synchronized Cost cost(Shape shape, Supplier<Kernel> mapping) {
        Cost known = costs.get(shape);
        if (known == null) {
            Kernel kernel = mapping.get();
            PimProgram program = new PimProgram();
            for (int i = 0; i < shape.times; i++) {
                program.append(kernel.program());
            }
            known = scheduled(program, shape.format, devices * channels, kernel.usedRows(), kernel.mapping());
            costs.put(shape, known);
        }
        return known;
    }

    /**
     * What a program costs that some channels run, of all devices together.
     *
     * @param usedRows and {@code mapping} of its kernel
     */
    Cost scheduled(PimProgram program, PimFormat format, int active, int usedRows, String mapping) {
        Schedule schedule = LookaheadScheduler.run(spec.dram(), program, true, CommandObserver.NONE);
        double channel = PimEnergy.of(spec, format, schedule.counts(), table).picojoules();
        return new Cost(
                schedule.cycles(),
                channel * active,
                program.count(Op.UNIT_READ),
                schedule.counts().of(Command.REFAB),
                usedRows,
                mapping);
    }

    /** Rows of each bank that weights may take. */
    public int availableRows() {
        return mapper.availableRows();
    }

    /** Energy of all channels while no unit works: rows closed, with so many refreshes of each channel. */
    public double idlePicojoules(long clocks, long refreshes) {
        CommandCounts counts = new CommandCounts();
        counts.add(CommandCounts.RankState.PRECHARGED, clocks);
        counts.add(Command.REFAB, refreshes);
        return devices
                * channels
                * PimEnergy.of(spec, PimFormat.I8, counts, table).picojoules();
    }

    /** Energy of bits that cross the link to the devices. */
    public double linkPicojoules(long bits) {
        return PimEnergy.ofLink(spec, bits, table);
    }

    /** Energy of the controller's arithmetic. */
    public double picojoules(ControllerWork work) {
        return PimEnergy.of(spec, work, table);
    }

    /**
     * What the units give for quantized operands: the block products of numerics.md §4, which do not depend on where
     * weights stand. The way through commands and units gives the same bits ({@link #productThroughUnits}).
     *
     * @param activations int8 codes, a whole number of blocks
     * @param scales bfloat16, one per block
     */
    public static float[] product(BlockMatrix matrix, byte[] activations, short[] scales, NumericCounters counters) {
        float[] outputs = new float[matrix.rows()];
        for (int m = 0; m < outputs.length; m++) {
            long sum = 0;
            for (int b = 0; b < matrix.blocks(); b++) {
                int from = b * BlockProduct.BLOCK;
                int s = BlockProduct.dot(activations, from, matrix.codes(m), from);
                sum += BlockProduct.term(s, scales[b], matrix.scales(m)[b], counters);
            }
            outputs[m] = BlockProduct.toFp32(sum);
        }
        return outputs;
    }

    /** The same, with every code placed in its bank and every command executed by every unit. */
    public float[] productThroughUnits(BlockMatrix matrix, byte[] activations, short[] scales) {
        MatrixCodes operands = new MatrixCodes(matrix, activations, scales);
        Kernel kernel = mapper.best(operands.format(), matrix.rows(), matrix.columns(), channels);
        PimProgram program = kernel.program();
        int[] order = LookaheadScheduler.run(spec.dram(), program, true, CommandObserver.NONE)
                .order();
        return switch (kernel) {
            case CodeGemv lanes -> lanes.compute(program, order, operands);
            case CodeTreeGemv tree -> tree.compute(program, order, operands);
            default -> throw new IllegalStateException("no kernel for codes: " + kernel.mapping());
        };
    }
}
