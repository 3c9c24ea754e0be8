package dev.hwc.rtl.generator.control;

import dev.hwc.ir.device.JobDescriptor;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.ProgramCodec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A job descriptor as 64 words of 64 bits (isa.md §8), of which a test can spoil any. */
final class JobImage {
    static final int HASH = JobDescriptor.HASH / Long.BYTES;
    static final int PROGRAMS = JobDescriptor.PROGRAMS / Long.BYTES;
    static final int WINDOWS = JobDescriptor.WINDOWS / Long.BYTES;
    static final int ARGUMENTS = JobDescriptor.ARGUMENTS / Long.BYTES;
    static final int ADDRESS_BITS = 40;
    static final int READABLE = 62;
    static final int WRITABLE = 63;
    private static final int RESERVED_BEFORE = 3;
    private static final int RESERVED_BEHIND = 12;

    final long[] words = new long[JobDescriptor.BYTES / Long.BYTES];
    private final int beatBytes;

    private JobImage(JobDescriptor job, int beatBytes) {
        this.beatBytes = beatBytes;
        ByteBuffer.wrap(job.bytes())
                .order(ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer()
                .get(words);
    }

    /** A right one; everything that is not read is random. */
    static JobImage random(HardwareSpec spec, Random random, boolean resident) {
        int beat = spec.port().beatBytes();
        int[] counts = new int[4];
        long most = 0;
        for (int q = 0; q < counts.length; q++) {
            counts[q] = 1 + random.nextInt(random.nextInt(10) == 0 ? 40 : 5);
            most = Math.max(most, bytes(counts[q], beat));
        }
        long limit = limit(random, most);
        List<JobDescriptor.Program> programs = new ArrayList<>();
        for (int count : counts) {
            long last = (limit - bytes(count, beat)) / beat;
            long at = random.nextInt(4) == 0 ? last : random.nextLong(last + 1);
            programs.add(
                    resident
                            ? new JobDescriptor.Program(random.nextLong(), random.nextInt())
                            : new JobDescriptor.Program(at * beat, count));
        }
        List<JobDescriptor.Window> windows = new ArrayList<>();
        windows.add(new JobDescriptor.Window(base(random), limit, true, random.nextBoolean()));
        while (windows.size() < 8) {
            windows.add(new JobDescriptor.Window(
                    base(random), limit(random, 0), random.nextBoolean(), random.nextBoolean()));
        }
        List<Long> arguments = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            arguments.add(random.nextLong());
        }
        JobImage image = new JobImage(new JobDescriptor(resident, spec.hash(), programs, windows, arguments), beat);
        image.words[RESERVED_BEFORE] = random.nextLong();
        for (int i = RESERVED_BEHIND; i < WINDOWS; i++) {
            image.words[i] = random.nextLong();
        }
        for (int i = ARGUMENTS; i < image.words.length; i++) {
            image.words[i] |= random.nextLong() << ADDRESS_BITS;
        }
        return image;
    }

    private static long base(Random random) {
        return random.nextLong(1L << ADDRESS_BITS - 12) << 12;
    }

    private static long limit(Random random, long least) {
        return switch (random.nextInt(4)) {
            case 0 -> 1L << ADDRESS_BITS;
            case 1 -> least;
            case 2 -> least + random.nextInt(1 << 16);
            default -> random.nextLong(least, (1L << ADDRESS_BITS) + 1);
        };
    }

    /** Instructions are padded to whole beats (T18). */
    private static long bytes(long instructions, int beatBytes) {
        long bytes = instructions * ProgramCodec.INSTRUCTION_BYTES;
        return (bytes + beatBytes - 1) / beatBytes * beatBytes;
    }

    boolean resident() {
        return (words[0] >>> 32 & 1) != 0;
    }

    long offset(int queue) {
        return words[PROGRAMS + 2 * queue];
    }

    long instructions(int queue) {
        return words[PROGRAMS + 2 * queue + 1] & 0xFFFF_FFFFL;
    }

    /** Of a program, as it is read. */
    long bytes(int queue) {
        return bytes(instructions(queue), beatBytes);
    }

    /** Of all programs. */
    int beats() {
        long bytes = 0;
        for (int q = 0; q < 4; q++) {
            bytes += bytes(q);
        }
        return (int) (bytes / beatBytes);
    }

    long limit() {
        return words[WINDOWS + 1] & (1L << ADDRESS_BITS + 1) - 1;
    }

    long argument(int index) {
        return words[ARGUMENTS + index] & (1L << ADDRESS_BITS) - 1;
    }
}
