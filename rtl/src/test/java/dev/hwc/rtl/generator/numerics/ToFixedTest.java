package dev.hwc.rtl.generator.numerics;

import static dev.hwc.rtl.generator.numerics.Twins.bits;
import static dev.hwc.rtl.generator.numerics.Twins.fp32;

import dev.hwc.ir.numerics.Fp32;
import dev.hwc.rtl.harness.RequiresVerilator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

@RequiresVerilator
class ToFixedTest {
    private static final int ROWS = 300_000;

    @Test
    void normN24IntegersGiveTheBitsOfTheTwin() {
        Random random = new Random(1);
        long[] table = new long[2 * ROWS];
        for (int i = 0; i < table.length; i += 2) {
            long x = finite(random);
            int field = (int) (x >>> 23 & 0xFF);
            table[i] = x;
            table[i + 1] = 149L - Math.clamp(field + random.nextInt(random.nextBoolean() ? 28 : 2), 1, 254);
        }
        agree("ToFixed24", 25, table);
    }

    @Test
    void expN10ArgumentsGiveTheBitsOfTheTwin() {
        Random random = new Random(2);
        long[] table = new long[2 * ROWS];
        for (int i = 0; i < table.length; i += 2) {
            table[i] = random.nextBoolean()
                    ? bits(random.nextFloat(-88.75f, 88.75f))
                    : Operands.round(Operands.near(bits(0x1p-10f), 16, random), random);
            table[i + 1] = 24;
        }
        agree("ToFixed31", 32, table);
    }

    @Test
    void softmaxN26WeightsGiveTheBitsOfTheTwin() {
        Random random = new Random(3);
        long[] table = new long[2 * ROWS];
        for (int i = 0; i < table.length; i += 2) {
            table[i] = (random.nextBoolean() ? Operands.near(bits(0x1p-20f), 19, random) : Operands.any(random) >>> 2)
                    & 0x3FFFFFFFL; // in [0, 2)
            table[i + 1] = 30;
        }
        Twins.agree(
                "ToFixed31Floor", ToFixed.Latency(), List.of("io_x", "io_shift"), List.of("io_out"), table, (t, i) ->
                        new long[] {Fp32.toFixedFloor(fp32(t[i]), (int) t[i + 1])});
    }

    private static long finite(Random random) {
        long x = Operands.round(Operands.any(random), random);
        return (x & 0x7F800000L) == 0x7F800000L ? x & 0xBFFFFFFFL : x;
    }

    private static void agree(String block, int width, long[] table) {
        Twins.agree(block, ToFixed.Latency(), List.of("io_x", "io_shift"), List.of("io_out"), table, (t, i) ->
                new long[] {Fp32.toFixed(fp32(t[i]), (int) t[i + 1]) & (1L << width) - 1});
    }
}
