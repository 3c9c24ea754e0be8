package dev.hwc.ir.isa;

import dev.hwc.ir.numerics.BlockMatrix;

/**
 * One instruction of the NPU (docs/spec/isa.md). Records hold fields as the word holds them; rules
 * are checked by {@link ProgramValidator}, so that a malformed instruction can be written down.
 */
public sealed interface Instruction {
    Opcode opcode();

    Queue queue();

    default Tokens tokens() {
        return Tokens.NONE;
    }

    /** Flag bits 0 and 1. */
    default int flags() {
        return 0;
    }

    /** Operand values in the order of {@link Opcode#fields()}. */
    long[] operands();

    /** A command without work, to take and give tokens (isa.md §3). */
    record Sync(Queue queue, Tokens tokens, boolean drain) implements Instruction {
        @Override
        public Opcode opcode() {
            return Opcode.SYNC;
        }

        @Override
        public int flags() {
            return drain ? 1 : 0;
        }

        @Override
        public long[] operands() {
            return new long[0];
        }
    }

    /** Drains and stops the queue. */
    record Halt(Queue queue, Tokens tokens) implements Instruction {
        @Override
        public Opcode opcode() {
            return Opcode.HALT;
        }

        @Override
        public long[] operands() {
            return new long[0];
        }
    }

    /** rd = imm (40 bits). */
    record Set(Queue queue, int rd, long imm) implements Instruction {
        @Override
        public Opcode opcode() {
            return Opcode.SET;
        }

        @Override
        public long[] operands() {
            return new long[] {rd, imm};
        }
    }

    /** rd = argument[index] + imm (modulo 2^40). */
    record Arg(Queue queue, int rd, int index, long imm) implements Instruction {
        @Override
        public Opcode opcode() {
            return Opcode.ARG;
        }

        @Override
        public long[] operands() {
            return new long[] {rd, index, imm};
        }
    }

    /** rd = rs + rt + imm (modulo 2^40). */
    record Add(Queue queue, int rd, int rs, int rt, long imm) implements Instruction {
        @Override
        public Opcode opcode() {
            return Opcode.ADD;
        }

        @Override
        public long[] operands() {
            return new long[] {rd, rs, rt, imm};
        }
    }

    /** rd += step; if rd ≥ limit then rd = start. */
    record Wrap(Queue queue, int rd, int step, int limit, int start) implements Instruction {
        @Override
        public Opcode opcode() {
            return Opcode.WRAP;
        }

        @Override
        public long[] operands() {
            return new long[] {rd, step, limit, start};
        }
    }

    /** Runs the body up to the matching {@link Next} count + rs times. */
    record Loop(Queue queue, int count, int rs) implements Instruction {
        @Override
        public Opcode opcode() {
            return Opcode.LOOP;
        }

        @Override
        public long[] operands() {
            return new long[] {count, rs};
        }
    }

    /** End of the innermost loop. */
    record Next(Queue queue) implements Instruction {
        @Override
        public Opcode opcode() {
            return Opcode.NEXT;
        }

        @Override
        public long[] operands() {
            return new long[0];
        }
    }

    /** A weight record: scales and codes of {@code blocks} blocks for the first columns; 0: for all. */
    record LoadWeights(
            Tokens tokens,
            MemoryAddress source,
            BufferAddress target,
            int blocks,
            BlockMatrix.Format format,
            int columns)
            implements Instruction {
        /** For all columns. */
        public LoadWeights(
                Tokens tokens, MemoryAddress source, BufferAddress target, int blocks, BlockMatrix.Format format) {
            this(tokens, source, target, blocks, format, 0);
        }

        @Override
        public Opcode opcode() {
            return Opcode.LOAD_WEIGHTS;
        }

        @Override
        public Queue queue() {
            return Queue.LOAD;
        }

        @Override
        public long[] operands() {
            return new long[] {
                source.window(),
                source.register(),
                source.offset(),
                target.offset(),
                target.register(),
                blocks,
                format.ordinal(),
                columns
            };
        }
    }

    /** Rows of int8 codes, each to the bank of one column. */
    record LoadRows(
            Tokens tokens, MemoryAddress source, BufferAddress target, int rows, int rowBytes, int strideRegister)
            implements Instruction {
        @Override
        public Opcode opcode() {
            return Opcode.LOAD_ROWS;
        }

        @Override
        public Queue queue() {
            return Queue.LOAD;
        }

        @Override
        public long[] operands() {
            return new long[] {
                source.window(),
                source.register(),
                source.offset(),
                target.offset(),
                target.register(),
                rows,
                rowBytes,
                strideRegister
            };
        }
    }

    /** Rows of int8 codes, byte d of each to the bank of column d. */
    record LoadTransposed(
            Tokens tokens, MemoryAddress source, BufferAddress target, int rows, int rowBytes, int strideRegister)
            implements Instruction {
        @Override
        public Opcode opcode() {
            return Opcode.LOAD_TRANSPOSED;
        }

        @Override
        public Queue queue() {
            return Queue.LOAD;
        }

        @Override
        public long[] operands() {
            return new long[] {
                source.window(),
                source.register(),
                source.offset(),
                target.offset(),
                target.register(),
                rows,
                rowBytes,
                strideRegister
            };
        }
    }

    /** Block rows of binary16 scales of the first columns (0: of all), beside the units of the weight buffer. */
    record LoadScales(
            Tokens tokens, MemoryAddress source, BufferAddress target, int blocks, int strideRegister, int columns)
            implements Instruction {
        /** For all columns. */
        public LoadScales(Tokens tokens, MemoryAddress source, BufferAddress target, int blocks, int strideRegister) {
            this(tokens, source, target, blocks, strideRegister, 0);
        }

        @Override
        public Opcode opcode() {
            return Opcode.LOAD_SCALES;
        }

        @Override
        public Queue queue() {
            return Queue.LOAD;
        }

        @Override
        public long[] operands() {
            return new long[] {
                source.window(),
                source.register(),
                source.offset(),
                target.offset(),
                target.register(),
                blocks,
                strideRegister,
                columns
            };
        }
    }

