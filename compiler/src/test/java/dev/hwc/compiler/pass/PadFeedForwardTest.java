package dev.hwc.compiler.pass;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.hwc.compiler.PassGolden;
import dev.hwc.ir.interp.Hardware;
import dev.hwc.ir.interp.Interpreter;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PadFeedForwardTest {
    private static final int[] TOKENS = {3, 1, 4, 1, 5};

    private final PadFeedForward pass = new PadFeedForward();

    @ParameterizedTest
    @ValueSource(strings = {"inner_of_172", "inner_of_40_f16"})
    void padsTheInnerSizeToBlocks(String name) {
        PassGolden.check(pass, name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inner_of_172", "inner_of_40_f16", "inner_of_64"})
    void noBitOfTheHardwaresArithmeticChanges(String name) {
        CompilationUnit before = PassGolden.unit(pass, name);
        float[][] expected = run(before);
        float[][] found = run(pass.run(before, PassGolden.EDGE));
        for (int row = 0; row < expected.length; row++) {
            assertArrayEquals(expected[row], found[row], name + ", row " + row);
        }
    }

    private static float[][] run(CompilationUnit unit) {
        return new Interpreter(unit.program(), unit.weights()::weight, new Hardware()).run(TOKENS, 0);
    }

    @Test
    void doesNothingForWholeBlocks() {
        CompilationUnit unit = PassGolden.unit(pass, "inner_of_64");
        assertSame(unit, pass.run(unit, PassGolden.EDGE));
    }

    @Test
    void secondRunDoesNothing() {
        CompilationUnit once = pass.run(PassGolden.unit(pass, "inner_of_172"), PassGolden.EDGE);
        assertSame(once, pass.run(once, PassGolden.EDGE));
    }

    @Test
    void rowsBelowAndColumnsBehindAreZero() {
        CompilationUnit before = PassGolden.unit(pass, "inner_of_172");
        CompilationUnit after = pass.run(before, PassGolden.EDGE);
        assertEquals("[192,32]", after.weights().spec("wg").shape());
        assertArrayEquals(
                before.weights().weight("wu").row(171),
                after.weights().weight("wu").row(171));
        assertArrayEquals(new float[32], after.weights().weight("wu").row(172));
        float[] down = after.weights().weight("wd").row(7);
        assertArrayEquals(before.weights().weight("wd").row(7), Arrays.copyOf(down, 172));
        assertArrayEquals(new float[20], Arrays.copyOfRange(down, 172, 192));
    }

    @Test
    void refusesAnInnerSizeThatIsSeenElsewhere() {
        PassGolden.checkRefused(pass, "seen_outside");
    }
}
