package dev.hwc.reports.model;

import org.jspecify.annotations.Nullable;

/**
 * What one operator of the program cost, summed over all tokens of its phase. Engines overlap, so the
 * busy cycles may add up to more than the elapsed cycles.
 *
 * @param name e.g. {@code blk.0.gate_up}
 * @param kind what it is without its layer, e.g. {@code gate_up}; operators of a kind are summed
 * @param layer optional: transformer layer from 0; absent for embedding and head
 * @param cycles elapsed cycles attributed to it; no cycle of a phase goes to two operators
 * @param activeCycles cycles in which a command of it was in progress, on any engine. All its bytes
 *     and MACs happen in them. They overlap those of others, whose weights are fetched meanwhile
 * @param matrixBusyCycles cycles the MAC array worked on it
 * @param vectorBusyCycles cycles the vector unit worked on it
 * @param loadBusyCycles cycles the load queue moved data for it
 * @param storeBusyCycles cycles the store queue moved data for it
 * @param macs multiply-accumulates
 * @param memoryBytes bytes over the memory port, read and written
 * @param bound what limits it
 * @param energyMillijoules optional: absent when energy is not modelled
 */
public record OperatorCost(
        String name,
        String kind,
        @Nullable Integer layer,
        long cycles,
        long activeCycles,
        long matrixBusyCycles,
        long vectorBusyCycles,
        long loadBusyCycles,
        long storeBusyCycles,
        long macs,
        long memoryBytes,
        Bound bound,
        @Nullable Double energyMillijoules) {
    private static final int HIGHEST_LAYER = 99_999;

    public OperatorCost {
        Check.present(name, "name");
        Check.present(kind, "kind");
        if (layer != null) {
            Check.within(0, HIGHEST_LAYER, layer, "layer");
        }
        Check.atLeast(0, cycles, "cycles");
        Check.atLeast(0, activeCycles, "activeCycles");
        Check.atLeast(0, matrixBusyCycles, "matrixBusyCycles");
        Check.atLeast(0, vectorBusyCycles, "vectorBusyCycles");
        Check.atLeast(0, loadBusyCycles, "loadBusyCycles");
        Check.atLeast(0, storeBusyCycles, "storeBusyCycles");
        Check.atLeast(0, macs, "macs");
        Check.atLeast(0, memoryBytes, "memoryBytes");
        Check.present(bound, "bound");
        if (energyMillijoules != null) {
            Check.notNegative(energyMillijoules, "energyMillijoules");
        }
    }
}
