package dev.hwc.compiler.codegen;

import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Tokens;
import java.util.Map;

/** A command as an engine sees it: every operand a number. */
record Resolved(Opcode opcode, Tokens tokens, int flags, Map<String, Long> operands) {
    /** Registers have 40 bits. */
    static final long MASK = (1L << 40) - 1;

    /** What a word of memory holds, for fetches: any function of window and address. */
    static long memory(int window, long address) {
        return (address * 0x9E37_79B9L + window * 77L) >>> 7 & 0xFFF;
    }
}
