package dev.hwc.sim.dram.device;

/** Banks of a rank that one command of a memory that computes goes to. A unit between two banks has an even and an odd one. */
public enum BankSet {
    ALL,
    EVEN,
    ODD,
    /** No bank: registers that are reached without an open row. */
    NONE;

    /** Whether a bank, numbered within its rank, belongs to the set. */
    public boolean contains(int bank) {
        return switch (this) {
            case ALL -> true;
            case EVEN -> (bank & 1) == 0;
            case ODD -> (bank & 1) == 1;
            case NONE -> false;
        };
    }

    /** Banks of the set in a rank. */
    public int size(int banksPerRank) {
        return switch (this) {
            case ALL -> banksPerRank;
            case EVEN, ODD -> banksPerRank / 2;
            case NONE -> 0;
        };
    }
}
