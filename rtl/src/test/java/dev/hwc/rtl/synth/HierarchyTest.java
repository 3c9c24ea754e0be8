package dev.hwc.rtl.synth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.rtl.RtlException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HierarchyTest {
    private static final String NETLIST = """
            {"creator": "Yosys", "modules": {
              "LUT6": {"attributes": {"blackbox": "1"}, "cells": {"$1": {"type": "$specify2"}}},
              "top": {"attributes": {"top": "1"}, "ports": {}, "cells": {%s}, "netnames": {"a": {"bits": [2]}}},
              "pair": {"attributes": {}, "cells": {%s}},
              "leaf": {"attributes": {}, "cells": {%s}},
              "unused": {"attributes": {}, "cells": {%s}}
            }}""".formatted(
                    cells("pair", 2, "LUT6", 1, "RAMB36E1", 3, "CARRY4", 7),
                    cells("leaf", 2, "FDRE", 5, "RAM64M", 1, "MUXF7", 4),
                    cells("LUT2", 10, "DSP48E1", 1, "SRL16E", 2, "FDSE", 1),
                    cells("LUT2", 1000));

    /** Pairs of a type and how many there are. */
    private static String cells(Object... counts) {
        List<String> cells = new ArrayList<>();
        for (int i = 0; i < counts.length; i += 2) {
            for (int n = 0; n < (int) counts[i + 1]; n++) {
                cells.add("\"%s%d\": {\"hide_name\": 0, \"type\": \"%s\"}".formatted(counts[i], n, counts[i]));
            }
        }
        return String.join(", ", cells);
    }

    private static Hierarchy report() {
        return new Hierarchy(Target.XILINX, new StringReader(NETLIST), "netlist.json");
    }

    @Test
    void aNetlistThatBreaksOffIsNamed() {
        StringReader broken = new StringReader(NETLIST.substring(0, NETLIST.length() / 2));
        String message = String.valueOf(
                assertThrows(RtlException.class, () -> new Hierarchy(Target.XILINX, broken, "netlist.json"))
                        .getMessage());
        assertTrue(message.contains("netlist.json is not the JSON"), message);
    }

    @Test
    void instancesMultiplyDownTheHierarchy() {
        List<Block> blocks = report().below("top");
        assertEquals(
                List.of("leaf", "pair", "top"),
                blocks.stream().map(Block::module).toList());
        assertEquals(List.of(4L, 2L, 1L), blocks.stream().map(Block::instances).toList());
    }

    @Test
    void ramAndShiftRegistersInLutsCountAsLuts() {
        List<Block> blocks = report().below("top");
        assertEquals(new Area(12, 1, 0, 1), blocks.get(0).own());
        assertEquals(new Area(4, 5, 0, 0), blocks.get(1).own());
        assertEquals(new Area(28, 7, 0, 2), blocks.get(1).whole());
    }

    @Test
    void blocksWithoutWhatIsBelowThemAddUpToTheDesign() {
        List<Block> blocks = report().below("top");
        Area sum = blocks.stream().map(Block::all).reduce(Area.NONE, Area::plus);
        assertEquals(new Area(57, 14, 6, 4), sum);
        assertEquals(sum, blocks.get(2).whole());
    }

    @Test
    void cellsAreCountedOverTheHierarchyWithoutModules() {
        Map<String, Long> cells = report().cells("pair");
        assertEquals(20L, cells.get("LUT2"));
        assertEquals(5L, cells.get("FDRE"));
        assertTrue(!cells.containsKey("leaf") && !cells.containsKey("RAMB36E1"), cells.toString());
    }

    @Test
    void aModuleThatIsNotThereIsNamed() {
        String message = String.valueOf(
                assertThrows(RtlException.class, () -> report().below("bottom")).getMessage());
        assertTrue(message.contains("bottom") && message.contains("pair"), message);
    }

    @Test
    void carryCellsAndRamOfEcp5TakeLuts() {
        assertEquals(new Area(2, 0, 0, 0), Target.ECP5.area("CCU2C"));
        assertEquals(new Area(6, 0, 0, 0), Target.ECP5.area("TRELLIS_DPR16X4"));
        assertEquals(new Area(0, 0, 1, 0), Target.ECP5.area("DP16KD"));
    }
}
