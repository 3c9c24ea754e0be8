package dev.hwc.sim.dram.device;

/** Commands of a channel, in the names of the trace (docs/spec/dram-trace.md). */
public enum Command {
    /** Opens a row. */
    ACT(Bus.ROW, Target.BANK),
    /** First half of an activation that two commands make (LPDDR5). */
    ACT1(Bus.ROW, Target.BANK),
    /** Second half: the row is open. */
    ACT2(Bus.ROW, Target.BANK),
    /** Starts the data clock (LPDDR5: WCK2CK synchronization); a column command follows at once. */
    CAS(Bus.COLUMN, Target.RANK),
    RD(Bus.COLUMN, Target.BANK),
    WR(Bus.COLUMN, Target.BANK),
    /** Read with automatic precharge. */
    RDA(Bus.COLUMN, Target.BANK),
    /** Write with automatic precharge. */
    WRA(Bus.COLUMN, Target.BANK),
    /** Closes the row of a bank. */
    PRE(Bus.ROW, Target.BANK),
    /** Closes all rows of a rank. */
    PREA(Bus.ROW, Target.RANK),
    /** Refreshes all banks of a rank. */
    REFAB(Bus.ROW, Target.RANK),
    /** Refreshes a bank, or the banks that go with it. */
    REFPB(Bus.ROW, Target.BANK),
    /** Power-down entry. */
    PDE(Bus.ROW, Target.RANK),
    /** Power-down exit. */
    PDX(Bus.ROW, Target.RANK);

    /** Command bus; devices with one bus use it for both. */
    public enum Bus {
        ROW,
        COLUMN
    }

    /** What a command is addressed to. */
    public enum Target {
        BANK,
        RANK
    }

    private final Bus bus;
    private final Target target;

    Command(Bus bus, Target target) {
        this.bus = bus;
        this.target = target;
    }

    public Bus bus() {
        return bus;
    }

    public Target target() {
        return target;
    }

    /** Whether data move. */
    public boolean column() {
        return this == RD || this == WR || this == RDA || this == WRA;
    }

    /** Whether data go to the device. */
    public boolean writes() {
        return this == WR || this == WRA;
    }

    /** Whether the bank closes by itself afterwards. */
    public boolean autoPrecharges() {
        return this == RDA || this == WRA;
    }
}
