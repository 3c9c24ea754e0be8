package dev.hwc.rtl.generator.frontend;

import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.rtl.generator.LoadKind;
import dev.hwc.sim.systolic.queues.Command;
import java.util.LinkedHashMap;
import java.util.Map;

/** Fields of a command as the engines' ports name them. */
final class Commands {
    private Commands() {}

    /** Every field that means something for this command. */
    static Map<String, Long> fields(Command c) {
        Map<String, Long> f = new LinkedHashMap<>();
        f.put("tag_pc", (long) c.pc);
        f.put("tag_signals", (long) c.signals);
        switch (Queue.of(c.queue)) {
            case LOAD -> load(c, f);
            case MATRIX -> matrix(c, f);
            case VECTOR -> vector(c, f);
            case STORE -> store(c, f);
        }
        return f;
    }

    private static void load(Command c, Map<String, Long> f) {
        f.put("kind", (long) kind(c.opcode));
        f.put("physical", 0L);
        memory(c, f);
        if (c.opcode == Opcode.LOAD_REGISTER) {
            f.put("register", (long) c.register);
        } else {
            f.put("destination", c.d);
        }
        if (c.opcode == Opcode.LOAD_WEIGHTS) {
            f.put("blocks", c.blocks);
            f.put("format", format(c));
        }
    }

    private static int kind(Opcode opcode) {
        return switch (opcode) {
            case LOAD_WEIGHTS -> LoadKind.Weights();
            case LOAD_ROWS -> LoadKind.Rows();
            case LOAD_TRANSPOSED -> LoadKind.Transposed();
            case LOAD_SCALES -> LoadKind.Scales();
            case LOAD_LINEAR -> LoadKind.Linear();
            case LOAD_HALVES -> LoadKind.Halves();
            case LOAD_REGISTER -> LoadKind.Register();
            default -> throw new IllegalArgumentException(opcode.text());
        };
    }

    private static void memory(Command c, Map<String, Long> f) {
        f.put("window", (long) c.window);
        f.put("address", c.address);
        f.put("stride", c.addressStride);
        f.put("rows", (long) c.rows);
        f.put("rowBytes", (long) c.rowBytes);
    }

    private static long format(Command c) {
        return c.format.ordinal();
    }

    private static void matrix(Command c, Map<String, Long> f) {
        boolean emit = c.opcode == Opcode.EMIT;
        f.put("emit", emit ? 1L : 0L);
        f.put("m", (long) c.m);
        f.put("n", (long) c.n);
        f.put("slot", (long) c.slot);
        if (emit) {
            f.put("destination", c.d);
            f.put("stride", c.strideD);
        } else {
            f.put("activation", c.a);
            f.put("weight", c.b);
            f.put("blocks", c.blocks);
            f.put("format", format(c));
            f.put("unitScale", c.flag0 ? 1L : 0L);
        }
    }

    private static void vector(Command c, Map<String, Long> f) {
        f.put("function", (long) c.function.ordinal());
        f.put("memoryA", (long) c.memoryA.ordinal());
        f.put("a", c.a);
        f.put("strideA", c.strideA);
        f.put("memoryB", (long) c.memoryB.ordinal());
        f.put("b", c.b);
        f.put("strideB", c.function == VectorFunction.SOFTMAX ? 0 : c.strideB);
        f.put("kind", (long) c.target.ordinal());
        f.put("d", c.d);
        f.put("strideD", c.strideD);
        f.put("rows", (long) c.rows);
        f.put("n", c.length);
        f.put("k0", c.k0);
        f.put("k1", c.k1);
        f.put("format", format(c));
        f.put("rowScale", c.flag0 ? 1L : 0L);
        f.put("grow", c.flag1 ? 1L : 0L);
    }

    private static void store(Command c, Map<String, Long> f) {
        memory(c, f);
        f.put("source", c.a);
        f.put("sourceStride", c.strideA);
    }
}
