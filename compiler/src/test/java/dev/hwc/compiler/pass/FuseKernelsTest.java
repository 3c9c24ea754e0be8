package dev.hwc.compiler.pass;

import static org.junit.jupiter.api.Assertions.assertSame;

import dev.hwc.compiler.PassGolden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FuseKernelsTest {
    private final FuseKernels pass = new FuseKernels();

    @ParameterizedTest
    @ValueSource(
            strings = {"one_layer", "no_rotation_all_logits", "other_orders", "norm_read_outside", "result_read_early"})
    void groupsWhatRunsAsOneKernel(String name) {
        PassGolden.check(pass, name);
    }

    @Test
    void doesNothingWithoutAPattern() {
        CompilationUnit unit = PassGolden.unit(pass, "no_pattern");
        assertSame(unit, pass.run(unit, PassGolden.EDGE));
    }

    @Test
    void secondRunDoesNothing() {
        CompilationUnit once = pass.run(PassGolden.unit(pass, "one_layer"), PassGolden.EDGE);
        assertSame(once, pass.run(once, PassGolden.EDGE));
    }
}
