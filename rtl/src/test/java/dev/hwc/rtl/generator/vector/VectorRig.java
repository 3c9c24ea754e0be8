package dev.hwc.rtl.generator.vector;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.rtl.harness.RtlModel;
import dev.hwc.sim.systolic.queues.Command;
import dev.hwc.sim.systolic.scratchpad.Scratchpads;
import java.util.List;

/** The vector unit with its memories in Verilator: fill, run commands, read back. */
final class VectorRig implements AutoCloseable {
    private static final int OUTPUT = 0;
    private static final int VECTOR = 1;
    private static final int LOAD = 2;
    private static final int STORE = 3;
    private static final int ACTIVATION = 4;
    private static final int SCALES = 5;

    final RtlModel model;
    private final HardwareSpec spec;
    private final int longs;

    VectorRig(HardwareSpec spec) {
        this.spec = spec;
        longs = spec.vectorLanes() / 2;
        model = RtlModel.open("VectorBench", spec);
    }

    /** Fills all memories. */
    void write(Scratchpads pads) {
        write(OUTPUT, bytes(pads.output), spec.wordBytes());
        write(VECTOR, bytes(pads.vector), spec.wordBytes());
        write(LOAD, pads.load, spec.wordBytes());
        write(STORE, pads.store, spec.wordBytes());
        write(ACTIVATION, pads.activationCodes, spec.vectorLanes());
        write(SCALES, bytes(pads.activationScales), 2);
    }

    /** Reads the memories that commands write. */
    void read(Scratchpads pads) {
        byte[] vector = read(VECTOR, 4 * pads.vector.length, spec.wordBytes());
        for (int i = 0; i < pads.vector.length; i++) {
            pads.vector[i] = Scratchpads.getFloat(vector, 4 * i);
        }
        System.arraycopy(read(STORE, pads.store.length, spec.wordBytes()), 0, pads.store, 0, pads.store.length);
        byte[] codes = read(ACTIVATION, pads.activationCodes.length, spec.vectorLanes());
        System.arraycopy(codes, 0, pads.activationCodes, 0, codes.length);
        byte[] scales = read(SCALES, 2 * pads.activationScales.length, 2);
        for (int i = 0; i < pads.activationScales.length; i++) {
            pads.activationScales[i] = Scratchpads.getShort(scales, 2 * i);
        }
    }

    /** Presents a command in this cycle. */
    void start(Command c) {
        set("tag_pc", c.pc);
        set("tag_signals", c.signals);
        set("function", c.function.ordinal());
        set("memoryA", c.memoryA.ordinal());
        set("a", c.a);
        set("strideA", c.strideA);
        set("memoryB", c.memoryB.ordinal());
        set("b", c.b);
        set("strideB", c.strideB);
        set("kind", c.target.ordinal());
        set("d", c.d);
        set("strideD", c.strideD);
        set("rows", c.rows);
        set("n", c.length);
        set("k0", c.k0);
        set("k1", c.k1);
        set("format", c.format.ordinal());
        set("rowScale", c.flag0 ? 1 : 0);
        set("grow", c.flag1 ? 1 : 0);
        model.poke("io_start", 1);
        model.step(1);
        model.poke("io_start", 0);
    }

    private void set(String field, long value) {
        model.poke("io_command_" + field, value);
    }

    long peek(String output) {
        model.eval();
        return model.peek("io_" + output);
    }

    private static byte[] bytes(float[] values) {
        byte[] bytes = new byte[4 * values.length];
        for (int i = 0; i < values.length; i++) {
            Scratchpads.putFloat(bytes, 4 * i, values[i]);
        }
        return bytes;
    }

    private static byte[] bytes(short[] values) {
        byte[] bytes = new byte[2 * values.length];
        for (int i = 0; i < values.length; i++) {
            Scratchpads.putShort(bytes, 2 * i, values[i]);
        }
        return bytes;
    }

    private void write(int memory, byte[] content, int unit) {
        int words = content.length / unit;
        int width = 3 + longs;
        long[] table = new long[words * width];
        for (int w = 0; w < words; w++) {
            table[w * width] = memory;
            table[w * width + 1] = w;
            table[w * width + 2] = 1;
            for (int b = 0; b < unit; b++) {
                table[w * width + 3 + b / 8] |= (content[w * unit + b] & 0xFFL) << 8 * (b % 8);
            }
        }
        model.stream(List.of("io_memory", "io_address", "io_write", "io_in"), table, List.of("io_free"));
        model.poke("io_write", 0);
    }

    private byte[] read(int memory, int size, int unit) {
        int words = size / unit;
        long[] table = new long[2 * (words + 1)];
        for (int w = 0; w <= words; w++) {
            table[2 * w] = memory;
            table[2 * w + 1] = Math.min(w, words - 1);
        }
        long[] out = model.stream(List.of("io_memory", "io_address"), table, List.of("io_out"));
        byte[] content = new byte[size];
        for (int w = 0; w < words; w++) {
            for (int b = 0; b < unit; b++) {
                content[w * unit + b] = (byte) (out[(w + 1) * longs + b / 8] >>> 8 * (b % 8));
            }
        }
        model.poke("io_memory", OUTPUT);
        return content;
    }

    @Override
    public void close() {
        model.close();
    }
}