    /** Rows of bytes, concatenated into the load buffer. */
    record LoadLinear(
            Tokens tokens, MemoryAddress source, BufferAddress target, int rows, int rowBytes, int strideRegister)
            implements Instruction {
        @Override
        public Opcode opcode() {
            return Opcode.LOAD_LINEAR;
        }

        @Override
        public Queue queue() {
            return Queue.LOAD;
        }

        @Override
        public long[] operands() {
            return new long[] {
                source.window(),
                source.register(),
                source.offset(),
                target.offset(),
                target.register(),
                rows,
                rowBytes,
                strideRegister
            };
        }
    }

    /** One halfword per row, packed into the load buffer. */
    record LoadHalves(Tokens tokens, MemoryAddress source, BufferAddress target, int rows, int strideRegister)
            implements Instruction {
        @Override
        public Opcode opcode() {
            return Opcode.LOAD_HALVES;
        }

        @Override
        public Queue queue() {
            return Queue.LOAD;
        }

        @Override
        public long[] operands() {
            return new long[] {
                source.window(),
                source.register(),
                source.offset(),
                target.offset(),
                target.register(),
                rows,
                strideRegister
            };
        }
    }

    /** rd = a 32-bit word of memory. */
    record LoadRegister(Tokens tokens, MemoryAddress source, int rd) implements Instruction {
        @Override
        public Opcode opcode() {
            return Opcode.LOAD_REGISTER;
        }

        @Override
        public Queue queue() {
            return Queue.LOAD;
        }

        @Override
        public long[] operands() {
            return new long[] {source.window(), source.register(), source.offset(), rd};
        }
    }

    /**
     * Adds the product of an activation tile and a weight tile into an accumulator slot.
     *
     * @param blocks immediate part of the number of blocks; {@code blocksRegister} is added
     * @param m rows, 1..R
     * @param n columns, 1..C
     * @param unitScale weight scales count as 1
     */
    record MatMul(
            Tokens tokens,
            BufferAddress activation,
            BufferAddress weight,
            int blocks,
            int blocksRegister,
            int m,
            int n,
            int slot,
            BlockMatrix.Format format,
            boolean unitScale)
            implements Instruction {
        @Override
        public Opcode opcode() {
            return Opcode.MATMUL;
        }

        @Override
        public Queue queue() {
            return Queue.MATRIX;
        }

        @Override
        public int flags() {
            return unitScale ? 1 : 0;
        }

        @Override
        public long[] operands() {
            return new long[] {
                activation.offset(),
                activation.register(),
                weight.offset(),
                weight.register(),
                blocks,
                blocksRegister,
                m,
                n,
                slot,
                format.ordinal()
            };
        }
    }

    /** Writes an accumulator slot as fp32 to the output buffer and clears it. */
    record Emit(Tokens tokens, BufferAddress target, int stride, int m, int n, int slot) implements Instruction {
        @Override
        public Opcode opcode() {
            return Opcode.EMIT;
        }

        @Override
        public Queue queue() {
            return Queue.MATRIX;
        }

        @Override
        public long[] operands() {
            return new long[] {target.offset(), target.register(), stride, m, n, slot};
        }
    }

    /**
     * A function over rows of fp32, with a destination that may quantize (isa.md §5).
     *
     * @param lengthRegister elements per row
     * @param constants first of the constant registers K0, K1
     * @param format of dequant codes
     * @param rowScale one scale per row (store int8)
     * @param growing row i of softmax has i more elements
     */
    record Vector(
            Tokens tokens,
            VectorFunction function,
            VectorMemory memoryA,
            BufferAddress a,
            VectorMemory memoryB,
            BufferAddress b,
            VectorTarget target,
            BufferAddress d,
            int rows,
            int lengthRegister,
            int strideA,
            int strideB,
            int strideD,
            int constants,
            BlockMatrix.Format format,
            boolean rowScale,
            boolean growing)
            implements Instruction {
        @Override
        public Opcode opcode() {
            return Opcode.VECTOR;
        }

        @Override
        public Queue queue() {
            return Queue.VECTOR;
        }

        @Override
        public int flags() {
            return (rowScale ? 1 : 0) | (growing ? 2 : 0);
        }

        @Override
        public long[] operands() {
            return new long[] {
                function.ordinal(),
                memoryA.ordinal(),
                a.offset(),
                a.register(),
                memoryB.ordinal(),
                b.offset(),
                b.register(),
                target.ordinal(),
                d.offset(),
                d.register(),
                rows,
                lengthRegister,
                strideA,
                strideB,
                strideD,
                constants,
                format.ordinal()
            };
        }
    }

    /**
     * Rows of bytes from the store buffer to memory.
     *
     * @param source halfword address
     * @param sourceStride register: halfwords between rows
     * @param targetStride register: bytes between rows
     */
    record Store(
            Tokens tokens,
            MemoryAddress target,
            BufferAddress source,
            int rows,
            int rowBytes,
            int sourceStride,
            int targetStride)
            implements Instruction {
        @Override
        public Opcode opcode() {
            return Opcode.STORE;
        }

        @Override
        public Queue queue() {
            return Queue.STORE;
        }

        @Override
        public long[] operands() {
            return new long[] {
                target.window(),
                target.register(),
                target.offset(),
                source.offset(),
                source.register(),
                rows,
                rowBytes,
                sourceStride,
                targetStride
            };
        }
    }
}
