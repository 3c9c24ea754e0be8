package dev.hwc.rtl.generator.vector;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorMemory;
import dev.hwc.ir.isa.VectorTarget;
import dev.hwc.ir.numerics.BlockMatrix.Format;
import dev.hwc.sim.systolic.queues.Command;
import dev.hwc.sim.systolic.queues.Sequencer;
import dev.hwc.sim.systolic.scratchpad.Scratchpads;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random commands within the buffers, and contents for them. In every buffer A lies in the first
 * quarter, B in the second, a destination in the upper half; or the rows are computed in place.
 */
final class VectorCommands {
    private static final int[] EDGES = {
        0,
        1,
        0x007FFFFF,
        0x00800000,
        0x3F800000,
        0x3F000000,
        0x3FC00000,
        0x40200000,
        0x42FE0000,
        0x42FF0000,
        0x4B000001,
        0x7E800000,
        0x7F7FFFFF,
        0x7F800000,
        0x7FC00000,
        0x7F800001
    };

    private final HardwareSpec spec;
    private final Random random;
    private final int lanes;
    private int pc;

    VectorCommands(HardwareSpec spec, Random random) {
        this.spec = spec;
        this.random = random;
        lanes = spec.vectorLanes();
    }

    /** Every function with every destination it goes to. */
    static List<Command> forms() {
        List<Command> forms = new ArrayList<>();
        for (VectorFunction function : VectorFunction.values()) {
            for (VectorTarget target : VectorTarget.values()) {
                boolean goes = switch (function) {
                    case SOFTMAX -> target == VectorTarget.ACTIVATION_A8;
                    case DEQUANT -> target == VectorTarget.VECTOR_FP32;
                    case NORM, SILUMUL -> target != VectorTarget.STORE_INT8;
                    case COPY, ADD, MUL, ROPE -> true;
                };
                if (goes) {
                    Command form = new Command();
                    form.opcode = Opcode.VECTOR;
                    form.queue = 2;
                    form.function = function;
                    form.target = target;
                    forms.add(form);
                }
            }
        }
        return forms;
    }

    /** Fills the buffers that are read: mostly values around 1, some edges, or any bits. */
    void fill(Scratchpads pads, int edgePercent) {
        fill(pads.output, edgePercent);
        fill(pads.vector, edgePercent);
        float[] load = new float[pads.load.length / 4];
        fill(load, edgePercent);
        for (int i = 0; i < load.length; i++) {
            Scratchpads.putFloat(pads.load, 4 * i, load[i]);
        }
        random.nextBytes(pads.store);
        random.nextBytes(pads.activationCodes);
        for (int i = 0; i < pads.activationScales.length; i++) {
            pads.activationScales[i] = (short) random.nextInt();
        }
    }

