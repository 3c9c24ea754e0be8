package dev.hwc.sim.systolic;

import dev.hwc.sim.SimException;
import dev.hwc.sim.systolic.queues.DecodedProgram;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One job (isa.md §1, timing.md §7).
 *
 * @param arguments 32 values of 40 bits; fewer are filled with 0
 * @param windows at most 8; missing ones have no byte
 * @param memory the data, or null for timing only: then nothing is computed and {@code
 *     load.register} reads 0
 * @param resident whether the four programs are in the program memories already
 * @param descriptor physical address of the job descriptor, a multiple of 4096; the completion
 *     record follows it at +512
 * @param programOffsets byte offset of each queue's program in window 0, multiples of the beat
 */
public record Job(
        DecodedProgram program,
        long[] arguments,
        List<Window> windows,
        @Nullable DeviceMemory memory,
        boolean resident,
        long descriptor,
        long[] programOffsets) {
    /** Bytes of the job descriptor. */
    public static final int DESCRIPTOR_BYTES = 512;
    /** Bytes of the completion record. */
    public static final int COMPLETION_BYTES = 16;

    private static final int ARGUMENTS = 32;
    private static final long REGISTER_MASK = (1L << 40) - 1;

    public Job {
        if (arguments.length > ARGUMENTS || windows.size() > DeviceMemory.WINDOWS || programOffsets.length != 4) {
            throw new SimException("job has " + arguments.length + " arguments, " + windows.size() + " windows and "
                    + programOffsets.length + " program offsets; allowed are 32, 8 and exactly 4");
        }
        if (descriptor < 0 || descriptor % 4096 != 0) {
            throw new SimException("job descriptor at " + descriptor + "; the address must be a multiple of 4096");
        }
        arguments = Arrays.copyOf(arguments, ARGUMENTS);
        for (int i = 0; i < ARGUMENTS; i++) {
            arguments[i] &= REGISTER_MASK;
        }
        windows = List.copyOf(windows);
        programOffsets = programOffsets.clone();
    }

    /** A job whose programs lie one after the other from offset 0 of window 0 and are not resident. */
    public static Job of(
            DecodedProgram program, long[] arguments, List<Window> windows, @Nullable DeviceMemory memory) {
        return new Job(program, arguments, windows, memory, false, 0, program.contiguousOffsets());
    }

    /** The same job with its programs in the program memories. */
    public Job asResident() {
        return new Job(program, arguments, windows, memory, true, descriptor, programOffsets);
    }

    /** The same job with other arguments. */
    public Job withArguments(long... other) {
        return new Job(program, other, windows, memory, resident, descriptor, programOffsets);
    }

    /** The same job without data. */
    public Job timingOnly() {
        return new Job(program, arguments, windows, null, resident, descriptor, programOffsets);
    }

    /** Window by number. */
    public Window window(int number) {
        return number < windows.size() ? windows.get(number) : Window.NONE;
    }
}
