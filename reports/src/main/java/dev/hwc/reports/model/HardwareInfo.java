package dev.hwc.reports.model;

import java.util.Map;

/**
 * The figures of the hardware description that the report draws with.
 *
 * @param name preset or file name
 * @param hash hash of the hardware description, as in the program image
 * @param arrayRows rows of the MAC array
 * @param arrayCols columns of the MAC array
 * @param clockMhz clock of array and vector unit
 * @param vectorLanes fp32 lanes of the vector unit
 * @param memory name of the memory preset
 * @param peakBytesPerCycle peak of the memory port per array clock cycle
 * @param bufferBytes capacity of each on-chip buffer by name
 */
public record HardwareInfo(
        String name,
        String hash,
        int arrayRows,
        int arrayCols,
        double clockMhz,
        int vectorLanes,
        String memory,
        double peakBytesPerCycle,
        Map<String, Long> bufferBytes) {
    public HardwareInfo {
        Check.present(name, "name");
        Check.present(hash, "hash");
        Check.atLeast(1, arrayRows, "arrayRows");
        Check.atLeast(1, arrayCols, "arrayCols");
        Check.positive(clockMhz, "clockMhz");
        Check.atLeast(0, vectorLanes, "vectorLanes");
        Check.present(memory, "memory");
        Check.positive(peakBytesPerCycle, "peakBytesPerCycle");
        bufferBytes = Check.counts(bufferBytes, "bufferBytes");
    }

    /** MACs per cycle of the whole array. */
    public long peakMacsPerCycle() {
        return (long) arrayRows * arrayCols;
    }

    /** Arithmetic intensity in MACs per byte where memory and array would both be fully used. */
    public double ridgeMacsPerByte() {
        return peakMacsPerCycle() / peakBytesPerCycle;
    }

    /** The roofline: MACs per cycle reachable at an intensity in MACs per byte. */
    public double rooflineMacsPerCycle(double macsPerByte) {
        return Math.min(peakMacsPerCycle(), macsPerByte * peakBytesPerCycle);
    }
}
