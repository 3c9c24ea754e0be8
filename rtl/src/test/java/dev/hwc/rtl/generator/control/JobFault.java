package dev.hwc.rtl.generator.control;

import dev.hwc.ir.device.CompletionRecord;
import dev.hwc.ir.isa.FaultCode;
import java.util.Random;

/**
 * A fault as registers and completion record name it.
 *
 * @param code number, 0 without a fault
 */
record JobFault(int code, int queue, int pc, long address) {
    static final JobFault NONE = new JobFault(0, 0, 0, 0);

    /** One of the controller's own. */
    static JobFault of(FaultCode code, int queue, long address) {
        return new JobFault(code.number(), queue, 0, address & (1L << JobImage.ADDRESS_BITS) - 1);
    }

    /** One of the queues or engines. */
    static JobFault random(Random random) {
        return new JobFault(
                1 + random.nextInt(FaultCode.values().length),
                random.nextInt(4),
                random.nextInt(1 << 16),
                random.nextLong(1L << JobImage.ADDRESS_BITS));
    }

    CompletionRecord record(int sequence) {
        return new CompletionRecord(code, queue, pc, sequence, address);
    }
}
