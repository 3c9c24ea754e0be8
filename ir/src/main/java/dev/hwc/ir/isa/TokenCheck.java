package dev.hwc.ir.isa;

import dev.hwc.ir.IrException;
import java.util.ArrayList;
import java.util.List;

/**
 * Proves for given arguments that the four streams of a program never wait for each other for ever,
 * that every token is used, and that no counter exceeds its range, whatever the timing.
 *
 * <p>Commands of a queue start in order and a started command always completes, so taking and giving
 * tokens in one step loses nothing. Every counter has one giver and one taker, so what can happen
 * does not depend on the order in which queues move: one run decides deadlock and left tokens. The
 * highest count from i to j is reached when j moves only if nothing else can, so one run per queue j
 * decides overflow.
 */
public final class TokenCheck {
    /** Largest value of a counter (isa.md §1). */
    public static final int MAX_TOKENS = 255;
    /** Instructions a check executes at most, if the caller does not say otherwise. */
    public static final long DEFAULT_STEPS = 200_000_000;

    private static final int QUEUES = 4;

    private final List<TokenStream> streams = new ArrayList<>();
    private final int[][] counters = new int[QUEUES][QUEUES];
    private final long limit;
    private long steps;
    private int highest;

    /**
     * What a check found in a correct program.
     *
     * @param instructions executed in all queues, once
     * @param highest largest count any counter can reach
     */
    public record Result(long instructions, int highest) {}

    private TokenCheck(Program program, long[] arguments, long limit) {
        for (Queue queue : Queue.values()) {
            streams.add(new TokenStream(queue, program, arguments));
        }
        this.limit = limit;
    }

    /** Checks with the default limit of instructions. */
    public static Result check(Program program, long... arguments) {
        return check(program, arguments, DEFAULT_STEPS);
    }

    /**
     * Checks a program whose streams satisfy the rules I5 and I6.
     *
     * @param arguments of the job, at most 32; missing ones count as 0
     * @param limit instructions one run may execute
     * @throws IrException if queues deadlock, tokens are left, a counter overflows, a loop count is
     *     out of range or depends on memory, or the limit is reached
     */
    public static Result check(Program program, long[] arguments, long limit) {
        long instructions = 0;
        int highest = 0;
        for (Queue last : Queue.values()) {
            var run = new TokenCheck(program, arguments, limit);
            run.run(last);
            instructions = run.steps;
            highest = Math.max(highest, run.highest);
        }
        return new Result(instructions, highest);
    }

    /** Runs to the end; {@code last} moves one command at a time, and only if no other queue can. */
    private void run(Queue last) {
        do {
            moveAllBut(last);
        } while (move(streams.get(last.ordinal())));
        finish();
    }

    private void moveAllBut(Queue last) {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (TokenStream stream : streams) {
                while (stream.queue() != last && move(stream)) {
                    moved = true;
                }
            }
        }
    }

    private boolean move(TokenStream stream) {
        if (stream.halted()) {
            return false;
        }
        steps += stream.advanceToCommand(limit - steps);
        if (!available(stream)) {
            return false;
        }
        Tokens tokens = stream.tokens();
        for (int other = 0; other < QUEUES; other++) {
            counters[other][stream.queue().ordinal()] -= (tokens.waits() >>> other) & 1;
            give(stream, other, (tokens.signals() >>> other) & 1);
        }
        stream.executeCommand();
        steps++;
        return true;
    }

    private boolean available(TokenStream stream) {
        int waits = stream.tokens().waits();
        for (int other = 0; other < QUEUES; other++) {
            if ((waits >>> other & 1) != 0 && counters[other][stream.queue().ordinal()] == 0) {
                return false;
            }
        }
        return true;
    }

    private void give(TokenStream from, int to, int tokens) {
        int count = counters[from.queue().ordinal()][to] += tokens;
        highest = Math.max(highest, count);
        if (count > MAX_TOKENS) {
            throw new IrException("token overflow: " + from.place() + " can bring the counter to queue "
                    + Queue.of(to).text() + " to " + count + ", allowed 0.." + MAX_TOKENS
                    + "; let it wait for a token from there");
        }
    }

    private void finish() {
        List<String> waiting = new ArrayList<>();
        for (TokenStream stream : streams) {
            if (!stream.halted()) {
                waiting.add(stream.place() + " waits for " + missing(stream));
            }
        }
        if (!waiting.isEmpty()) {
            throw new IrException("token deadlock: " + String.join("; ", waiting));
        }
        List<String> left = new ArrayList<>();
        for (Queue from : Queue.values()) {
            for (Queue to : Queue.values()) {
                int count = counters[from.ordinal()][to.ordinal()];
                if (count != 0) {
                    left.add(count + " from " + from.text() + " to " + to.text());
                }
            }
        }
        if (!left.isEmpty()) {
            throw new IrException("tokens left at the end: " + String.join(", ", left)
                    + "; every signal needs one wait in the other queue");
        }
    }

    private String missing(TokenStream stream) {
        List<String> missing = new ArrayList<>();
        for (Queue other : Queue.values()) {
            if (stream.tokens().waitsFor(other)
                    && counters[other.ordinal()][stream.queue().ordinal()] == 0) {
                missing.add(other.text() + (streams.get(other.ordinal()).halted() ? " (halted)" : ""));
            }
        }
        return String.join(" and ", missing);
    }
}
