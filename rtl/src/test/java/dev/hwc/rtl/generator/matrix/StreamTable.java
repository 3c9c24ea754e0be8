package dev.hwc.rtl.generator.matrix;

import dev.hwc.rtl.Port;
import dev.hwc.rtl.harness.RtlModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Inputs and outputs of a model cycle by cycle, by name: fill the inputs, run, read the outputs. */
final class StreamTable {
    private final Map<String, Integer> inputAt = new HashMap<>();
    private final Map<String, Integer> outputAt = new HashMap<>();
    private final List<String> inputs = new ArrayList<>();
    private final List<String> outputs = new ArrayList<>();
    private final int inputWords;
    private final int outputWords;
    private final int cycles;
    private final long[] table;
    private long[] results = {};

    /** All ports of the model but clock and reset; inputs are 0. */
    StreamTable(RtlModel model, int cycles) {
        this.cycles = cycles;
        int in = 0;
        int out = 0;
        for (Port port : model.ports()) {
            if (port.name().equals("clock") || port.name().equals("reset")) {
                continue;
            }
            if (port.input()) {
                inputAt.put(port.name(), in);
                inputs.add(port.name());
                in += port.words();
            } else {
                outputAt.put(port.name(), out);
                outputs.add(port.name());
                out += port.words();
            }
        }
        inputWords = in;
        outputWords = out;
        table = new long[cycles * in];
    }

    int cycles() {
        return cycles;
    }

    /** Sets an input, from its lowest word on. */
    void set(int cycle, String port, long... words) {
        System.arraycopy(words, 0, table, cycle * inputWords + at(inputAt, port), words.length);
    }

    void run(RtlModel model) {
        results = model.stream(inputs, table, outputs);
    }

    long get(int cycle, String port) {
        return results[cycle * outputWords + at(outputAt, port)];
    }

    boolean flag(int cycle, String port) {
        return get(cycle, port) != 0;
    }

    private static int at(Map<String, Integer> places, String port) {
        Integer place = places.get(port);
        if (place == null) {
            throw new IllegalArgumentException("no port " + port + "; there are " + places.keySet());
        }
        return place;
    }
}
