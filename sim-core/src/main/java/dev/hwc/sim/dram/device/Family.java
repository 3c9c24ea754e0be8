package dev.hwc.sim.dram.device;

/** A standard and what sets its command protocol apart. */
public enum Family {
    DDR4,
    DDR5,
    LPDDR4,
    LPDDR5,
    GDDR6,
    HBM;

    /** Whether a row opens by ACT1 and ACT2. */
    public boolean splitActivate() {
        return this == LPDDR5;
    }

    /** Whether the data clock must be started before a column command. */
    public boolean dataClock() {
        return this == LPDDR5;
    }

    /** Whether row and column commands have a bus each; pseudo-channels share both. */
    public boolean twoCommandBuses() {
        return this == HBM;
    }
}
