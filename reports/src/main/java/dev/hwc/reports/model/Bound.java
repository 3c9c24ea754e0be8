package dev.hwc.reports.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What limits the speed of a phase or of one operator. */
public enum Bound {
    /** The MAC array does useful work most of the time. */
    @JsonProperty("compute")
    COMPUTE("compute"),
    /** The memory port moves data most of the time. */
    @JsonProperty("memory")
    MEMORY("memory"),
    /** The units of memory that computes read weights most of the time. */
    @JsonProperty("pim")
    PIM("pim"),
    /** The vector unit is busy most of the time. */
    @JsonProperty("vector")
    VECTOR("vector"),
    /** A weight enters each column of the array in nearly every cycle, but most of its rows have no token. */
    @JsonProperty("feed")
    FEED("feed"),
    /** No engine is near its limit: fill, drain, memory latency and waiting for each other. */
    @JsonProperty("latency")
    LATENCY("latency");

    private final String label;

    Bound(String label) {
        this.label = label;
    }

    /** The word used in JSON, tables and charts. */
    public String label() {
        return label;
    }
}
