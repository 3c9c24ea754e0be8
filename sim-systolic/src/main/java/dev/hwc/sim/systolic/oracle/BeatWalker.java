package dev.hwc.sim.systolic.oracle;

/** Walks the rows of a transfer beat by beat and cuts bursts at multiples of the longest one. */
final class BeatWalker {
    private static final long ADDRESS_LIMIT = 1L << 40;

    private final int beatBytes;
    private final int maxBurstBytes;
    private long base;
    private long offset;
    private long stride;
    private int rowBytes;
    private int rowsLeft;
    private long next;
    private long last;

    BeatWalker(int beatBytes, int maxBurstBytes) {
        this.beatBytes = beatBytes;
        this.maxBurstBytes = maxBurstBytes;
    }

    void begin(long base, long offset, long stride, int rows, int rowBytes) {
        this.base = base;
        this.offset = offset;
        this.stride = stride;
        this.rowBytes = rowBytes;
        rowsLeft = rows;
        enterRow();
    }

    private void enterRow() {
        long first = base + offset;
        next = first / beatBytes * beatBytes;
        last = (first + rowBytes - 1) / beatBytes * beatBytes;
        offset = (offset + stride) % ADDRESS_LIMIT;
        rowsLeft--;
    }

    /** Address of the next beat. */
    long address() {
        return next;
    }

    /** Beats from here to the end of the burst. */
    int beats() {
        int beats = 1;
        long beat = next;
        while (beat != last && (beat + beatBytes) % maxBurstBytes != 0) {
            beat += beatBytes;
            beats++;
        }
        return beats;
    }

    /** Passes the burst; whether more follow. */
    boolean pass() {
        next += (long) beats() * beatBytes;
        if (next <= last) {
            return true;
        }
        if (rowsLeft == 0) {
            return false;
        }
        enterRow();
        return true;
    }
}
