package dev.hwc.rtl.synth;

import dev.hwc.rtl.RtlException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Cells per module, as yosys' {@code stat -json} reports them. */
final class Hierarchy {
    private final Target target;
    private final Map<String, Map<String, Long>> modules = new LinkedHashMap<>();

    /**
     * Reads a report.
     *
     * @param source what the text is called in an error
     */
    Hierarchy(Target target, String report, String source) {
        this.target = target;
        JsonNode root;
        try {
            root = JsonMapper.shared().readTree(report);
        } catch (JacksonException e) {
            throw new RtlException(source + " is not the JSON that yosys 0.23 writes: " + e.getOriginalMessage(), e);
        }
        root.path("modules").properties().forEach(module -> {
            Map<String, Long> cells = new LinkedHashMap<>();
            module.getValue()
                    .path("num_cells_by_type")
                    .properties()
                    .forEach(cell ->
                            cells.put(plain(cell.getKey()), cell.getValue().asLong()));
            modules.put(plain(module.getKey()), cells);
        });
    }

    private static String plain(String name) {
        return name.startsWith("\\") ? name.substring(1) : name;
    }

    /**
     * The blocks below and with a module, the one with most LUTs of its own first.
     *
     * @throws RtlException when the report has no such module
     */
    List<Block> below(String top) {
        if (!modules.containsKey(top)) {
            throw new RtlException("yosys reported no module " + top + "; reported are " + modules.keySet());
        }
        Map<String, Long> instances = new LinkedHashMap<>();
        count(top, 1, instances);
        List<Block> blocks = new ArrayList<>();
        instances.forEach((module, count) -> blocks.add(new Block(module, count, own(module), whole(module))));
        blocks.sort(Comparator.comparingLong((Block block) -> block.all().luts())
                .reversed()
                .thenComparing(Block::module));
        return blocks;
    }

    /** Cells of all types below and with a module. */
    Map<String, Long> cells(String top) {
        Map<String, Long> instances = new LinkedHashMap<>();
        count(top, 1, instances);
        Map<String, Long> sums = new LinkedHashMap<>();
        instances.forEach((module, count) -> cellsOf(module).forEach((cell, number) -> {
            if (!modules.containsKey(cell)) {
                sums.merge(cell, number * count, Long::sum);
            }
        }));
        return sums;
    }

    private Map<String, Long> cellsOf(String module) {
        return modules.getOrDefault(module, Map.of());
    }

    private void count(String module, long times, Map<String, Long> instances) {
        instances.merge(module, times, Long::sum);
        cellsOf(module).forEach((cell, number) -> {
            if (modules.containsKey(cell)) {
                count(cell, times * number, instances);
            }
        });
    }

    private Area own(String module) {
        Area sum = Area.NONE;
        for (Map.Entry<String, Long> cell : cellsOf(module).entrySet()) {
            if (!modules.containsKey(cell.getKey())) {
                sum = sum.plus(target.area(cell.getKey()).times(cell.getValue()));
            }
        }
        return sum;
    }

    private Area whole(String module) {
        Area sum = own(module);
        for (Map.Entry<String, Long> cell : cellsOf(module).entrySet()) {
            if (modules.containsKey(cell.getKey())) {
                sum = sum.plus(whole(cell.getKey()).times(cell.getValue()));
            }
        }
        return sum;
    }
}
