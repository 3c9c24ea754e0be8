package dev.hwc.rtl.generator.control;

import java.util.ArrayDeque;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** When load engine, front end, store engine and port answer: after random times, unless a test sets or holds them. */
final class JobEngines {
    /** A beat of a fetch. */
    record Beat(long[] data, boolean last) {}

    private static final long NEVER = Long.MAX_VALUE;

    private final Random random;
    private final ArrayDeque<Beat> beats = new ArrayDeque<>();
    private long nextBeat;
    private long loadFree;
    private boolean recordTaken;
    private boolean stopped;

    /** Clock in which all queues have halted, in which the record is answered, and in which the port is drained. */
    long haltAt = NEVER;

    long answerAt = NEVER;
    private long drainedAt;

    /** Nothing comes while this is set. */
    boolean held;

    /** What is not answered keeps the store engine until an abort. */
    boolean losesRecords;

    JobEngines(Random random) {
        this.random = random;
    }

    /** Mostly short. */
    private int delay() {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> random.nextInt(3);
            case 2 -> random.nextInt(10);
            default -> random.nextInt(40);
        };
    }

    /** A command of the load engine in this clock; its first beat arrives 2 clocks later at the earliest. */
    void fetch(long now, Iterable<Beat> data) {
        data.forEach(beats::add);
        loadFree = now + 1 + delay();
        nextBeat = Math.max(nextBeat, now + 2 + delay());
    }

    boolean loadFree(long now) {
        return now >= loadFree && !held && !stopped;
    }

    /** The beat of this clock. */
    @Nullable
    Beat beat(long now) {
        if (held || beats.isEmpty() || now < nextBeat) {
            return null;
        }
        nextBeat = now + 1 + (random.nextInt(8) == 0 ? delay() : 0);
        Beat beat = beats.remove();
        if (beats.isEmpty()) {
            loadFree = Math.min(loadFree, now); // all bursts were issued before
        }
        return beat;
    }

    /** The sequencers start in the next clock. */
    void run(long now) {
        haltAt = now + 2 + delay();
    }

    boolean halted(long now) {
        return now >= haltAt && !held;
    }

    void record(long now) {
        recordTaken = true;
        answerAt = losesRecords ? NEVER : now + 2 + delay();
    }

    boolean recordFree() {
        return !recordTaken && !stopped;
    }

    /** Whether the record is answered in this clock. */
    boolean answers(long now) {
        boolean answers = recordTaken && now >= answerAt && !held;
        if (answers) {
            recordTaken = false;
            answerAt = NEVER;
        }
        return answers;
    }

    /** An engine has met a fault: all wait for the abort. */
    void stop() {
        stopped = true;
    }

    /** From the next clock on all engines are free. */
    void abort(long now) {
        beats.clear();
        loadFree = now;
        nextBeat = now;
        haltAt = NEVER;
        answerAt = NEVER;
        recordTaken = false;
        stopped = false;
        held = false;
        drainedAt = now + 1 + delay();
    }

    boolean drained(long now) {
        return now >= drainedAt;
    }

    /** A job begins in this clock. */
    void clear() {
        haltAt = NEVER;
        held = false;
    }
}
