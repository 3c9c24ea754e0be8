package dev.hwc.compiler.lower;

import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorMemory;
import dev.hwc.ir.isa.VectorTarget;
import dev.hwc.ir.tile.Expr;

/**
 * Functions that the lanes do not have, as commands of two operands on the same rows.
 *
 * @param kernel receives the commands
 * @param rows that a command works on
 * @param elements of each row
 */
record Composition(KernelBuilder kernel, int rows, int elements) {
    /** Where rows of operands stand; {@code stride} is in words, 0 for one row that serves all. */
    record Place(VectorMemory memory, Expr address, int stride) {}

    /** A command that lacks its destination. */
    Ops.VectorBuilder of(VectorFunction function, Place a, Place b) {
        return Ops.vector(function, rows, Expr.of(elements))
                .a(a.memory(), a.address(), a.stride())
                .b(b.memory(), b.address(), b.stride());
    }

    /** Leaves the result of a command in the vector buffer. */
    Place keep(Ops.VectorBuilder command, Place to) {
        kernel.vector(
                command.to(VectorTarget.VECTOR_FP32, to.address(), to.stride()).build(Tokens.NONE));
        return to;
    }

    /** A command whose result stays in the vector buffer. */
    Place step(VectorFunction function, Place a, Place b, Place to) {
        return keep(of(function, a, b), to);
    }
}
