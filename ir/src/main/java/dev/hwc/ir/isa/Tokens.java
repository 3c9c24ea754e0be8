package dev.hwc.ir.isa;

/**
 * Tokens an instruction takes before it starts and gives when it completes.
 *
 * @param waits mask over {@link Queue#bit()}
 * @param signals mask over {@link Queue#bit()}
 */
public record Tokens(int waits, int signals) {
    public static final Tokens NONE = new Tokens(0, 0);

    /** These tokens and one more to wait for. */
    public Tokens awaiting(Queue queue) {
        return new Tokens(waits | queue.bit(), signals);
    }

    /** These tokens and one more to give. */
    public Tokens signalling(Queue queue) {
        return new Tokens(waits, signals | queue.bit());
    }

    public boolean waitsFor(Queue queue) {
        return (waits & queue.bit()) != 0;
    }

    public boolean signals(Queue queue) {
        return (signals & queue.bit()) != 0;
    }

    /** A mask over all queues without the bit of {@code own}, as the three bits of the word. */
    static int compress(int mask, Queue own) {
        int low = mask & (own.bit() - 1);
        int high = (mask >>> (own.ordinal() + 1)) << own.ordinal();
        return low | high;
    }

    /** Inverse of {@link #compress}. */
    static int expand(int field, Queue own) {
        int low = field & (own.bit() - 1);
        int high = (field >>> own.ordinal()) << (own.ordinal() + 1);
        return low | high;
    }
}
