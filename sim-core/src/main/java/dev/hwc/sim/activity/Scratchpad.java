package dev.hwc.sim.activity;

import java.util.Locale;

/** The on-chip buffers (isa.md §1). */
public enum Scratchpad {
    WEIGHT,
    ACTIVATION,
    OUTPUT,
    VECTOR,
    LOAD,
    STORE;

    /** Name in reports. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
