package dev.hwc.sim.pim.window;

import dev.hwc.sim.memory.MemoryModel;
import dev.hwc.sim.memory.MemoryModel.Completion;
import java.util.ArrayDeque;

/**
 * Answers of one direction that come from two memories and leave in the order of their submission, not
 * faster than the port carries them.
 */
final class AnswerQueue {
    private final boolean write;
    private final ArrayDeque<Entry> waiting = new ArrayDeque<>();
    private long nextInner;
    private long answeredInner;
    private long last = -1;

    AnswerQueue(boolean write) {
        this.write = write;
    }

    private static final class Entry {
        final long ticket;
        final long inner;
        final int beats;
        long answer;

        /** @param inner number among those of the other memory, or −1 */
        Entry(long ticket, long inner, int beats, long answer) {
            this.ticket = ticket;
            this.inner = inner;
            this.beats = beats;
            this.answer = answer;
        }
    }

    void clear() {
        waiting.clear();
        nextInner = 0;
        answeredInner = 0;
        last = -1;
    }

    /** The next number of the memory that does not compute. */
    long innerTicket() {
        return nextInner;
    }

    /** A burst of that memory was submitted; its answer may be {@link MemoryModel#PENDING}. */
    long inner(long ticket, int beats, long answer) {
        long number = nextInner++;
        if (answer != MemoryModel.PENDING) {
            answeredInner = nextInner;
        }
        return add(new Entry(ticket, number, beats, answer));
    }

    /** A burst whose answer is ready at a cycle. */
    long known(long ticket, int beats, long ready) {
        return add(new Entry(ticket, -1, beats, ready));
    }

    private long add(Entry entry) {
        if (waiting.isEmpty() && entry.answer != MemoryModel.PENDING) {
            return leave(entry);
        }
        waiting.add(entry);
        return MemoryModel.PENDING;
    }

    private long leave(Entry entry) {
        last = Math.max(entry.answer, last + entry.beats);
        return last;
    }

    /** The other memory answers its oldest unanswered burst. */
    void answered(long inner, long cycle) {
        if (inner != answeredInner) {
            throw new IllegalStateException("answer " + inner + " comes where " + answeredInner + " is due");
        }
        answeredInner++;
        for (Entry entry : waiting) {
            if (entry.inner == inner) {
                entry.answer = cycle;
                return;
            }
        }
        throw new IllegalStateException("nobody waits for answer " + inner);
    }

    /** Hands on everything that has no unanswered burst before it. */
    void drain(Completion sink) {
        while (!waiting.isEmpty() && waiting.getFirst().answer != MemoryModel.PENDING) {
            Entry entry = waiting.removeFirst();
            sink.answered(write, entry.ticket, leave(entry));
        }
    }
}
