package dev.hwc.sim.pim;

/** Whose mapping is used. */
public enum Parity {
    /** Ours. */
    NONE,
    /** That of Samsung's PIMSimulator on HBM2-PIM. */
    SAMSUNG,
    /** That of CENT's simulator on GDDR6-AiM, without refresh. */
    AIM
}
