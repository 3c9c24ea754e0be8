package dev.hwc.ir.numerics;

/** Events that a run must report: saturated terms (N18) and non-finite inputs (N15, N24, N26). */
public final class NumericCounters {
    private long saturatedTerms;
    private long numericExceptions;

    /** Counts one saturated term of a matrix product. */
    public void saturatedTerm() {
        saturatedTerms++;
    }

    /** Counts one NaN or infinity that an operation had to replace. */
    public void numericException() {
        numericExceptions++;
    }

    public long saturatedTerms() {
        return saturatedTerms;
    }

    public long numericExceptions() {
        return numericExceptions;
    }

    /** Adds another set of counters to this one. */
    public void add(NumericCounters other) {
        saturatedTerms += other.saturatedTerms;
        numericExceptions += other.numericExceptions;
    }
}
