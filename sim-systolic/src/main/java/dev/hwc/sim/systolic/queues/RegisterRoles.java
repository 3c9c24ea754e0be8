package dev.hwc.sim.systolic.queues;

import dev.hwc.ir.isa.Opcode;

/**
 * What the values in a queue's registers still do to time, by program counter: those from which counts,
 * lengths or strides come, and those from which addresses in memory come, which matter modulo a burst.
 * Addresses in scratchpads take no time. A backward data flow over the program; a set is a bit per register.
 */
final class RegisterRoles {
    private static final int REGISTERS = 16;

    private final Opcode[] opcodes;
    private final long[][] operands;
    private final int[] partner;
    private final int[] exact;
    private final int[] address;

    RegisterRoles(Opcode[] opcodes, long[][] operands, int[] partner) {
        this.opcodes = opcodes;
        this.operands = operands;
        this.partner = partner;
        this.exact = new int[opcodes.length + 1];
        this.address = new int[opcodes.length + 1];
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int pc = opcodes.length - 1; pc >= 0; pc--) {
                changed |= flow(pc);
            }
        }
    }

    /** Whether a register's value before an instruction must be equal for equal cycles. */
    boolean isExact(int pc, int register) {
        return (exact[pc] >> register & 1) != 0;
    }

    /** Whether it must be equal modulo a burst. */
    boolean isAddress(int pc, int register) {
        return (address[pc] >> register & 1) != 0;
    }

    private boolean flow(int pc) {
        Opcode opcode = opcodes[pc];
        int exactAfter = opcode == Opcode.HALT ? 0 : exact[pc + 1];
        int addressAfter = opcode == Opcode.HALT ? 0 : address[pc + 1];
        if (opcode == Opcode.LOOP || opcode == Opcode.NEXT) {
            exactAfter |= exact[partner[pc] + 1];
            addressAfter |= address[partner[pc] + 1];
        }
        int exactBefore = before(pc, exactAfter) | exactUses(pc);
        int addressBefore = before(pc, addressAfter) | addressUses(pc);
        if (opcode == Opcode.WRAP) {
            exactBefore |= addressAfter & bit(operands[pc][0]);
        }
        boolean changed = exactBefore != exact[pc] || addressBefore != address[pc];
        exact[pc] = exactBefore;
        address[pc] = addressBefore;
        return changed;
    }

    /** Registers whose values flow into those of a set behind an instruction. */
    private int before(int pc, int after) {
        long[] v = operands[pc];
        return switch (opcodes[pc]) {
            case SET, ARG -> after & ~bit(v[0]);
            case LOAD_REGISTER -> after & ~bit(v[3]);
            case ADD -> (after & bit(v[0])) == 0 ? after : after & ~bit(v[0]) | bit(v[1]) | bit(v[2]);
            default -> after;
        };
    }

    private int addressUses(int pc) {
        return switch (opcodes[pc]) {
            case LOAD_WEIGHTS,
                    LOAD_ROWS,
                    LOAD_TRANSPOSED,
                    LOAD_LINEAR,
                    LOAD_SCALES,
                    LOAD_HALVES,
                    LOAD_REGISTER,
                    STORE -> bit(operands[pc][1]);
            default -> 0;
        };
    }

    private int exactUses(int pc) {
        long[] v = operands[pc];
        return switch (opcodes[pc]) {
            case LOOP -> bit(v[1]);
            case LOAD_ROWS, LOAD_TRANSPOSED, LOAD_LINEAR -> bit(v[7]);
            case LOAD_SCALES, LOAD_HALVES -> bit(v[6]);
            case STORE -> bit(v[7]) | bit(v[8]);
            case MATMUL -> bit(v[5]);
            case VECTOR -> bit(v[11]) | bit(v[12]) | bit(v[13]) | bit(v[14]) | bit(v[15]) | bit(v[15] + 1);
            default -> 0;
        };
    }

    private static int bit(long register) {
        return 1 << (register & REGISTERS - 1);
    }
}
