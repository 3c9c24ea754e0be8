package dev.hwc.compiler.lower;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Cuts the layers of a network into runs that a loop serves: equal layers, or pairs of layers that differ
 * in their window only, as in Gemma 2.
 */
final class LayerRuns {
    private LayerRuns() {}

    /**
     * Consecutive layers of which each equals the one {@code period} before it.
     *
     * @param layers a multiple of the period
     */
    record Run(int period, List<Network.Layer> layers) {
        /** Every period-th layer from one on. */
        List<Network.Layer> member(int first) {
            return IntStream.iterate(first, i -> i < layers.size(), i -> i + period)
                    .mapToObj(layers::get)
                    .toList();
        }
    }

    static List<Run> of(List<Network.Layer> layers) {
        List<Run> runs = new ArrayList<>();
        for (int at = 0; at < layers.size(); ) {
            List<Network.Layer> rest = layers.subList(at, layers.size());
            Run run = alternates(rest) ? run(rest, 2) : run(rest, 1);
            runs.add(run);
            at += run.layers().size();
        }
        return runs;
    }

    private static boolean alternates(List<Network.Layer> layers) {
        return layers.size() >= 4
                && layers.get(0).window() != layers.get(1).window()
                && layers.get(0).withWindow(0).sameShape(layers.get(1).withWindow(0))
                && run(layers, 2).layers().size() >= 4;
    }

    /** The longest run at the beginning. */
    private static Run run(List<Network.Layer> layers, int period) {
        int size = period;
        while (size < layers.size() && layers.get(size - period).sameShape(layers.get(size))) {
            size++;
        }
        return new Run(period, layers.subList(0, size / period * period));
    }
}
