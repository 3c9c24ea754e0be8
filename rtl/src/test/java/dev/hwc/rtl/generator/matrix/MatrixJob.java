package dev.hwc.rtl.generator.matrix;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.numerics.BlockMatrix.Format;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Commands of one job for the matrix engine, each with the cycles it waits for its tokens. */
record MatrixJob(List<Command> commands) {
    /**
     * A matmul, or an emit, which has no operands.
     *
     * @param delay cycles after the start before it, at least 1, in which it has not all its tokens
     */
    record Command(
            boolean emit,
            int activation,
            int weight,
            int blocks,
            Format format,
            boolean unit,
            int destination,
            int stride,
            int m,
            int n,
            int slot,
            int delay) {
        /** Feed cycles (T12). */
        int feed() {
            return Math.max(1, 32 * blocks);
        }

        /** As the simulator has it. */
        dev.hwc.sim.systolic.queues.Command simulated() {
            var c = new dev.hwc.sim.systolic.queues.Command();
            c.opcode = emit ? Opcode.EMIT : Opcode.MATMUL;
            c.queue = Queue.MATRIX.ordinal();
            c.a = activation;
            c.b = weight;
            c.blocks = blocks;
            c.format = format;
            c.d = destination;
            c.strideD = stride;
            c.m = m;
            c.n = n;
            return c;
        }
    }

    /** Blocks at each end of every activation bank that jobs use. */
    static final int EDGE = 8;

    private static final int COMMANDS = 12;

    /** Random shapes, formats, slots and waits; all addresses are inside their buffers. */
    static MatrixJob random(HardwareSpec spec, Random random) {
        List<Command> commands = new ArrayList<>();
        int slots = 1 + random.nextInt(spec.array().accumulatorSlots());
        int slowness = random.nextInt(3);
        for (int i = 0; i < COMMANDS; i++) {
            int delay = slowness == 0 || random.nextInt(4) > 0 ? 1 : 1 + random.nextInt(60 * slowness);
            int m = size(spec.array().rows(), random);
            int n = size(spec.array().columns(), random);
            int slot = random.nextInt(slots);
            commands.add(
                    random.nextInt(5) < 2
                            ? emit(spec, m, n, slot, delay, random)
                            : matmul(spec, m, n, slot, delay, random));
        }
        return new MatrixJob(commands);
    }

    private static Command matmul(HardwareSpec spec, int m, int n, int slot, int delay, Random random) {
        int wanted = random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(random.nextInt(4) == 0 ? 6 : 2);
        int[] region = region(spec, m, random);
        int blocks = Math.min(wanted, region[1]);
        Format format = format(random);
        int activation = region[0] + random.nextInt(region[1] - blocks + 1);
        int weight = random.nextInt(spec.weightUnits() - format.units(blocks) + 1);
        return new Command(false, activation, weight, blocks, format, random.nextInt(4) == 0, 0, 0, m, n, slot, delay);
    }

    static Format format(Random random) {
        return Format.values()[random.nextInt(Format.values().length)];
    }

    /** First block and length of a region of used blocks; few rows reach on from one bank to another (isa.md §1). */
    private static int[] region(HardwareSpec spec, int m, Random random) {
        int size = spec.activationBlocks();
        int last = spec.activationBlocks(m) / size; // banks in a row
        int at = random.nextInt(last + 1);
        return at == 0
                ? new int[] {0, EDGE}
                : at == last ? new int[] {last * size - EDGE, EDGE} : new int[] {size - EDGE, 2 * EDGE};
    }

    private static Command emit(HardwareSpec spec, int m, int n, int slot, int delay, Random random) {
        int words = (n + spec.vectorLanes() - 1) / spec.vectorLanes();
        int room = (spec.outputWords() - words) / Math.max(1, m - 1);
        int stride = random.nextInt(3) == 0 ? random.nextInt(room + 1) : Math.min(words + random.nextInt(3), room);
        int destination = random.nextInt(spec.outputWords() - words - (m - 1) * stride + 1);
        return new Command(true, 0, 0, 0, Format.I8, false, destination, stride, m, n, slot, delay);
    }

    /** A command whose addresses lie at the ends of their buffers or far out. */
    static Command stray(HardwareSpec spec, Random random) {
        int m = size(spec.array().rows(), random);
        int n = size(spec.array().columns(), random);
        int blocks = random.nextInt(6) == 0 ? random.nextInt(4096) : random.nextInt(5);
        int activation = near(random.nextBoolean() ? spec.activationBlocks() : spec.activationBlocks(m), random);
        int weight = near(spec.weightUnits(), random);
        int destination = near(spec.outputWords(), random);
        int stride = random.nextInt(random.nextBoolean() ? 4 : 1 << 14);
        Format format = format(random);
        return random.nextInt(3) == 0
                ? new Command(true, 0, 0, 0, Format.I8, false, destination, stride, m, n, 0, 1)
                : new Command(false, activation, weight, blocks, format, random.nextBoolean(), 0, 0, m, n, 0, 1);
    }

    private static int near(int size, Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> random.nextInt(Integer.MAX_VALUE);
            case 1, 2, 3 -> random.nextInt(size);
            default -> Math.max(0, size - 8 + random.nextInt(12));
        };
    }

    private static int size(int most, Random random) {
        return random.nextInt(3) == 0 ? most : 1 + random.nextInt(most);
    }
}
