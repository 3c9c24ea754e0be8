package dev.hwc.rtl.generator;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.Instruction;
import dev.hwc.ir.isa.Program;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.sim.systolic.DeviceFault;
import dev.hwc.sim.systolic.Job;
import dev.hwc.sim.systolic.Window;
import dev.hwc.sim.systolic.queues.AddressRules;
import dev.hwc.sim.systolic.queues.Command;
import dev.hwc.sim.systolic.queues.DecodedProgram;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The simulator's word on the addresses of a command (isa.md §7). */
public final class ExpectedFault {
    private final AddressRules rules;

    public ExpectedFault(HardwareSpec spec, List<Window> windows) {
        Map<Queue, List<Instruction>> halts = new EnumMap<>(Queue.class);
        for (Queue queue : Queue.values()) {
            halts.put(queue, List.of(new Instruction.Halt(queue, Tokens.NONE)));
        }
        Program nothing = new Program(halts, Map.of(), List.of());
        rules = new AddressRules(spec, Job.of(DecodedProgram.decode(nothing, spec), new long[0], windows, null));
    }

    /** The fault of a command; null if it has none. */
    public @Nullable DeviceFault of(Command command) {
        try {
            rules.check(command);
            return null;
        } catch (DeviceFault fault) {
            return fault;
        }
    }
}
