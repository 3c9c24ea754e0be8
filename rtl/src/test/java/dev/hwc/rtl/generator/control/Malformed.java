package dev.hwc.rtl.generator.control;

import dev.hwc.ir.isa.FaultCode;
import java.util.Random;

/** What can be wrong with a descriptor as a whole (isa.md §8). */
enum Malformed {
    MAGIC,
    FLAGS,
    BEHIND_A_LENGTH,
    BASE_BETWEEN_PAGES,
    BASE_BEYOND_40_BITS,
    LIMIT,
    HASH;

    FaultCode code() {
        return this == HASH ? FaultCode.CONFIG_HASH : FaultCode.DESCRIPTOR;
    }

    /** Changes some bits, one at least. */
    void spoil(JobImage job, Random random) {
        int queue = random.nextInt(4);
        int window = random.nextInt(8);
        switch (this) {
            case MAGIC -> change(job, 0, 0, 32, random);
            case FLAGS -> change(job, 0, 33, 64, random);
            case BEHIND_A_LENGTH -> change(job, JobImage.PROGRAMS + 2 * queue + 1, 32, 64, random);
            case BASE_BETWEEN_PAGES -> change(job, JobImage.WINDOWS + 2 * window, 0, 12, random);
            case BASE_BEYOND_40_BITS -> change(job, JobImage.WINDOWS + 2 * window, 40, 64, random);
            case LIMIT -> change(job, JobImage.WINDOWS + 2 * window + 1, 41, 62, random);
            case HASH -> change(job, JobImage.HASH + random.nextInt(2), 0, 64, random);
        }
    }

    private static void change(JobImage job, int word, int from, int to, Random random) {
        int width = to - from;
        long bits = 1L << random.nextInt(width);
        if (random.nextInt(4) == 0) {
            bits |= random.nextLong() >>> 64 - width;
        }
        job.words[word] ^= bits << from;
    }
}
