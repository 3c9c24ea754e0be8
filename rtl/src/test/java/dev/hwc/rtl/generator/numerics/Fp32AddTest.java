package dev.hwc.rtl.generator.numerics;

import dev.hwc.ir.numerics.Fp32;
import dev.hwc.rtl.harness.RequiresVerilator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

@RequiresVerilator
class Fp32AddTest {
    @Test
    void specialValuesCrossedGiveTheBitsOfTheTwin() {
        agree(Operands.specialPairs());
    }

    @Test
    void aMillionRandomPairsGiveTheBitsOfTheTwin() {
        Random random = new Random(20261128);
        long[] pairs = new long[2 * 1_000_000];
        for (int i = 0; i < pairs.length; i += 2) {
            pairs[i] = Operands.any(random);
            pairs[i + 1] = Operands.near(pairs[i], 30, random);
        }
        agree(pairs);
    }

    @Test
    void anyTwoPatternsGiveTheBitsOfTheTwin() {
        Random random = new Random(20261127);
        agree(Operands.rows(2 * 400_000, i -> Operands.any(random)));
    }

    @Test
    void tiesAndCancellationGiveTheBitsOfTheTwin() {
        Random random = new Random(20261129);
        long[] pairs = new long[2 * 600_000];
        for (int i = 0; i < pairs.length; i += 2) {
            pairs[i] = Operands.round(Operands.any(random), random);
            // either a neighbour of the negative, or few bits some places apart
            pairs[i + 1] = random.nextInt(4) == 0
                    ? (pairs[i] ^ 0x80000000L) + random.nextInt(-3, 4) & 0xFFFFFFFFL
                    : Operands.round(Operands.near(pairs[i], 26, random), random);
        }
        agree(pairs);
    }

    private static void agree(long[] pairs) {
        Twins.agreeOnPairs("Fp32Add", Fp32Add.Latency(), List.of("io_a", "io_b"), pairs, Fp32::add);
    }
}
