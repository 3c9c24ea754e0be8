package dev.hwc.ir.tile;

import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Tokens;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** A statement of one engine in tile IR. */
public sealed interface TileStatement {
    /** Runs the body {@code count} times with the variable 0, 1, …; count is constant or an argument. */
    record Loop(String variable, Expr count, List<TileStatement> body) implements TileStatement {
        public Loop {
            body = List.copyOf(body);
        }
    }

    /**
     * A command of the engine. Operands are named as the fields of {@link Opcode}, with an expression
     * where the instruction has an immediate and a register or a register alone; constants elsewhere
     * ({@link Operands}). Absent operands are 0.
     *
     * @param operands in the order of the fields; zeros are left out, except {@code k0} and {@code k1}
     */
    record Command(Opcode opcode, Tokens tokens, int flags, Map<String, Expr> operands) implements TileStatement {
        public Command {
            operands = Collections.unmodifiableMap(Operands.canonical(opcode, operands));
        }

        /** An operand, 0 when absent. */
        public Expr operand(String name) {
            return operands.getOrDefault(name, Expr.ZERO);
        }
    }

    /** Moves this engine's pointer of a ring to the next slot. */
    record Advance(String ring) implements TileStatement {}

    /** Sets this engine's pointer of a ring to its first slot. */
    record Reset(String ring) implements TileStatement {}

    /** Reads a 32-bit word of memory into a named value of the load engine. */
    record Fetch(String name, int window, Expr address) implements TileStatement {}
}
