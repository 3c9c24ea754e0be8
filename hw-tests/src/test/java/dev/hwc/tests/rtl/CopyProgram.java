package dev.hwc.tests.rtl;

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

/** Window 1 to window 2 through load, vector and store: needs nothing that an earlier job left. */
final class CopyProgram {
    /** Where the data begin in window 2. */
    static final int TARGET = 128;

    private static final Tokens NONE = Tokens.NONE;

    private CopyProgram() {}

    /** Copies this many fp32, a multiple of the lanes, from byte 0 to byte {@link #TARGET}. */
    static Program of(int elements) {
        return new ProgramWriter()
                .add(
                        linear(1, 0, BufferAddress.at(0), 4 * elements, NONE.signalling(Queue.VECTOR)),
                        new Instruction.Set(Queue.VECTOR, 7, elements),
                        new Instruction.Vector(
                                NONE.awaiting(Queue.LOAD).signalling(Queue.STORE),
                                VectorFunction.COPY,
                                VectorMemory.LOAD,
                                BufferAddress.at(0),
                                VectorMemory.LOAD,
                                BufferAddress.at(0),
                                VectorTarget.STORE_FP32,
                                BufferAddress.at(0),
                                1,
                                7,
                                0,
                                0,
                                0,
                                8,
                                Format.I8,
                                false,
                                false),
                        new Instruction.Store(
                                NONE.awaiting(Queue.VECTOR),
                                new MemoryAddress(2, 0, TARGET),
                                BufferAddress.at(0),
                                1,
                                4 * elements,
                                0,
                                0))
                .program();
    }

    /** One row of a window to the load buffer. */
    static Instruction linear(int window, long address, BufferAddress target, int rowBytes, Tokens tokens) {
        return new Instruction.LoadLinear(tokens, new MemoryAddress(window, 0, address), target, 1, rowBytes, 0);
    }
}