    private void fill(float[] values, int edgePercent) {
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(100) < edgePercent
                    ? Float.intBitsToFloat(EDGES[random.nextInt(EDGES.length)] | random.nextInt(2) << 31)
                    : (float) random.nextGaussian();
        }
    }

    /** binary16 scales near 2^-6 of both signs in the upper half of the load buffer. */
    void fillScales(Scratchpads pads) {
        for (int at = pads.load.length / 2; at < pads.load.length; at += 2) {
            Scratchpads.putShort(pads.load, at, (short) (random.nextInt(0x400) + 0x2400 + (random.nextInt(2) << 15)));
        }
    }

    /** A command of a form with rows of at most this many elements. */
    Command command(Command form, int maxElements) {
        Command c = form.copy();
        c.pc = pc++ & 0xFFFF;
        c.length = 1L + random.nextInt(maxElements);
        c.format = random.nextBoolean() ? Format.I8 : Format.I4;
        c.flag1 = c.function == VectorFunction.SOFTMAX && random.nextBoolean();
        c.flag0 = c.target == VectorTarget.STORE_INT8 && random.nextBoolean();
        if (c.function == VectorFunction.ROPE) {
            c.length = (c.length + 1) / 2 * 2;
        }
        constants(c);
        memories(c);
        c.rows = 1 + random.nextInt(6);
        operand(c);
        destination(c);
        if (random.nextInt(4) == 0) {
            inPlace(c);
        }
        return c;
    }

    /** A command of a form with one or two of its numbers at an edge or far out. */
    Command stray(Command form, int maxElements) {
        Command c = command(form, maxElements);
        for (int changes = 1 + random.nextInt(2); changes > 0; changes--) {
            switch (random.nextInt(9)) {
                case 0 -> c.a = edge(words(c.memoryA));
                case 1 -> c.strideA = edge(words(c.memoryA));
                case 2 -> c.b = edge(words(c.memoryB));
                case 3 -> c.strideB = c.function == VectorFunction.SOFTMAX ? 0 : edge(words(c.memoryB));
                case 4 -> c.d = edge(end(c));
                case 5 -> c.strideD = edge(end(c));
                case 6 -> c.length = random.nextBoolean() ? c.length | 1 : edge(65_536);
                case 7 -> c.k0 = c.target == VectorTarget.STORE_INT8 ? edge(2 * lanes * spec.storeWords()) : c.k0;
                default -> c.k1 = c.target == VectorTarget.STORE_INT8 ? edge(2 * lanes * spec.storeWords()) : c.k1;
            }
        }
        return c;
    }

    /** A command of a form with a length that is mostly not allowed: none, too many, odd for pairs, or growing too far. */
    Command strayLength(Command form, int maxElements) {
        Command c = command(form, maxElements);
        c.length = switch (random.nextInt(4)) {
            case 0 -> c.function == VectorFunction.ROPE ? c.length | 1 : 0;
            case 1 -> c.flag1 ? 65_537 - random.nextInt(c.rows + 1) : 65_537;
            case 2 -> 65_537 + random.nextInt(1 << 17);
            default -> random.nextLong() & Sequencer.MASK;
        };
        return c;
    }

    private int end(Command c) {
        return switch (c.target) {
            case VECTOR_FP32 -> spec.vectorWords();
            case STORE_FP32 -> spec.storeWords();
            case ACTIVATION_A8 -> spec.activationBlocks(c.rows);
            case STORE_INT8 -> 4 * spec.storeWords();
        };
    }

    /** Near an end, a part of it, below zero, or any 40 bits. */
    private long edge(int end) {
        return switch (random.nextInt(8)) {
            case 0 -> random.nextLong() & Sequencer.MASK;
            case 1 -> -1 - random.nextInt(3) & Sequencer.MASK;
            case 2 -> end / (2 + random.nextInt(5));
            default -> Math.max(0, end - 30 + random.nextInt(34));
        };
    }

    private void constants(Command c) {
        c.k0 = random.nextLong() & Sequencer.MASK;
        c.k1 = random.nextLong() & Sequencer.MASK;
        if (c.function == VectorFunction.NORM) {
            c.k0 = Float.floatToRawIntBits(1f / c.length);
            c.k1 = Float.floatToRawIntBits(1e-5f);
        } else if (c.function == VectorFunction.SOFTMAX) {
            c.k0 = Float.floatToRawIntBits(0.25f + 8 * random.nextFloat());
            c.k1 = 32L * random.nextInt(12);
        }
    }

    private void memories(Command c) {
        VectorMemory[] all = VectorMemory.values();
        c.memoryA = all[random.nextInt(all.length)];
        c.memoryB = all[random.nextInt(all.length)];
        if (c.function == VectorFunction.DEQUANT) {
            c.memoryA = VectorMemory.LOAD;
        }
        if (c.function == VectorFunction.DEQUANT || c.function == VectorFunction.SOFTMAX) {
            c.memoryB = VectorMemory.LOAD;
        }
    }

    private int words(VectorMemory memory) {
        return switch (memory) {
            case OUTPUT -> spec.outputWords();
            case VECTOR -> spec.vectorWords();
            case LOAD -> spec.loadWords();
        };
    }

    private void operand(Command c) {
        long longest = (c.longest() + lanes - 1) / lanes;
        c.rows = (int) Math.min(c.rows, Math.max(1, words(c.memoryA) / 4 / longest - 1));
        c.rows = (int) Math.min(c.rows, Math.max(1, words(c.memoryB) / 4 / longest - 1));
        long[] a = rows(0, words(c.memoryA) / 4, longest, c.rows);
        c.a = a[0];
        c.strideA = a[1];
        long half = words(c.memoryB) / 2;
        boolean scales = c.function == VectorFunction.DEQUANT || c.function == VectorFunction.SOFTMAX;
        long[] b = scales ? rows(half, half / 2, longest, c.rows) : rows(half / 2, half / 2, longest, c.rows);
        c.b = b[0];
        c.strideB = c.function == VectorFunction.SOFTMAX ? 0 : b[1];
    }

    /** First word and stride of rows somewhere in a region, upwards or downwards. */
    private long[] rows(long from, long size, long length, int rows) {
        long stride = length + (size / rows > length ? random.nextInt((int) (size / rows - length + 1)) : 0);
        long first = from + random.nextInt((int) Math.max(1, size - (rows - 1) * stride - length + 1));
        return random.nextBoolean()
                ? new long[] {first, stride}
                : new long[] {first + (rows - 1) * stride, -stride & Sequencer.MASK};
    }

    private void destination(Command c) {
        long longest = (c.longest() + lanes - 1) / lanes;
        long[] d = switch (c.target) {
            case VECTOR_FP32 -> rows(spec.vectorWords() / 2, spec.vectorWords() / 2, longest, c.rows);
            case STORE_FP32 -> {
                c.rows = (int) Math.min(c.rows, Math.max(1, spec.storeWords() / longest));
                yield rows(0, spec.storeWords(), longest, c.rows);
            }
            case ACTIVATION_A8 -> {
                int fill = spec.activationFill();
                long blocks = (c.filled(c.rows - 1) + fill - 1) / fill * (fill / 32);
                int groups = (c.rows - 1) / spec.array().rows() + 1;
                yield rows(0, spec.activationBlocks(c.rows), blocks, groups);
            }
            case STORE_INT8 -> int8(c);
        };
        c.d = d[0];
        c.strideD = d[1];
    }

    /** Codes in the lower half of the store buffer, scales in the upper one. */
    private long[] int8(Command c) {
        long blocks = (c.longest() + 31) / 32;
        long groups = blocks * 32 / lanes;
        long size = 2L * spec.storeWords();
        c.rows = (int) Math.min(c.rows, Math.max(1, size / groups));
        c.k1 = (long) c.rows + random.nextInt(3);
        c.k0 = (long) lanes * spec.storeWords() + random.nextInt(20);
        if (random.nextBoolean()) { // backwards
            c.k0 += (blocks - 1) * c.k1;
            c.k1 = -c.k1 & Sequencer.MASK;
        }
        return rows(0, size, groups, c.rows);
    }

    private static void inPlace(Command c) {
        if (c.target == VectorTarget.VECTOR_FP32 && c.memoryA == VectorMemory.VECTOR) {
            c.d = c.a;
            c.strideD = c.strideA;
        }
    }
}
