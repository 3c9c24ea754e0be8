package dev.hwc.sim.systolic.queues;

import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorMemory;
import dev.hwc.ir.isa.VectorTarget;
import dev.hwc.ir.numerics.BlockMatrix;

/**
 * A command with its addresses resolved, as it lies in a FIFO (timing.md T2). Mutable and reused, so
 * that running a program allocates nothing; which fields mean something depends on the opcode.
 */
public final class Command {
    public Opcode opcode = Opcode.SYNC;
    public int queue;
    public int pc;
    public int waits;
    public int signals;
    public boolean flag0;
    public boolean flag1;
    /** Operator number. */
    public int label;

    /** Memory side: window, byte address, bytes between rows (modulo 2^40). */
    public int window;

    public long address;
    public long addressStride;

    /** Rows (blocks of load.weights and load.scales); bytes of each, 0 if the opcode implies them. */
    public int rows;

    public int rowBytes;

    /** Scratchpad addresses in their units, and units between rows. */
    public long a;

    public long strideA;
    public long b;
    public long strideB;
    public long d;
    public long strideD;

    /** matmul and emit. */
    public long blocks;

    public int m;
    public int n;
    public int slot;
    /** Of the weights, and elements of a column that lie together in memory. */
    public BlockMatrix.Format format = BlockMatrix.Format.I8;

    public int group;

    /** Register that load.register writes. */
    public int register;

    /** vector. */
    public VectorFunction function = VectorFunction.COPY;

    public VectorMemory memoryA = VectorMemory.OUTPUT;
    public VectorMemory memoryB = VectorMemory.OUTPUT;
    public VectorTarget target = VectorTarget.VECTOR_FP32;
    /** Elements of row 0. */
    public long length;

    public long k0;
    public long k1;

    /** Whether it drains: halt, and sync with its flag. */
    public boolean drains() {
        return opcode == Opcode.HALT || (opcode == Opcode.SYNC && flag0);
    }

    /** Elements of row i of a vector command. */
    public long length(int row) {
        return flag1 ? length + row : length;
    }

    /** Elements of the longest row of a vector command. */
    public long longest() {
        return length(rows - 1);
    }

    /** Elements that row i of a vector command fills at least: a softmax writes zeros up to K1. */
    public long filled(int row) {
        return function == VectorFunction.SOFTMAX ? Math.max(length(row), k1) : length(row);
    }

    /** Shows what its cycles depend on, or moves it. */
    public void state(Snapshot snapshot) {
        snapshot.exact(pc);
        snapshot.exact(blocks);
        snapshot.exact(length);
        snapshot.exact(k1);
        snapshot.exact(addressStride);
        address = snapshot.address(address) & Sequencer.MASK;
    }

    /** An independent copy. */
    public Command copy() {
        Command c = new Command();
        c.opcode = opcode;
        c.queue = queue;
        c.pc = pc;
        c.waits = waits;
        c.signals = signals;
        c.flag0 = flag0;
        c.flag1 = flag1;
        c.label = label;
        c.window = window;
        c.address = address;
        c.addressStride = addressStride;
        c.rows = rows;
        c.rowBytes = rowBytes;
        c.a = a;
        c.strideA = strideA;
        c.b = b;
        c.strideB = strideB;
        c.d = d;
        c.strideD = strideD;
        c.blocks = blocks;
        c.m = m;
        c.n = n;
        c.slot = slot;
        c.format = format;
        c.group = group;
        c.register = register;
        c.function = function;
        c.memoryA = memoryA;
        c.memoryB = memoryB;
        c.target = target;
        c.length = length;
        c.k0 = k0;
        c.k1 = k1;
        return c;
    }
}
