package dev.hwc.sim.pim.window;

import dev.hwc.ir.device.PimAttention;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The layers whose attention a window has, by address. */
final class Attentions {
    /**
     * A place in a row.
     *
     * @param number of the layer among those of the window
     * @param offset from the row's start
     */
    record Place(int number, int position, long offset) {}

    private final List<PimAttention> layers;
    private final TreeMap<Long, Integer> byOffset = new TreeMap<>();

    Attentions(List<PimAttention> layers) {
        this.layers = List.copyOf(layers);
        for (int i = 0; i < layers.size(); i++) {
            byOffset.put(layers.get(i).offset(), i);
        }
    }

    PimAttention get(int number) {
        return layers.get(number);
    }

    /** What stands at an address; empty outside of all layers. */
    Optional<Place> at(long address) {
        Map.Entry<Long, Integer> entry = byOffset.floorEntry(address);
        if (entry == null) {
            return Optional.empty();
        }
        PimAttention layer = layers.get(entry.getValue());
        long offset = address - layer.offset();
        return offset >= layer.bytes()
                ? Optional.empty()
                : Optional.of(
                        new Place(entry.getValue(), (int) (offset / layer.rowBytes()), offset % layer.rowBytes()));
    }
}
