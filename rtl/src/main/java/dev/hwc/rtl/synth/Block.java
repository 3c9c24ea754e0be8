package dev.hwc.rtl.synth;

/**
 * A module of the synthesized hierarchy.
 *
 * @param instances how often it stands in the design
 * @param own one instance without the modules within it
 * @param whole one instance with the modules within it
 */
public record Block(String module, long instances, Area own, Area whole) {
    /** All instances, without the modules within them: these sums over all blocks give the design. */
    public Area all() {
        return own.times(instances);
    }
}
