package dev.hwc.rtl.generator.memory;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.sim.systolic.DeviceMemory;
import dev.hwc.sim.systolic.queues.Command;
import dev.hwc.sim.systolic.queues.Sequencer;
import dev.hwc.sim.systolic.scratchpad.Scratchpads;
import dev.hwc.sim.systolic.scratchpad.Stage;
import dev.hwc.sim.systolic.scratchpad.Transfers;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;

/** Random valid load and store commands, the windows they use, and what the simulator makes of them. Loads read the first four windows, stores write the others. */
final class RandomTransfers {
    static final int MEMORY_BYTES = 1 << 20;
    static final int WINDOW_BYTES = 40_000;
    private static final int WINDOW_PITCH = 1 << 16;
    private static final Opcode[] LOADS = {
        Opcode.LOAD_WEIGHTS,
        Opcode.LOAD_ROWS,
        Opcode.LOAD_TRANSPOSED,
        Opcode.LOAD_SCALES,
        Opcode.LOAD_LINEAR,
        Opcode.LOAD_HALVES,
        Opcode.LOAD_REGISTER
    };

    private final HardwareSpec spec;
    private final Random random;
    private int pc;

    RandomTransfers(HardwareSpec spec, Random random) {
        this.spec = spec;
        this.random = random;
    }

    /** Physical bases of the windows. */
    static long[] bases() {
        long[] bases = new long[DeviceMemory.WINDOWS];
        for (int i = 0; i < bases.length; i++) {
            bases[i] = (long) i * WINDOW_PITCH + 4096;
        }
        return bases;
    }

    static void openWindows(MemoryBench bench) {
        for (int i = 0; i < DeviceMemory.WINDOWS; i++) {
            bench.window(i, bases()[i], WINDOW_BYTES, i < 4, i >= 4);
        }
    }

    /** The windows over an image of the physical memory. */
    static DeviceMemory windows(byte[] image) {
        DeviceMemory memory = DeviceMemory.empty();
        for (int i = 0; i < DeviceMemory.WINDOWS; i++) {
            memory = memory.with(i, MemorySegment.ofArray(image).asSlice(bases()[i], WINDOW_BYTES));
        }
        return memory;
    }

    /** What the simulator makes of commands: buffers and memory change. */
    static void simulate(List<Command> commands, Scratchpads pads, byte[] image) {
        Transfers transfers = new Transfers(pads);
        DeviceMemory memory = windows(image);
        Stage stage = new Stage();
        for (Command c : commands) {
            if (c.opcode == Opcode.STORE) {
                transfers.stageStore(c, stage);
                transfers.commitStore(c, memory, stage);
            } else if (c.opcode != Opcode.LOAD_REGISTER) {
                transfers.stageLoad(c, memory, stage);
                transfers.commitLoad(c, stage);
            }
        }
    }

    Command load() {
        return load(LOADS[random.nextInt(LOADS.length)]);
    }

    Command load(Opcode opcode) {
        Command c = new Command();
        c.opcode = opcode;
        c.window = random.nextInt(4);
        c.pc = pc++ & 0xFFFF;
        c.rows = 1;
        int beat = spec.port().beatBytes();
        int columns = spec.array().columns();
        switch (opcode) {
            case LOAD_WEIGHTS -> weights(c, columns);
            case LOAD_ROWS -> {
                int step = Math.max(32, beat);
                c.rowBytes = step * (1 + random.nextInt(6));
                int groups = Math.min(3, spec.weightUnits() * 16 / c.rowBytes);
                c.rows = 1 + random.nextInt(groups * columns);
                place(c, ((c.rows - 1) / columns + 1) * c.rowBytes / 16, spec.weightUnits());
            }
            case LOAD_TRANSPOSED -> {
                c.rows = 1 + random.nextInt(48);
                int each = 2 * ((c.rows + 31) / 32);
                c.rowBytes =
                        beat * (1 + random.nextInt(Math.min(3 * columns, spec.weightUnits() / each * columns) / beat));
                place(c, (c.rowBytes + columns - 1) / columns * each, spec.weightUnits());
            }
            case LOAD_SCALES -> {
                c.rows = 1 + random.nextInt(20);
                c.blocks = c.rows;
                c.rowBytes = 2 * columns;
                place(c, 2 * c.rows - 1, spec.weightUnits());
            }
            case LOAD_LINEAR -> {
                c.rows = 1 + random.nextInt(6);
                c.rowBytes = beat * (1 + random.nextInt(600 / beat));
                place(c, (c.rows * c.rowBytes + spec.wordBytes() - 1) / spec.wordBytes(), spec.loadWords());
            }
            case LOAD_HALVES -> {
                c.rows = 1 + random.nextInt(40);
                c.rowBytes = 2;
                place(c, (c.rows * 2 + spec.wordBytes() - 1) / spec.wordBytes(), spec.loadWords());
            }
            case LOAD_REGISTER -> {
                c.rowBytes = 4;
                c.register = 1 + random.nextInt(15);
            }
            default -> throw new IllegalArgumentException(opcode + " is no load");
        }
        addresses(c, opcode == Opcode.LOAD_HALVES ? 2 : opcode == Opcode.LOAD_REGISTER ? 4 : beat);
        return c;
    }

    private void weights(Command c, int columns) {
        BlockMatrix.Format format = BlockMatrix.Format.values()[random.nextInt(BlockMatrix.Format.values().length)];
        c.format = format;
        c.group = spec.weightGroup(format);
        int groups = 1 + random.nextInt(Math.max(1, Math.min(8, spec.weightUnits() * 128 / format.bits() / c.group)));
        c.blocks = (long) groups * c.group / 32;
        c.rowBytes = (int) c.blocks * columns * format.blockBytes();
        place(c, format.units((int) c.blocks), spec.weightUnits());
    }

    private void place(Command c, int units, int size) {
        c.d = random.nextInt(size - units + 1);
    }

    /** Rows forwards or backwards, near or far, all inside the window. */
    private void addresses(Command c, int unit) {
        int room = WINDOW_BYTES - c.rowBytes;
        int stride = c.rows == 1 ? 0 : random.nextInt(room / (c.rows - 1) / unit + 1) * unit;
        int span = stride * (c.rows - 1);
        long first = (long) random.nextInt((room - span) / unit + 1) * unit;
        boolean back = random.nextInt(3) == 0;
        c.address = back ? first + span : first;
        c.addressStride = back ? -stride & Sequencer.MASK : stride;
    }

    Command store() {
        Command c = new Command();
        c.opcode = Opcode.STORE;
        c.queue = 3;
        c.window = 4 + random.nextInt(4);
        c.pc = pc++ & 0xFFFF;
        c.rows = 1 + random.nextInt(6);
        c.rowBytes = 2 * (1 + random.nextInt(random.nextBoolean() ? 20 : 300));
        addresses(c, 2);
        int halfwords = spec.storeWords() * spec.wordBytes() / 2;
        int room = halfwords - c.rowBytes / 2;
        int stride = c.rows == 1 ? 0 : random.nextInt(room / (c.rows - 1) + 1);
        int span = stride * (c.rows - 1);
        int first = random.nextInt(room - span + 1);
        boolean back = random.nextInt(3) == 0;
        c.a = back ? first + span : first;
        c.strideA = back ? -stride & Sequencer.MASK : stride;
        return c;
    }
}
