package dev.hwc.sim.systolic.queues;

import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorMemory;
import dev.hwc.ir.isa.VectorTarget;
import dev.hwc.ir.numerics.BlockMatrix;

/**
 * The architectural state of one queue: program counter, registers, loop stack. Executes one
 * instruction per call; when that happens in time is the caller's business.
 */
public final class Sequencer {
    /** Registers and addresses have 40 bits. */
    public static final long MASK = (1L << 40) - 1;

    private static final int MAX_COUNT = (1 << 24) - 1;
    private static final BlockMatrix.Format[] FORMATS = BlockMatrix.Format.values();

    private final int queue;
    private final DecodedProgram.Stream stream;
    private final int columns;
    private final int[] groups = new int[FORMATS.length];
    private final long[] arguments;
    private final long[] retired;
    private final int retiredFrom;
    private final long[] r = new long[16];
    private final int[] loopStart = new int[DecodedProgram.LOOP_DEPTH];
    private final long[] loopLeft = new long[DecodedProgram.LOOP_DEPTH];
    private int depth;
    private int pc;
    private long rounds;

    /**
     * At the first instruction, all registers 0.
     *
     * @param arguments the job's
     * @param retired counters of executed instructions, one per opcode from {@code retiredFrom} on
     */
    public Sequencer(DecodedProgram program, int queue, long[] arguments, long[] retired, int retiredFrom) {
        this.queue = queue;
        this.stream = program.stream(queue);
        this.columns = program.spec().array().columns();
        for (BlockMatrix.Format format : BlockMatrix.Format.values()) {
            groups[format.ordinal()] = program.spec().weightGroup(format);
        }
        this.arguments = arguments;
        this.retired = retired;
        this.retiredFrom = retiredFrom;
    }

    /** Index of the next instruction. */
    public int pc() {
        return pc;
    }

    /** Rounds of outermost loops that began with another one before them. */
    public long rounds() {
        return rounds;
    }

    /** Shows the state, or moves it. */
    public void state(Snapshot snapshot) {
        snapshot.exact(pc);
        snapshot.exact(depth);
        if (depth == 0) {
            snapshot.outside();
            return;
        }
        loopLeft[0] = snapshot.rounds(loopLeft[0]);
        for (int i = 0; i < depth; i++) {
            snapshot.exact(loopStart[i]);
            snapshot.exact(i == 0 ? 0 : loopLeft[i]);
        }
        for (int i = 1; i < r.length; i++) {
            if (stream.roles.isExact(pc, i)) {
                snapshot.exact(r[i]);
            } else if (stream.roles.isAddress(pc, i)) {
                r[i] = snapshot.address(r[i]) & MASK;
            }
        }
    }

    /** Opcode of the next instruction. */
    public Opcode opcode() {
        return stream.opcodes[pc];
    }

    /** Writes a register; r0 stays 0. */
    public void write(int register, long value) {
        if (register != 0) {
            r[register] = value & MASK;
        }
    }

    /** Executes the next instruction, a control instruction. */
    public void control() {
        Opcode opcode = stream.opcodes[pc];
        long[] v = stream.operands[pc];
        retired[retiredFrom + opcode.ordinal()]++;
        switch (opcode) {
            case SET -> write((int) v[0], v[1]);
            case ARG -> write((int) v[0], arguments[(int) v[1]] + v[2]);
            case ADD -> write((int) v[0], r[(int) v[1]] + r[(int) v[2]] + v[3]);
            case WRAP -> {
                long sum = (r[(int) v[0]] + v[1]) & MASK;
                write((int) v[0], sum >= v[2] ? v[3] : sum);
            }
            case LOOP -> loop(v[0] + r[(int) v[1]]);
            case NEXT -> {
                if (--loopLeft[depth - 1] > 0) {
                    pc = loopStart[depth - 1];
                    rounds += depth == 1 ? 1 : 0;
                } else {
                    depth--;
                }
            }
            default -> throw new IllegalStateException(opcode.text() + " is a command");
        }
        pc++;
    }

    private void loop(long count) {
        if (count > MAX_COUNT) {
            throw DecodedProgram.fault(
                    Queue.of(queue), pc, "loop count " + count + " is above " + MAX_COUNT + "; check its register");
        }
        if (count == 0) {
            pc = stream.partner[pc];
        } else {
            loopStart[depth] = pc;
            loopLeft[depth] = count;
            depth++;
        }
    }

