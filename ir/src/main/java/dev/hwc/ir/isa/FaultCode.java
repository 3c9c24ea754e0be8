package dev.hwc.ir.isa;

/** Codes of device faults (isa.md §7). The number is what completion record and registers carry. */
public enum FaultCode {
    /** A word, field or count that the instruction set does not allow. */
    INSTRUCTION(1),
    /** An access outside a memory window or against its permission. */
    WINDOW(2),
    /** An address that is not a multiple of what its instruction needs. */
    ALIGNMENT(3),
    /** An address outside a scratchpad. */
    BUFFER(4),
    /** A token counter above 255. */
    TOKEN_OVERFLOW(5),
    /** No queue can ever proceed. */
    DEADLOCK(6),
    /** A token counter that is not 0 at the end. */
    TOKENS_LEFT(7),
    /** The program is for another hardware configuration. */
    CONFIG_HASH(8),
    /** The job took longer than its limit. */
    WATCHDOG(9),
    /** The job descriptor is not one. */
    DESCRIPTOR(10),
    /** The memory answered a read with an error. */
    READ_ERROR(11),
    /** The memory answered a write with an error. */
    WRITE_ERROR(12),
    /** The memory did not answer in time. */
    BUS_TIMEOUT(13),
    /** The memory answered what was not asked: another transaction, too few or too many beats. */
    BUS_PROTOCOL(14),
    /** A scratchpad word with more wrong bits than its code corrects. */
    ECC(15);

    private final int number;

    FaultCode(int number) {
        this.number = number;
    }

    /** Number in hardware, 1..15; 0 means no fault. */
    public int number() {
        return number;
    }
}
