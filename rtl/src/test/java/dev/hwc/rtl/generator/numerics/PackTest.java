package dev.hwc.rtl.generator.numerics;

import static dev.hwc.rtl.generator.numerics.Twins.bits;

import dev.hwc.ir.numerics.BlockProduct;
import dev.hwc.ir.numerics.Fp32;
import dev.hwc.rtl.harness.RequiresVerilator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

@RequiresVerilator
class PackTest {
    private static final int ROWS = 400_000;

    @Test
    void everyLengthOfIntegerGivesTheBitsOfTheTwin() {
        Random random = new Random(1);
        long[] table = new long[2 * ROWS];
        for (int i = 0; i < table.length; i += 2) {
            table[i] = integer(63, random);
            table[i + 1] = random.nextInt(-512, 512);
        }
        pack(table);
    }

    @Test
    void theEdgesOfUnderflowAndOverflowGiveTheBitsOfTheTwin() {
        Random random = new Random(2);
        long[] table = new long[2 * ROWS];
        for (int i = 0; i < table.length; i += 2) {
            table[i] = integer(63, random);
            int top = 63 - Long.numberOfLeadingZeros(table[i]);
            table[i + 1] = (random.nextBoolean() ? -126L : 127L) - top + random.nextInt(-2, 3);
        }
        pack(table);
    }

    @Test
    void accumulatorsOfEveryLengthGiveTheBitsOfTheTwin() {
        Random random = new Random(3);
        long[] table = new long[ROWS];
        for (int i = 0; i < ROWS; i++) {
            long magnitude = integer(47, random);
            table[i] = random.nextBoolean() ? -magnitude : magnitude;
        }
        table[0] = -(1L << 47);
        table[1] = (1L << 47) - 1;
        table[2] = 0;
        table[3] = -1;
        Twins.agree(
                "AccumulatorToFp32",
                AccumulatorToFp32.Latency(),
                List.of("io_accumulator"),
                List.of("io_out"),
                table,
                (t, i) -> new long[] {bits(BlockProduct.toFp32(t[i]))});
    }

    private static void pack(long[] table) {
        Twins.agree("Pack64", Pack.Latency(), List.of("io_y", "io_e"), List.of("io_out"), table, (t, i) ->
                new long[] {bits(Fp32.pack(t[i], (int) t[i + 1]))});
    }

    /** Non-negative, of random length up to {@code maxBits}; half of them ties or their neighbours in 24 bits. */
    private static long integer(int maxBits, Random random) {
        int length = random.nextInt(maxBits + 1);
        if (length == 0) {
            return 0;
        }
        long y = random.nextLong() >>> 64 - length | 1L << length - 1;
        int drop = length - 24;
        if (drop < 1 || random.nextBoolean()) {
            return y;
        }
        long tie = y >>> drop << drop | 1L << drop - 1;
        return drop > 1 ? tie + random.nextInt(-1, 2) : tie;
    }
}