    /** Executes the next instruction, a command: resolves its addresses into {@code c}. */
    public void command(Command c) {
        Opcode opcode = stream.opcodes[pc];
        retired[retiredFrom + opcode.ordinal()]++;
        c.opcode = opcode;
        c.queue = queue;
        c.pc = pc;
        c.waits = stream.waits[pc];
        c.signals = stream.signals[pc];
        c.flag0 = (stream.flags[pc] & 1) != 0;
        c.flag1 = (stream.flags[pc] & 2) != 0;
        c.label = stream.labels[pc];
        long[] v = stream.operands[pc];
        switch (opcode) {
            case SYNC, HALT -> {}
            case LOAD_WEIGHTS -> loadWeights(c, v);
            case LOAD_ROWS, LOAD_TRANSPOSED, LOAD_LINEAR -> {
                load(c, v, (int) v[6]);
                c.addressStride = r[(int) v[7]];
            }
            case LOAD_SCALES -> {
                load(c, v, 2 * columns(v));
                c.addressStride = r[(int) v[6]];
            }
            case LOAD_HALVES -> {
                load(c, v, 2);
                c.addressStride = r[(int) v[6]];
            }
            case LOAD_REGISTER -> {
                memory(c, v);
                c.rows = 1;
                c.rowBytes = 4;
                c.register = (int) v[3];
            }
            case MATMUL -> matmul(c, v);
            case EMIT -> emit(c, v);
            case VECTOR -> vector(c, v);
            case STORE -> store(c, v);
            default -> throw new IllegalStateException(opcode.text() + " is a control instruction");
        }
        pc++;
    }

    private void memory(Command c, long[] v) {
        c.window = (int) v[0];
        c.address = sum(v[2], v[1]);
    }

    private void load(Command c, long[] v, int rowBytes) {
        memory(c, v);
        c.d = sum(v[3], v[4]);
        c.rows = (int) v[5];
        c.rowBytes = rowBytes;
    }

    private void loadWeights(Command c, long[] v) {
        c.format = FORMATS[(int) v[6]];
        c.group = groups[(int) v[6]];
        c.blocks = v[5];
        load(c, v, (int) v[5] * columns(v) * c.format.blockBytes());
        c.rows = 1;
        c.addressStride = 0;
    }

    /** Columns that a load of weights or scales brings. */
    private int columns(long[] v) {
        return v[7] == 0 ? columns : (int) v[7];
    }

    private void matmul(Command c, long[] v) {
        c.a = sum(v[0], v[1]);
        c.b = sum(v[2], v[3]);
        c.blocks = sum(v[4], v[5]);
        c.m = (int) v[6];
        c.n = (int) v[7];
        c.slot = (int) v[8];
        c.format = FORMATS[(int) v[9]];
    }

    private void emit(Command c, long[] v) {
        c.d = sum(v[0], v[1]);
        c.strideD = v[2];
        c.m = (int) v[3];
        c.n = (int) v[4];
        c.slot = (int) v[5];
    }

    private void vector(Command c, long[] v) {
        c.function = VectorFunction.of((int) v[0]);
        c.memoryA = VectorMemory.of((int) v[1]);
        c.a = sum(v[2], v[3]);
        c.memoryB = VectorMemory.of((int) v[4]);
        c.b = sum(v[5], v[6]);
        c.target = VectorTarget.of((int) v[7]);
        c.d = sum(v[8], v[9]);
        c.rows = (int) v[10];
        c.length = r[(int) v[11]];
        c.strideA = r[(int) v[12]];
        c.strideB = c.function == VectorFunction.SOFTMAX ? 0 : r[(int) v[13]];
        c.strideD = r[(int) v[14]];
        c.k0 = r[(int) v[15]];
        c.k1 = r[((int) v[15] + 1) & 15];
        c.format = FORMATS[(int) v[16]];
    }

    private void store(Command c, long[] v) {
        memory(c, v);
        c.a = sum(v[3], v[4]);
        c.rows = (int) v[5];
        c.rowBytes = (int) v[6];
        c.strideA = r[(int) v[7]];
        c.addressStride = r[(int) v[8]];
    }

    private long sum(long immediate, long register) {
        return (immediate + r[(int) register]) & MASK;
    }
}
