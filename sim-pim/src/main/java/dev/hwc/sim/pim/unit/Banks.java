package dev.hwc.sim.pim.unit;

import java.util.Arrays;

/**
 * Cells of the rows of one channel that a kernel uses, as 16-bit words. The bursts that all units see with one command
 * lie side by side: one array for the even and one for the odd banks of units between two banks, or one for all.
 */
public final class Banks {
    private final int units;
    private final int columns;
    private final int burstWords;
    private final short[][] cells;

    /**
     * Banks full of zeros.
     *
     * @param banksPerUnit 1, or 2: the even and the odd one
     * @param rows in use, from row 0
     */
    public Banks(int units, int banksPerUnit, int rows, int rowBytes, int burstBytes) {
        this.units = units;
        columns = rowBytes / burstBytes;
        burstWords = burstBytes / 2;
        cells = new short[banksPerUnit][rows * columns * units * burstWords];
    }

    /** All cells become zero. */
    public void clear() {
        for (short[] set : cells) {
            Arrays.fill(set, (short) 0);
        }
    }

    /** Where the first unit's burst begins; the next unit's follows. */
    public int at(int row, int column) {
        return (row * columns + column) * units * burstWords;
    }

    /** The words of even (0) or odd (1) banks, or of all (0); to be changed by who owns the kernel. */
    public short[] set(int parity) {
        return cells[parity];
    }

    /** Where a burst of a bank begins in {@link #ofBank}. */
    public int at(int bank, int row, int column) {
        return at(row, column) + bank / cells.length * burstWords;
    }

    /** The words in which a bank lies. */
    public short[] ofBank(int bank) {
        return cells[bank % cells.length];
    }
}
