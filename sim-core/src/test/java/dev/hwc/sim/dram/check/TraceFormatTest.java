package dev.hwc.sim.dram.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.sim.dram.DramFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceFormatTest {
    private static final String HEAD = "hwc-dram-trace 1\nmemory ddr4-3200\nrefresh all-bank\n";

    private static TraceChecker read(String trace) {
        TraceChecker checker = new TraceChecker();
        trace.lines().forEach(checker::line);
        checker.finish();
        return checker;
    }

    @Test
    void readsATrace() {
        TraceChecker checker = read(HEAD + "0 0 0 ACT 0 0 7\n20 0 0 RD 0 0 3\nend 50");
        assertEquals(2, checker.commands());
        assertEquals(0, checker.violations());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "PK\u0003\u0004",
                "hwc-dram-trace 2",
                "hwc-dram-trace 1\nmemory ../secret\nrefresh all-bank\nend 1",
                "hwc-dram-trace 1\nmemory ddr9\nrefresh all-bank\nend 1",
                "hwc-dram-trace 1\nmemory ddr4-3200\nrefresh sometimes\nend 1",
                "hwc-dram-trace 1\nmemory ddr4-3200\nrefresh per-bank\nend 1",
                HEAD,
                HEAD + "0 0 0 ACT 0 0 7",
                HEAD + "0 0 0 JUMP 0 0 7\nend 9",
                HEAD + "0 0 0 ACT 0 0\nend 9",
                HEAD + "0 0 0 PREA 0 0\nend 9",
                HEAD + "0 0 0 ACT 4 0 7\nend 9",
                HEAD + "0 0 0 RDS some 3\nend 9",
                HEAD + "0 0 0 ACTS even\nend 9",
                HEAD + "0 0 0 MOD x\nend 9",
                HEAD + "0 0 0 PRES all 1\nend 9",
                HEAD + "0 1 0 ACT 0 0 7\nend 9",
                HEAD + "x 0 0 ACT 0 0 7\nend 9",
                HEAD + "-1 0 0 ACT 0 0 7\nend 9",
                HEAD + "99999999999999999999 0 0 ACT 0 0 7\nend 9",
                HEAD + "9 0 0 ACT 0 0 7\n8 0 0 ACT 1 0 7\nend 9",
                HEAD + "9 0 0 ACT 0 0 7\nend 8",
                HEAD + "end 8\n9 0 0 ACT 0 0 7",
            })
    void refusesWhatIsNoTrace(String text) {
        DramFormatException refused = assertThrows(DramFormatException.class, () -> read(text));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("trace"), refused.getMessage());
    }
}
