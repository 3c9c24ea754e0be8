package dev.hwc.rtl.generator.numerics;

import dev.hwc.ir.numerics.Fp32;
import dev.hwc.rtl.harness.RequiresVerilator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

@RequiresVerilator
class Fp32MulTest {
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
            pairs[i + 1] = Operands.any(random);
        }
        agree(pairs);
    }

    @Test
    void tiesAndTheEdgesOfUnderflowAndOverflowGiveTheBitsOfTheTwin() {
        Random random = new Random(20261129);
        long[] pairs = new long[2 * 400_000];
        for (int i = 0; i < pairs.length; i += 2) {
            pairs[i] = Operands.round(Operands.any(random), random);
            // exponents that sum to about 1 (underflow), 255 (middle) or 381 (overflow), biased
            long partner = new long[] {0, 127, 254}[random.nextInt(3)] + 127 - (pairs[i] >>> 23 & 0xFF);
            pairs[i + 1] = Operands.round(Operands.near(Math.clamp(partner, 0, 255) << 23, 2, random), random);
        }
        agree(pairs);
    }

    private static void agree(long[] pairs) {
        Twins.agreeOnPairs("Fp32Mul", Fp32Mul.Latency(), List.of("io_a", "io_b"), pairs, Fp32::mul);
    }
}
