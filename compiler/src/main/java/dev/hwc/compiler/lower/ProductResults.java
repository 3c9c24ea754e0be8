package dev.hwc.compiler.lower;

import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.isa.VectorMemory;
import dev.hwc.ir.tile.Expr;

/**
 * Where the vector queue finds an output group of a product: in the output buffer, behind the array, or
 * in the load buffer, read from memory that computed it.
 *
 * @param from the queue that says a group is complete and takes back its place
 * @param base word of the first row of the first part
 * @param partStride words from part to part
 * @param rowStride words from row to row
 */
record ProductResults(Queue from, Expr base, int partStride, int rowStride) {
    VectorMemory memory() {
        return from == Queue.MATRIX ? VectorMemory.OUTPUT : VectorMemory.LOAD;
    }

    Expr part(int part) {
        return base.plus((long) part * partStride);
    }

    /** Takes a complete group and frees its place. */
    Tokens consume() {
        return new Tokens(from.bit(), from.bit());
    }
}
