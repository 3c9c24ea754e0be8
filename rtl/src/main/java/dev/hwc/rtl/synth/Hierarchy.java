package dev.hwc.rtl.synth;

import dev.hwc.rtl.RtlException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Cells per module of a netlist that yosys wrote with {@code write_json}. Its {@code stat -json} is not used: of designs
 * with modules yosys 0.23 prints a table for people into that JSON.
 */
final class Hierarchy {
    private final Target target;
    private final Map<String, Map<String, Long>> modules = new LinkedHashMap<>();

    /**
     * Reads a netlist, cell by cell.
     *
     * @param source what the text is called in an error
     */
    Hierarchy(Target target, Reader netlist, String source) {
        this.target = target;
        try (JsonParser parser = JsonMapper.shared().createParser(netlist)) {
            parser.nextToken();
            fields(parser, field -> {
                if (field.equals("modules")) {
                    fields(parser, module -> read(parser, module));
                } else {
                    parser.skipChildren();
                }
            });
        } catch (JacksonException e) {
            throw new RtlException(source + " is not the JSON that yosys writes: " + e.getOriginalMessage(), e);
        }
    }

    /** Calls for every field of the object at which the parser stands; the call must consume the value. */
    private static void fields(JsonParser parser, Consumer<String> value) {
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            parser.nextToken();
            value.accept(name);
        }
    }

    private void read(JsonParser parser, String module) {
        Map<String, Long> cells = new LinkedHashMap<>();
        boolean[] cellOfTheTarget = new boolean[1];
        fields(parser, field -> {
            switch (field) {
                case "attributes" -> {
                    JsonNode attributes = parser.readValueAsTree();
                    cellOfTheTarget[0] = attributes.has("blackbox") || attributes.has("whitebox");
                }
                case "cells" ->
                    fields(parser, _ -> {
                        JsonNode cell = parser.readValueAsTree();
                        cells.merge(cell.path("type").asString(), 1L, Long::sum);
                    });
                default -> parser.skipChildren();
            }
        });
        if (!cellOfTheTarget[0]) {
            modules.put(module, cells);
        }
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
