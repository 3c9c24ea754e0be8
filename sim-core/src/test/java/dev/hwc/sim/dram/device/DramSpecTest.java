package dev.hwc.sim.dram.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.hw.MemoryNames;
import dev.hwc.sim.dram.DramFormatException;
import dev.hwc.sim.dram.DramPresets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class DramSpecTest {
    static final List<String> MEMORIES = MemoryNames.DRAM;
    private static final String DDR4 = DramPresets.text("ddr4-3200");

    @ParameterizedTest
    @FieldSource("MEMORIES")
    void everyValueHasASourceAndTheNameSaysThePeak(String name) {
        ParameterTable table = ParameterTable.parse(name, DramPresets.text(name));
        table.entries().forEach((parameter, entry) -> assertFalse(entry.source().isBlank(), parameter));
        DramSpec spec = DramSpec.of(table);
        assertEquals(MemoryNames.peakBytesPerSecond(name), spec.peakBytesPerSecond(), 1.0);
        assertFalse(spec.title().isBlank());
    }

    @ParameterizedTest
    @FieldSource("MEMORIES")
    void rulesNameOnlyCommandsOfTheStandard(String name) {
        DramSpec spec = DramPresets.find(name);
        List<TimingRule> rules = TimingRules.of(spec);
        assertTrue(rules.size() > 30);
        assertTrue(rules.stream().allMatch(r -> r.clocks() >= 0));
        assertEquals(
                spec.perBankRefresh(), rules.stream().anyMatch(r -> r.name().equals("tRFCpb")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tRC,72, | tRC,60, | tRC 60 is less than tRAS + tRP - 1 = 71",
                "tFAW,34, | tFAW,3, | tFAW 3 is less than 3 tRRDS = 12",
                "tREFI,12480, | tREFI,500, | tREFI 500 is less than tRFCab",
                "tBL,4, | tBL,2, | tBL 2 clocks move 32 bytes, burstBytes is 64",
                "tCCDS,4, | tCCDS,1, | tCCDS 1 is less than tBL = 4",
                "tCCDL,8, | tCCDL,2, | tCCDL 2 is less than tCCDS = 4",
                "tRTW,10, | tRTW,1, | tRTW 1 is less than CL + BL - CWL (the data bus) = 8",
                "ranks,1, | ranks,3, | ranks 3 is no power of two",
                "tCL,20, | tCL,0, | tCL is 0; at least 1",
                "tCL,20, | tCL,-4, | tCL is '-4', allowed 0..",
                "tCL,20, | tCL,99999999999, | tCL is '99999999999', allowed 0..",
                "tCL,20, | tCLX,20, | parameter 'tCLX' is unknown; tCL is missing",
                "family,DDR4, | family,DDR9, | family is 'DDR9', allowed [DDR4",
                "family,DDR4, | family,LPDDR5, | tAAD is missing; tWCKPST is missing",
                "banksPerRefresh,0, | banksPerRefresh,1, | tRFCpb is missing; tPBR2PBR is missing",
            })
    void namesWhatIsImpossible(String from, String to, String expected) {
        assertTrue(DDR4.contains(from));
        DramFormatException refused = assertThrows(
                DramFormatException.class, () -> DramSpec.of(ParameterTable.parse("mine", DDR4.replace(from, to))));
        String message = String.valueOf(refused.getMessage());
        assertTrue(message.startsWith("memory mine: "), message);
        assertTrue(message.contains(expected), message);
        assertEquals(1, message.lines().count());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tCL,20, | tCL,20 | line 20: found 'tCL,20",
                "tCL,20, | tBL,20, | tBL is given twice",
                "parameter,value,source | name;value | a timing set begins with 'parameter,value,source'",
            })
    void namesTheLineThatIsWrong(String from, String to, String expected) {
        DramFormatException refused =
                assertThrows(DramFormatException.class, () -> ParameterTable.parse("mine", DDR4.replace(from, to)));
        assertTrue(String.valueOf(refused.getMessage()).contains(expected), refused.getMessage());
    }

    @Test
    void listsAllProblemsAtOnce() {
        String broken = DDR4.replace("tRC,72,", "tRC,1,").replace("tFAW,34,", "tFAW,1,");
        DramFormatException refused =
                assertThrows(DramFormatException.class, () -> DramSpec.of(ParameterTable.parse("mine", broken)));
        assertTrue(String.valueOf(refused.getMessage()).contains("tRC 1"), refused.getMessage());
        assertTrue(String.valueOf(refused.getMessage()).contains("tFAW 1"), refused.getMessage());
    }
}
