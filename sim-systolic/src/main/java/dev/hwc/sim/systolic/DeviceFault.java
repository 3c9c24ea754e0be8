package dev.hwc.sim.systolic;

import dev.hwc.ir.isa.FaultCode;
import dev.hwc.ir.isa.Queue;
import dev.hwc.sim.SimException;

/** A fault of the simulated device: code, queue, program counter and address (isa.md §7). */
public final class DeviceFault extends SimException {
    private static final long serialVersionUID = 1L;

    private final FaultCode code;
    private final Queue queue;
    private final int pc;
    private final long address;

    /**
     * A fault.
     *
     * @param address what the code is about: window or scratchpad address, or 0
     * @param detail what was found and what is allowed
     */
    public DeviceFault(FaultCode code, Queue queue, int pc, long address, String detail) {
        super("device fault " + code + " in queue " + queue.text() + " at instruction " + pc + ": " + detail);
        this.code = code;
        this.queue = queue;
        this.pc = pc;
        this.address = address;
    }

    public FaultCode code() {
        return code;
    }

    public Queue queue() {
        return queue;
    }

    /** Index of the instruction in its queue's program. */
    public int pc() {
        return pc;
    }

    public long address() {
        return address;
    }
}
