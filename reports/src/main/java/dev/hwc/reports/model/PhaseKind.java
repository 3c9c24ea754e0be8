package dev.hwc.reports.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which part of a run a phase is. */
public enum PhaseKind {
    /** The prompt, many tokens at once. */
    @JsonProperty("prefill")
    PREFILL("Prefill"),
    /** Generation, one token after the other. */
    @JsonProperty("decode")
    DECODE("Decode"),
    /** Anything else, such as a single matrix product. */
    @JsonProperty("other")
    OTHER("The run");

    private final String subject;

    PhaseKind(String subject) {
        this.subject = subject;
    }

    /** The subject of a sentence about such a phase. */
    public String subject() {
        return subject;
    }
}
