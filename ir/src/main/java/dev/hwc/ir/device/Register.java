package dev.hwc.ir.device;

/**
 * The AXI4-Lite registers: 32 bits each, little endian. No read has a side effect. Reading an offset
 * without a register gives {@link #UNMAPPED_VALUE} and sets the bit in {@link #STATUS}.
 */
public enum Register {
    ID(0x000, Access.READ, "0x31435748, \"HWC1\""),
    VERSION(0x004, Access.READ, "register map: major << 16 | minor; hosts refuse another major"),
    ARRAY(0x008, Access.READ, "rows | columns << 8 | accumulator slots << 16 | vector lanes << 24"),
    PORT(0x00C, Access.READ, "beat bytes | longest burst in bytes << 16"),
    QUEUES(0x010, Access.READ, "instructions per queue | queues << 24"),
    OUTSTANDING(0x014, Access.READ, "read bursts in flight | write bursts in flight << 8 | address bits << 16"),
    CLOCK_MHZ(0x018, Access.READ, "clock the description states, MHz"),
    HASH_0(0x020, Access.READ, "hash of the hardware description, bytes 0..3, byte 0 lowest"),
    HASH_1(0x024, Access.READ, "bytes 4..7"),
    HASH_2(0x028, Access.READ, "bytes 8..11"),
    HASH_3(0x02C, Access.READ, "bytes 12..15"),
    SCRATCH(0x030, Access.READ_WRITE, "any value"),
    NOT_SCRATCH(0x034, Access.READ, "complement of SCRATCH: tells a dead link (all ones) from data"),
    CONTROL(
            0x040,
            Access.READ_WRITE,
            "bit 0 enable; bit 1 ends the running job with WATCHDOG, its cycle as address (reads 0)"),
    STATUS(
            0x044,
            Access.READ,
            "bit 0 idle, 1 running, 2 draining, 3 last job faulted, 4 port was isolated since reset, 5 unmapped access seen"),
    FAULT(0x048, Access.READ, "of the last job: code | queue << 8 | program counter << 16; 0 without a fault"),
    FAULT_ADDRESS_LOW(0x050, Access.READ, "of the last job's fault, bits 0..31"),
    FAULT_ADDRESS_HIGH(0x054, Access.READ, "bits 32..39"),
    RING_LOW(0x060, Access.READ_WRITE, "physical address of the job ring, a multiple of 4096, bits 0..31"),
    RING_HIGH(0x064, Access.READ_WRITE, "bits 32..39"),
    RING_LOG2(0x068, Access.READ_WRITE, "descriptors in the ring, log2, 0..15; one every 4096 bytes"),
    DOORBELL(0x06C, Access.READ_WRITE, "sequence number up to which jobs were submitted; job n stands at n mod 2^log2"),
    COMPLETED(0x070, Access.READ, "sequence number up to which jobs have ended"),
    CYCLES_LOW(0x078, Access.READ, "cycles of the last job, bits 0..31"),
    CYCLES_HIGH(0x07C, Access.READ, "bits 32..47"),
    WATCHDOG(0x100, Access.READ_WRITE, "cycles of a job until fault WATCHDOG, in units of 65536; 0: never"),
    BUS_TIMEOUT(0x104, Access.READ_WRITE, "cycles until an unanswered burst is fault BUS_TIMEOUT; 0: never"),
    HEARTBEAT(0x108, Access.READ, "executed instructions of all queues, modulo 2^32"),
    INTERRUPT_STATUS(0x110, Access.READ, "bit 0 a job ended, bit 1 a job faulted"),
    INTERRUPT_MASK(0x114, Access.READ_WRITE, "bits of INTERRUPT_STATUS that raise the interrupt"),
    INTERRUPT_CLEAR(0x118, Access.WRITE, "bits of INTERRUPT_STATUS to clear"),
    SNAPSHOT(
            0x200,
            Access.WRITE,
            "any write copies the counters to COUNTERS within 65 cycles; bit 0 reads 1 until then"),
    /** First of {@link Counter#SLOTS} pairs of registers. */
    COUNTERS(0x400, Access.READ, "counter i: low word at 0x400 + 8·i, high word behind it; order as in Counter");

    /** Who may do what. */
    public enum Access {
        READ,
        WRITE,
        READ_WRITE
    }

    /** Value of {@link #ID}. */
    public static final int ID_VALUE = 0x31435748;
    /** Value of {@link #VERSION}: 1.1. */
    public static final int VERSION_VALUE = 1 << 16 | 1;
    /** What an offset without a register reads. */
    public static final int UNMAPPED_VALUE = 0xBAD0ADD0;
    /** Bytes of the register space. */
    public static final int SPACE_BYTES = 4096;

    private final int offset;
    private final Access access;
    private final String meaning;

    Register(int offset, Access access, String meaning) {
        this.offset = offset;
        this.access = access;
        this.meaning = meaning;
    }

    /** Byte offset in the register space. */
    public int offset() {
        return offset;
    }

    public Access access() {
        return access;
    }

    /** What it holds, one line. */
    public String meaning() {
        return meaning;
    }
}
