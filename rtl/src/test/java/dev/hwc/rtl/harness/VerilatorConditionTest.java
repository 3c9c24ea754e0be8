package dev.hwc.rtl.harness;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class VerilatorConditionTest {
    private static final List<String> ABSENT = List.of("verilator");

    @Test
    void skipsMethodsButNotClassesWithoutVerilator() {
        VerilatorCondition condition = new VerilatorCondition(ABSENT, false);
        assertTrue(condition.evaluate(true).isDisabled());
        assertFalse(condition.evaluate(false).isDisabled());
    }

    @Test
    void failsInCiWithoutVerilator() {
        AssertionError error =
                assertThrows(AssertionError.class, () -> new VerilatorCondition(ABSENT, true).evaluate(true));
        assertTrue(String.valueOf(error.getMessage()).contains("verilator"));
    }

    @Test
    void runsWhereTheToolsAre() {
        assertFalse(new VerilatorCondition(List.of(), true).evaluate(true).isDisabled());
    }
}
