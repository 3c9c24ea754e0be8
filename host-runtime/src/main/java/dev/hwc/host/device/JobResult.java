package dev.hwc.host.device;

import dev.hwc.sim.activity.Activity;
import dev.hwc.sim.memory.MemoryUse;

/** How a job ended. */
public sealed interface JobResult {
    /**
     * It ran to its end.
     *
     * @param cycles from the doorbell to the completion record
     * @param counters what the device did in them
     * @param memory what the memory did besides answering
     */
    record Ok(long cycles, Activity counters, MemoryUse memory) implements JobResult {}

    /**
     * The device stopped it.
     *
     * @param code name of the fault, e.g. {@code WINDOW}
     * @param queue whose instruction it was
     * @param pc index of the instruction in its queue's program
     * @param address what the code is about, or 0
     * @param message one line for people
     */
    record Fault(String code, String queue, int pc, long address, String message) implements JobResult {}

    /**
     * The result of a job that must have worked.
     *
     * @throws DeviceException with the fault
     */
    default Ok orThrow() {
        return switch (this) {
            case Ok ok -> ok;
            case Fault fault -> throw new DeviceException(fault.message());
        };
    }
}
