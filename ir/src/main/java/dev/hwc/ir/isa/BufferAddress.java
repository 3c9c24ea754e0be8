package dev.hwc.ir.isa;

/**
 * An address in a scratchpad, in its unit: {@code offset + register}.
 *
 * @param register 0..15; r0 reads 0
 * @param offset immediate part
 */
public record BufferAddress(int register, int offset) {
    /** A fixed address. */
    public static BufferAddress at(int offset) {
        return new BufferAddress(0, offset);
    }
}
