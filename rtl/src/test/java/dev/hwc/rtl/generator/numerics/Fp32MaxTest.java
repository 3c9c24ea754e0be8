package dev.hwc.rtl.generator.numerics;

import dev.hwc.ir.numerics.Fp32;
import dev.hwc.rtl.harness.RequiresVerilator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

@RequiresVerilator
class Fp32MaxTest {
    @Test
    void specialValuesCrossedGiveTheBitsOfTheTwin() {
        agree(Operands.specialPairs());
    }

    @Test
    void randomPairsGiveTheBitsOfTheTwin() {
        Random random = new Random(20261128);
        long[] pairs = new long[2 * 300_000];
        for (int i = 0; i < pairs.length; i += 2) {
            pairs[i] = Operands.any(random);
            pairs[i + 1] = random.nextBoolean() ? Operands.any(random) : Operands.near(pairs[i], 1, random);
        }
        agree(pairs);
    }

    private static void agree(long[] pairs) {
        Twins.agreeOnPairs("Fp32Max", 0, List.of("io_best", "io_x"), pairs, Fp32::max);
    }
}
