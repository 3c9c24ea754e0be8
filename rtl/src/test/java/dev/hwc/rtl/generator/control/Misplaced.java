package dev.hwc.rtl.generator.control;

import dev.hwc.ir.isa.FaultCode;
import java.util.Random;

/** Where a program must not be (isa.md §8). */
enum Misplaced {
    BETWEEN_BEATS,
    BETWEEN_BEATS_AND_OUTSIDE,
    BEYOND_THE_LIMIT,
    BEYOND_40_BITS,
    IN_A_WINDOW_NOT_READABLE;

    FaultCode code() {
        return this == BETWEEN_BEATS || this == BETWEEN_BEATS_AND_OUTSIDE ? FaultCode.ALIGNMENT : FaultCode.WINDOW;
    }

    /** Spoils the place of one program, or of several; the first queue with such a one. */
    int spoil(JobImage job, Random random, int beatBytes) {
        if (this == IN_A_WINDOW_NOT_READABLE) {
            job.words[JobImage.WINDOWS + 1] &= ~(1L << JobImage.READABLE);
            return 0;
        }
        int queue = random.nextInt(4);
        for (int q = queue; q < 4; q += 1 + random.nextInt(3)) {
            int place = JobImage.PROGRAMS + 2 * q;
            long least = (job.limit() - job.bytes(q)) / beatBytes + 1;
            long outside = (least + random.nextLong(1L << random.nextInt(30))) * beatBytes;
            long between = 1 + random.nextLong(beatBytes - 1);
            long above = random.nextLong(1, 1L << 24) << JobImage.ADDRESS_BITS;
            job.words[place] = switch (this) {
                case BETWEEN_BEATS -> job.words[place] + between;
                case BETWEEN_BEATS_AND_OUTSIDE -> (random.nextBoolean() ? outside : above) + between;
                case BEYOND_THE_LIMIT -> outside;
                default -> job.words[place] | above;
            };
        }
        return queue;
    }
}
