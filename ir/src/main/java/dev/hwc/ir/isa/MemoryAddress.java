package dev.hwc.ir.isa;

/**
 * A byte address in a memory window: {@code offset + register}.
 *
 * @param window 0..7
 * @param register 0..15; r0 reads 0
 * @param offset 0..2^40-1
 */
public record MemoryAddress(int window, int register, long offset) {}
