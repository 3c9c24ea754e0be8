package dev.hwc.sim.dram.energy;

import dev.hwc.sim.dram.DramFormatException;
import dev.hwc.sim.dram.DramPresets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Coefficients by memory and name. */
public final class EnergyTable {
    /** The shipped table. */
    public static final String DEFAULT = "dram-1";

    /** The shipped table of memories that compute. */
    public static final String UNITS = "pim-1";

    private static final String HEADER = "memory,parameter,value,source";
    private static final String ESTIMATE = "estimate";
    private static final int COLUMNS = 4;

    /**
     * A coefficient.
     *
     * @param value absent when unknown
     */
    public record Coefficient(OptionalDouble value, String source) {
        /** Whether it was scaled from another device. */
        public boolean estimated() {
            return source.startsWith(ESTIMATE);
        }
    }

    private final String name;
    private final Map<String, Map<String, Coefficient>> coefficients;

    private EnergyTable(String name, Map<String, Map<String, Coefficient>> coefficients) {
        this.name = name;
        this.coefficients = coefficients;
    }

    /** The shipped table. */
    public static EnergyTable shipped() {
        return shipped(DEFAULT);
    }

    /** A shipped table by its name. */
    public static EnergyTable shipped(String name) {
        return parse(name, DramPresets.resource("energy-" + name + ".csv"));
    }

    /** Reads a table from its text. */
    public static EnergyTable parse(String name, String text) {
        Map<String, Map<String, Coefficient>> memories = new LinkedHashMap<>();
        List<String> lines =
                text.lines().filter(l -> !l.startsWith("#") && !l.isBlank()).toList();
        if (lines.isEmpty() || !lines.getFirst().equals(HEADER)) {
            throw new DramFormatException("energy table " + name + ": no line '" + HEADER + "'");
        }
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",", -1);
            if (cells.length != COLUMNS || cells[3].isBlank() || !cells[2].matches("([0-9]+(\\.[0-9]+)?)?")) {
                throw new DramFormatException("energy table " + name + ": found '" + line
                        + "', allowed is memory,parameter,value,source with a source and a value or nothing");
            }
            OptionalDouble value =
                    cells[2].isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(cells[2]));
            memories.computeIfAbsent(cells[0], _ -> new LinkedHashMap<>())
                    .put(cells[1], new Coefficient(value, cells[3]));
        }
        return new EnergyTable(name, memories);
    }

    public String name() {
        return name;
    }

    /** Memories with entries. */
    public List<String> memories() {
        return List.copyOf(coefficients.keySet());
    }

    /** All coefficients of a memory; none if the table does not have it. */
    public Map<String, Coefficient> of(String memory) {
        return coefficients.getOrDefault(memory, Map.of());
    }
}
