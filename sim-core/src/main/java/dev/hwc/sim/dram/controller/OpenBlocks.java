package dev.hwc.sim.dram.controller;

import java.util.Arrays;

/**
 * Blocks of bursts whose rows are open: a block is one row of some banks, over which it is spread by bank group and
 * pseudo-channel. A few are remembered until a row may have changed.
 */
final class OpenBlocks {
    private static final int PLACES = 8;

    private final ChannelState channel;
    private final AddressMapping mapping;
    private final int bits;
    private final int banks;
    private final long[] blocks = new long[PLACES];
    /** The bank of each one's first burst. */
    private final int[] bases = new int[PLACES];

    OpenBlocks(ChannelState channel) {
        this.channel = channel;
        mapping = channel.mapping;
        bits = mapping.blockBits();
        banks = 1 << mapping.groupBits();
        forget();
    }

    /** Rows may change. */
    void forget() {
        Arrays.fill(blocks, -1);
    }

    /** Whether the rows of consecutive bursts are open. */
    boolean open(long first, int bursts) {
        long last = first + bursts - 1;
        if (whole(first, last)) {
            return true;
        }
        for (long burst = first; burst <= last; burst++) {
            if (!open(burst)) {
                return false;
            }
        }
        return true;
    }

    private boolean open(long burst) {
        int row = mapping.row(burst);
        return channel.banks.openRow(mapping.bank(burst, row)) == row;
    }

    /** Whether two bursts are in one block all of whose banks have its row open. */
    boolean whole(long first, long last) {
        long block = first >>> bits;
        if (block != last >>> bits) {
            return false;
        }
        int place = (int) block & (PLACES - 1);
        if (blocks[place] == block) {
            return true;
        }
        long begin = block << bits;
        for (int i = 0; i < banks; i++) {
            if (!open(begin + i)) {
                return false;
            }
        }
        blocks[place] = block;
        bases[place] = mapping.bank(begin);
        return true;
    }

    /** The bank of the first burst of a burst's block, of which {@link #whole} was said. */
    int base(long burst) {
        return bases[(int) (burst >>> bits) & (PLACES - 1)];
    }
}
