package dev.hwc.sim.systolic.testing;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.Program;
import dev.hwc.sim.systolic.DeviceMemory;
import dev.hwc.sim.systolic.Job;
import dev.hwc.sim.systolic.Window;
import dev.hwc.sim.systolic.queues.DecodedProgram;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A random program with its arguments and memory. Window 0 holds the programs, window 1 is
 * read-only data, window 2 is read and written.
 *
 * @param dataSeed of the initial contents of windows 1 and 2
 */
public record RandomCase(
        HardwareSpec spec, Program program, long[] arguments, List<Window> windows, boolean resident, long dataSeed) {
    /** Bytes of windows 1 and 2. */
    public static final int WINDOW_BYTES = 1 << 16;
    /** Window 1 begins with a table of 32-bit words 0..3, for load.register. */
    static final int TABLE_BYTES = 1024;

    /** A fresh copy of the initial contents of window 1 or 2: all halfwords and words are finite floats. */
    public byte[] contents(int window) {
        SplittableRandom random = new SplittableRandom(dataSeed + window);
        byte[] bytes = new byte[WINDOW_BYTES];
        for (int chunk = 0; chunk < WINDOW_BYTES; chunk += 256) {
            boolean moderate = random.nextInt(4) != 0;
            for (int i = chunk; i < chunk + 256; i += 2) {
                int half = random.nextInt(1 << 16);
                if (moderate) {
                    half = (half & 0x83FF) | (13 + random.nextInt(5)) << 10;
                } else if ((half & 0x7C00) == 0x7C00) {
                    half ^= 0x4000;
                }
                bytes[i] = (byte) half;
                bytes[i + 1] = (byte) (half >> 8);
            }
        }
        for (int i = 0; window == 1 && i < TABLE_BYTES; i++) {
            bytes[i] = (byte) (i % 4 == 0 ? random.nextInt(4) : 0);
        }
        return bytes;
    }

    /** The job over given contents of windows 1 and 2, or for timing only. */
    public Job job(byte @Nullable [] data, byte @Nullable [] io) {
        DeviceMemory memory = data == null || io == null
                ? null
                : DeviceMemory.empty().with(1, MemorySegment.ofArray(data)).with(2, MemorySegment.ofArray(io));
        Job job = Job.of(DecodedProgram.decode(program, spec), arguments, windows, memory);
        return resident ? job.asResident() : job;
    }
}
