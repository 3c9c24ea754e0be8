package dev.hwc.ir.isa;

import dev.hwc.ir.IrException;
import dev.hwc.ir.numerics.BlockMatrix;

/** Builds instructions from field values, for the decoder and the text form. */
final class Fields {
    private Fields() {}

    /** @param v values in the order of {@link Opcode#fields()} */
    static Instruction instruction(Opcode opcode, Queue queue, Tokens tokens, int flags, long[] v) {
        int allowed = (1 << opcode.flags().size()) - 1;
        if ((flags & ~allowed) != 0) {
            throw new IrException(opcode.text() + ": flags are " + flags + ", allowed bits " + allowed + " (I3)");
        }
        if (!opcode.command() && !tokens.equals(Tokens.NONE)) {
            throw new IrException(opcode.text() + " is a control instruction and carries no tokens (I7)");
        }
        return switch (opcode) {
            case SYNC -> new Instruction.Sync(queue, tokens, flags == 1);
            case HALT -> new Instruction.Halt(queue, tokens);
            case SET -> new Instruction.Set(queue, i(v[0]), v[1]);
            case ARG -> new Instruction.Arg(queue, i(v[0]), i(v[1]), v[2]);
            case ADD -> new Instruction.Add(queue, i(v[0]), i(v[1]), i(v[2]), v[3]);
            case WRAP -> new Instruction.Wrap(queue, i(v[0]), i(v[1]), i(v[2]), i(v[3]));
            case LOOP -> new Instruction.Loop(queue, i(v[0]), i(v[1]));
            case NEXT -> new Instruction.Next(queue);
            case LOAD_WEIGHTS ->
                new Instruction.LoadWeights(tokens, memory(v), target(v), i(v[5]), format(opcode, v[6]), i(v[7]));
            case LOAD_ROWS -> new Instruction.LoadRows(tokens, memory(v), target(v), i(v[5]), i(v[6]), i(v[7]));
            case LOAD_TRANSPOSED ->
                new Instruction.LoadTransposed(tokens, memory(v), target(v), i(v[5]), i(v[6]), i(v[7]));
            case LOAD_SCALES -> new Instruction.LoadScales(tokens, memory(v), target(v), i(v[5]), i(v[6]), i(v[7]));
            case LOAD_LINEAR -> new Instruction.LoadLinear(tokens, memory(v), target(v), i(v[5]), i(v[6]), i(v[7]));
            case LOAD_HALVES -> new Instruction.LoadHalves(tokens, memory(v), target(v), i(v[5]), i(v[6]));
            case LOAD_REGISTER -> new Instruction.LoadRegister(tokens, memory(v), i(v[3]));
            case MATMUL ->
                new Instruction.MatMul(
                        tokens,
                        new BufferAddress(i(v[1]), i(v[0])),
                        new BufferAddress(i(v[3]), i(v[2])),
                        i(v[4]),
                        i(v[5]),
                        i(v[6]),
                        i(v[7]),
                        i(v[8]),
                        format(opcode, v[9]),
                        flags == 1);
            case EMIT ->
                new Instruction.Emit(tokens, new BufferAddress(i(v[1]), i(v[0])), i(v[2]), i(v[3]), i(v[4]), i(v[5]));
            case VECTOR -> vector(tokens, flags, v);
            case STORE ->
                new Instruction.Store(
                        tokens, memory(v), new BufferAddress(i(v[4]), i(v[3])), i(v[5]), i(v[6]), i(v[7]), i(v[8]));
        };
    }

    private static Instruction vector(Tokens tokens, int flags, long[] v) {
        if (v[0] >= VectorFunction.values().length) {
            throw new IrException(
                    "vector: fn is " + v[0] + ", allowed 0.." + (VectorFunction.values().length - 1) + " (I4)");
        }
        if (v[1] == 3 || v[4] == 3) {
            throw new IrException("vector: amem and bmem are " + v[1] + " and " + v[4] + ", allowed 0..2 (I4)");
        }
        return new Instruction.Vector(
                tokens,
                VectorFunction.of(i(v[0])),
                VectorMemory.of(i(v[1])),
                new BufferAddress(i(v[3]), i(v[2])),
                VectorMemory.of(i(v[4])),
                new BufferAddress(i(v[6]), i(v[5])),
                VectorTarget.of(i(v[7])),
                new BufferAddress(i(v[9]), i(v[8])),
                i(v[10]),
                i(v[11]),
                i(v[12]),
                i(v[13]),
                i(v[14]),
                i(v[15]),
                format(Opcode.VECTOR, v[16]),
                (flags & 1) != 0,
                (flags & 2) != 0);
    }

    private static MemoryAddress memory(long[] v) {
        return new MemoryAddress(i(v[0]), i(v[1]), v[2]);
    }

    private static BufferAddress target(long[] v) {
        return new BufferAddress(i(v[4]), i(v[3]));
    }

    private static BlockMatrix.Format format(Opcode opcode, long value) {
        BlockMatrix.Format[] formats = BlockMatrix.Format.values();
        if (value >= formats.length) {
            throw new IrException(
                    opcode.text() + ": format is " + value + ", allowed 0.." + (formats.length - 1) + " (I4)");
        }
        return formats[(int) value];
    }

    private static int i(long value) {
        return (int) value;
    }
}
