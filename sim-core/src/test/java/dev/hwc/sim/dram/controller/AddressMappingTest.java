package dev.hwc.sim.dram.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.hw.MemoryNames;
import dev.hwc.sim.dram.DramFormatException;
import dev.hwc.sim.dram.DramPresets;
import dev.hwc.sim.dram.device.DramSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressMappingTest {
    static final List<String> MEMORIES = MemoryNames.DRAM;

    @ParameterizedTest
    @FieldSource("MEMORIES")
    void noTwoBurstsShareAPlace(String memory) {
        DramSpec spec = DramPresets.find(memory);
        for (boolean xor : new boolean[] {false, true}) {
            AddressMapping mapping = new AddressMapping(spec, ControllerPolicy.GROUPS_FIRST, xor);
            Set<List<Integer>> places = new HashSet<>();
            int bursts = 4 * spec.banks() * spec.columns();
            for (int burst = 0; burst < bursts; burst++) {
                assertTrue(mapping.bank(burst) < spec.banks() && mapping.column(burst) < spec.columns());
                places.add(List.of(mapping.bank(burst), mapping.row(burst), mapping.column(burst)));
            }
            assertEquals(bursts, places.size());
        }
    }

    @ParameterizedTest
    @FieldSource("MEMORIES")
    void aStrideOfRowsSpreadsOverBanks(String memory) {
        DramSpec spec = DramPresets.find(memory);
        AddressMapping mapping = new AddressMapping(spec, ControllerPolicy.GROUPS_FIRST, true);
        long stride = (long) spec.banks() * spec.columns();
        Set<Integer> banks = new HashSet<>();
        for (int i = 0; i < spec.banksPerRank(); i++) {
            banks.add(mapping.bank(i * stride));
        }
        assertEquals(spec.banksPerRank(), banks.size());
    }

    @ParameterizedTest
    @FieldSource("MEMORIES")
    void aStreamDoesNotComeBackToTheBankItLeft(String memory) {
        DramSpec spec = DramPresets.find(memory);
        AddressMapping mapping = new AddressMapping(spec, ControllerPolicy.GROUPS_FIRST, true);
        int[] rows = new int[spec.banks()];
        int bursts = 8 * spec.banks() * spec.columns();
        int[] lastUse = new int[spec.banks()];
        for (int burst = 0; burst < bursts; burst++) {
            int bank = mapping.bank(burst);
            boolean changes = rows[bank] != mapping.row(burst);
            assertTrue(!changes || burst - lastUse[bank] > spec.columns(), "burst " + burst);
            rows[bank] = mapping.row(burst);
            lastUse[bank] = burst;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "row", "pseudo,rank,group,bank,column,column", "pseudo,rank,group,bank,column,line"})
    void refusesOrdersThatAreNone(String order) {
        DramSpec spec = DramPresets.find("ddr4-3200");
        assertThrows(DramFormatException.class, () -> new AddressMapping(spec, order, true));
    }
}
