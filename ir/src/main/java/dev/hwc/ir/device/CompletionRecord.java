package dev.hwc.ir.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How a job ended, as the hardware writes it behind the descriptor (isa.md §8).
 *
 * @param code 0, or {@link dev.hwc.ir.isa.FaultCode#number}
 * @param queue of the fault
 * @param pc of the fault
 * @param sequence number of the job
 * @param value the fault's address, or the cycles from the doorbell to this record's first beat
 */
public record CompletionRecord(int code, int queue, int pc, int sequence, long value) {
    /** Bytes of a record. */
    public static final int BYTES = 16;
    /** Where it lies, from the descriptor on. */
    public static final int OFFSET = JobDescriptor.BYTES;

    /** Reads the 16 bytes of a record. */
    public static CompletionRecord of(byte[] bytes) {
        ByteBuffer from = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return new CompletionRecord(
                from.get(0) & 0xFF, from.get(1) & 0xFF, from.getShort(2) & 0xFFFF, from.getInt(4), from.getLong(8));
    }
}
