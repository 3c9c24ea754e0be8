package dev.hwc.tests.rtl;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.BufferAddress;
import dev.hwc.ir.isa.Instruction;
import dev.hwc.ir.isa.MemoryAddress;
import dev.hwc.ir.isa.Program;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorMemory;
import dev.hwc.ir.isa.VectorTarget;
import dev.hwc.ir.numerics.BlockMatrix.Format;
import dev.hwc.sim.systolic.testing.ProgramWriter;
import java.util.Random;

/**
 * Two jobs for 4×4 hardware with four lanes: one fills a place in every scratchpad, the other reads
 * each of these words once and writes what follows from them to window 2. One block, four words of a
 * vector row; where all lies is random.
 *
 * @param m rows of the matmul
 * @param n its columns
 * @param weight unit
 * @param activation block
 * @param output first word of m, and m words behind them for the second job
 * @param vector first word of {@link #WORDS}
 * @param load first word of {@link #WORDS}
 * @param store first word of {@link #WORDS} that the first job fills
 */
record EccLayout(int m, int n, int weight, int activation, int output, int vector, int load, int store) {
    /** Elements of a row: one block. */
    static final int ELEMENTS = 32;

    /** Rows of the vector, load and store buffers that are used. */
    static final int ROWS = 4;

    /** Words of them. */
    static final int WORDS = ROWS * ELEMENTS / 4;

    /** Store words of the second job: outputs, vector and load words. */
    private static final int COPIES = 2 * 4 + 2 * WORDS;

    private static final Tokens NONE = Tokens.NONE;
    private static final int ROW_WORDS = 1;
    private static final int LENGTH = 7;
    private static final int ONE = 2;
    private static final int FOUR = 6;

    static EccLayout random(HardwareSpec spec, Random random) {
        int m = random.nextBoolean() ? 4 : 1 + random.nextInt(2);
        int blocks = spec.activationBlocks(m);
        return new EccLayout(
                m,
                1 + random.nextInt(4),
                random.nextInt(spec.weightUnits() - 1),
                random.nextInt(blocks),
                random.nextInt(spec.outputWords() - 8),
                random.nextInt(spec.vectorWords() - WORDS),
                random.nextInt(spec.loadWords() - WORDS),
                COPIES + random.nextInt(spec.storeWords() - COPIES - WORDS));
    }

    /** Writes every word that {@link #use} reads. */
    Program fill() {
        return new ProgramWriter()
                .add(
                        new Instruction.LoadWeights(
                                NONE.signalling(Queue.MATRIX),
                                new MemoryAddress(1, 0, 4096),
                                BufferAddress.at(weight),
                                1,
                                Format.I8),
                        new Instruction.LoadLinear(
                                NONE.signalling(Queue.VECTOR),
                                new MemoryAddress(1, 0, 8192),
                                BufferAddress.at(load),
                                1,
                                16 * WORDS,
                                0),
                        emit(NONE, output), // what an aborted job left
                        matmul(NONE.awaiting(Queue.LOAD).awaiting(Queue.VECTOR)),
                        emit(NONE, output))
                .add(lengths())
                .add(
                        copy(
                                NONE.awaiting(Queue.LOAD).signalling(Queue.MATRIX),
                                VectorMemory.LOAD,
                                load,
                                VectorTarget.ACTIVATION_A8,
                                activation,
                                m,
                                LENGTH,
                                ROW_WORDS),
                        rows(NONE, VectorMemory.LOAD, load, VectorTarget.VECTOR_FP32, vector),
                        rows(NONE, VectorMemory.LOAD, load, VectorTarget.STORE_FP32, store))
                .program();
    }

    /** Reads every word that {@link #fill} wrote. */
    Program use() {
        int outputs = 16 * m;
        return new ProgramWriter()
                .add(
                        emit(NONE, output + m), // what an aborted job left
                        matmul(NONE),
                        emit(NONE.signalling(Queue.VECTOR), output + m))
                .add(lengths())
                .add(
                        copy(NONE, VectorMemory.OUTPUT, output, VectorTarget.STORE_FP32, 0, m, FOUR, ONE),
                        rows(NONE, VectorMemory.VECTOR, vector, VectorTarget.STORE_FP32, 8),
                        rows(NONE, VectorMemory.LOAD, load, VectorTarget.STORE_FP32, 8 + WORDS),
                        copy(
                                NONE.awaiting(Queue.MATRIX).signalling(Queue.STORE),
                                VectorMemory.OUTPUT,
                                output + m,
                                VectorTarget.STORE_FP32,
                                4,
                                m,
                                FOUR,
                                ONE))
                .add(
                        toMemory(NONE, store, 16 * WORDS, 0),
                        toMemory(NONE.awaiting(Queue.VECTOR), 0, outputs, 2048),
                        toMemory(NONE, 4, outputs, 2560),
                        toMemory(NONE, 8, 2 * 16 * WORDS, 4096))
                .program();
    }

    /** A matmul whose sums stay in the accumulators of another slot: the job ends as soon as they are made. */
    Program unemitted() {
        return new ProgramWriter()
                .add(new Instruction.MatMul(
                        NONE, BufferAddress.at(activation), BufferAddress.at(weight), 1, 0, m, n, 1, Format.I8, false))
                .program();
    }

    /** Place of the matmul in the matrix queue of {@link #use}. */
    static final int MATMUL = 1;

    /** Places of the copies in the vector queue of {@link #use}, behind {@link #lengths}. */
    static final int COPY_OUTPUT = 4;

    static final int COPY_VECTOR = 5;
    static final int COPY_LOAD = 6;

    /** Place of the store of what {@link #fill} left in the store buffer. */
    static final int STORE = 0;

    private Instruction emit(Tokens tokens, int word) {
        return new Instruction.Emit(tokens, BufferAddress.at(word), 1, m, n, 0);
    }

    private Instruction matmul(Tokens tokens) {
        return new Instruction.MatMul(
                tokens, BufferAddress.at(activation), BufferAddress.at(weight), 1, 0, m, n, 0, Format.I8, false);
    }

    private static Instruction[] lengths() {
        return new Instruction[] {
            new Instruction.Set(Queue.VECTOR, LENGTH, ELEMENTS),
            new Instruction.Set(Queue.VECTOR, ROW_WORDS, ELEMENTS / 4),
            new Instruction.Set(Queue.VECTOR, FOUR, 4),
            new Instruction.Set(Queue.VECTOR, ONE, 1)
        };
    }

    private static Instruction rows(Tokens tokens, VectorMemory from, int a, VectorTarget target, int d) {
        return copy(tokens, from, a, target, d, ROWS, LENGTH, ROW_WORDS);
    }

    private static Instruction copy(
            Tokens tokens, VectorMemory from, int a, VectorTarget target, int d, int rows, int length, int stride) {
        return new Instruction.Vector(
                tokens,
                VectorFunction.COPY,
                from,
                BufferAddress.at(a),
                VectorMemory.LOAD,
                BufferAddress.at(0),
                target,
                BufferAddress.at(d),
                rows,
                length,
                stride,
                0,
                stride,
                8,
                Format.I8,
                false,
                false);
    }

    private static Instruction toMemory(Tokens tokens, int word, int bytes, int address) {
        return new Instruction.Store(
                tokens, new MemoryAddress(2, 0, address), BufferAddress.at(8 * word), 1, bytes, 0, 0);
    }
}
