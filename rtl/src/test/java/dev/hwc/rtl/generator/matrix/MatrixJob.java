package dev.hwc.rtl.generator.matrix;

import dev.hwc.ir.hw.HardwareSpec;
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
            boolean i4,
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
    }

    /** Activation blocks that jobs use. */
    static final int BLOCKS = 6;

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
        int blocks = random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(random.nextInt(4) == 0 ? BLOCKS : 2);
        boolean i4 = random.nextBoolean();
        int activation = random.nextInt(BLOCKS - blocks + 1);
        int weight = random.nextInt(spec.weightUnits() - blocks * (i4 ? 1 : 2) + 1);
        return new Command(false, activation, weight, blocks, i4, random.nextInt(4) == 0, 0, 0, m, n, slot, delay);
    }

    private static Command emit(HardwareSpec spec, int m, int n, int slot, int delay, Random random) {
        int words = (n + spec.vectorLanes() - 1) / spec.vectorLanes();
        int room = (spec.outputWords() - words) / Math.max(1, m - 1);
        int stride = random.nextInt(3) == 0 ? random.nextInt(room + 1) : Math.min(words + random.nextInt(3), room);
        int destination = random.nextInt(spec.outputWords() - words - (m - 1) * stride + 1);
        return new Command(true, 0, 0, 0, false, false, destination, stride, m, n, slot, delay);
    }

    private static int size(int most, Random random) {
        return random.nextInt(3) == 0 ? most : 1 + random.nextInt(most);
    }
}
