package dev.hwc.sim.systolic.queues;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.Instruction;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorMemory;
import dev.hwc.ir.isa.VectorTarget;

/** What the decoder of the hardware refuses in one instruction (isa.md §6, I4 to I8 and I10). */
final class InstructionRules {
    private final HardwareSpec spec;
    private final Queue queue;
    private int pc;

    InstructionRules(HardwareSpec spec, Queue queue) {
        this.spec = spec;
        this.queue = queue;
    }

    /** I6, I8: at least the halt, at most the program memory. */
    void checkLength(int instructions) {
        pc = 0;
        require(instructions >= 1, "the program is empty; its last instruction must be halt (I6)");
        require(
                instructions <= spec.buffers().instructions(),
                "the program has " + instructions + " instructions; at most "
                        + spec.buffers().instructions() + " (I8)");
    }

    void check(Instruction instruction, int at, int length) {
        pc = at;
        Opcode opcode = instruction.opcode();
        require(instruction.queue() == queue, opcode.text() + " belongs to another queue (I2)");
        require(
                (opcode == Opcode.HALT) == (at == length - 1),
                "there must be exactly one halt, the last instruction; here is " + opcode.text() + " (I6)");
        long[] operands = instruction.operands();
        for (int i = 0; i < operands.length; i++) {
            Opcode.Field field = opcode.fields().get(i);
            require(
                    operands[i] >= 0 && operands[i] <= field.max(),
                    opcode.text() + " " + field.name() + " is " + operands[i] + ", allowed 0.." + field.max()
                            + " (I4)");
        }
        checkTokens(instruction);
        switch (instruction) {
            case Instruction.LoadWeights i -> {
                require(i.blocks() >= 1, "load.weights of 0 blocks (I4)");
                columns(i.columns());
                int group = spec.weightGroup(i.format());
                require(
                        i.blocks() * 32 % group == 0,
                        "load.weights of " + i.blocks() + " blocks, which is no multiple of the weight group of "
                                + group + " elements (I4)");
            }
            case Instruction.LoadRows i -> {
                require(i.rows() >= 1 && i.rowBytes() >= 1, "load.rows of 0 rows or bytes (I4)");
                int unit = Math.max(32, spec.port().beatBytes());
                require(
                        i.rowBytes() % unit == 0,
                        "load.rows with rows of " + i.rowBytes() + " bytes, no multiple of " + unit + " (I11)");
            }
            case Instruction.LoadTransposed i ->
                rows(i.rows(), i.rowBytes(), spec.port().beatBytes());
            case Instruction.LoadScales i -> {
                require(i.blocks() >= 1, "load.scales of 0 blocks (I4)");
                columns(i.columns());
            }
            case Instruction.LoadLinear i ->
                rows(i.rows(), i.rowBytes(), spec.port().beatBytes());
            case Instruction.LoadHalves i -> require(i.rows() >= 1, "load.halves of 0 rows (I4)");
            case Instruction.Store i -> rows(i.rows(), i.rowBytes(), 2);
            case Instruction.MatMul i -> {
                require(i.blocks() >= 1 || i.blocksRegister() != 0, "matmul of 0 blocks without a register (I4)");
                tile(i.m(), i.n(), i.slot());
            }
            case Instruction.Emit i -> tile(i.m(), i.n(), i.slot());
            case Instruction.Vector i -> checkVector(i);
            case Instruction.Sync _,
                    Instruction.Halt _,
                    Instruction.Set _,
                    Instruction.Arg _,
                    Instruction.Add _,
                    Instruction.Wrap _,
                    Instruction.Loop _,
                    Instruction.Next _,
                    Instruction.LoadRegister _ -> {}
        }
    }

    private void columns(int columns) {
        int unit = spec.port().beatBytes() / 2;
        require(
                columns <= spec.array().columns() && columns % unit == 0,
                "weights of " + columns + " columns; the array has "
                        + spec.array().columns() + ", and their scales must be whole beats: a multiple of " + unit
                        + " (I4, I11)");
    }

    private void rows(int rows, int rowBytes, int unit) {
        require(rows >= 1 && rowBytes >= 1, "0 rows or bytes (I4)");
        require(rowBytes % unit == 0, "rows of " + rowBytes + " bytes, no multiple of " + unit + " (I11)");
    }

    private void tile(int m, int n, int slot) {
        HardwareSpec.Array array = spec.array();
        require(
                m >= 1 && m <= array.rows() && n >= 1 && n <= array.columns() && slot < array.accumulatorSlots(),
                "tile of " + m + " x " + n + " in slot " + slot + "; the array has " + array.rows() + " x "
                        + array.columns() + " and " + array.accumulatorSlots() + " slots (I4)");
    }

    private void checkTokens(Instruction instruction) {
        Tokens tokens = instruction.tokens();
        Opcode opcode = instruction.opcode();
        require(
                ((tokens.waits() | tokens.signals()) & queue.bit()) == 0,
                opcode.text() + " waits for or signals its own queue (I7)");
        int load = Queue.LOAD.bit();
        require(opcode != Opcode.LOAD_REGISTER || tokens.signals() == 0, "load.register gives tokens (I7)");
        require(opcode != Opcode.MATMUL || (tokens.signals() & ~load) == 0, "matmul signals more than load (I7)");
        require(
                opcode != Opcode.EMIT || ((tokens.signals() | tokens.waits()) & load) == 0,
                "emit waits for or signals load (I7)");
    }

    private void checkVector(Instruction.Vector i) {
        require(i.rows() >= 1, "vector of 0 rows (I4)");
        VectorFunction fn = i.function();
        VectorTarget target = i.target();
        boolean kinds = switch (fn) {
            case SOFTMAX -> target == VectorTarget.ACTIVATION_A8 && i.memoryB() == VectorMemory.LOAD;
            case DEQUANT ->
                target == VectorTarget.VECTOR_FP32
                        && i.memoryA() == VectorMemory.LOAD
                        && i.memoryB() == VectorMemory.LOAD;
            case NORM, SILUMUL -> target != VectorTarget.STORE_INT8;
            case COPY, ADD, MUL, ROPE -> true;
        };
        require(kinds, fn.text() + " does not go with its memories or destination (I10)");
        require(!i.growing() || fn == VectorFunction.SOFTMAX, "flag grow without softmax (I10)");
        require(!i.rowScale() || target == VectorTarget.STORE_INT8, "flag row without int8 rows to store (I10)");
    }

    private void require(boolean ok, String problem) {
        if (!ok) {
            throw DecodedProgram.fault(queue, pc, problem);
        }
    }
}
