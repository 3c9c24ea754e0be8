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
    PDX(Bus.ROW, Target.RANK),
    /** Opens the same row in every bank of a set (memory that computes). */
    ACTS(Bus.ROW, Target.SET),
    /** Closes the rows of a set. */
    PRES(Bus.ROW, Target.SET),
    /** A column of every bank of a set goes into its unit; nothing on the data bus. */
    RDS(Bus.COLUMN, Target.SET),
    /** A register of every unit goes into a column of its bank of a set; nothing on the data bus. */
    WRS(Bus.COLUMN, Target.SET),
    /** The data bus writes registers of all units, or the buffer they share. */
    WRR(Bus.COLUMN, Target.SET),
    /** Registers of the units go to the data bus. */
    RDR(Bus.COLUMN, Target.SET),
    /** Another mode of operation holds from here on. */
    MOD(Bus.ROW, Target.RANK);

    /** Command bus; devices with one bus use it for both. */
    public enum Bus {
        ROW,
        COLUMN
    }

    /** What a command is addressed to. */
    public enum Target {
        BANK,
        RANK,
        /** Several banks of a rank ({@link BankSet}). */
        SET
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
