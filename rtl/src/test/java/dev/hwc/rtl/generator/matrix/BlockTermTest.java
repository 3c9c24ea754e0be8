package dev.hwc.rtl.generator.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.numerics.BlockProduct;
import dev.hwc.ir.numerics.BlockScale;
import dev.hwc.ir.numerics.NumericCounters;
import dev.hwc.rtl.harness.RequiresVerilator;
import dev.hwc.rtl.harness.RtlModel;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

@RequiresVerilator
class BlockTermTest {
    private static final List<String> INPUTS = List.of(
            "io_activationScale",
            "io_weightScale_mantissa",
            "io_weightScale_exponent",
            "io_weightScale_offset",
            "io_sum",
            "io_codes");
    private static final List<String> OUTPUTS = List.of("io_value", "io_round", "io_saturated");
    private static final int MAX_SUM = 32 * 127 * 128;
    private static final int MAX_CODES = 32 * 127;

    @Test
    void anySumAndScalesGiveTheTermOfTheTwin() {
        Random random = new Random(20261128);
        agree(300_000, i ->
                new int[] {random.nextInt(2 * MAX_SUM + 1) - MAX_SUM, random.nextInt(0x8000), random.nextInt(0x10000)});
    }

    @Test
    void exponentsAtTheEdgesOfSaturationAndRoundingGiveTheTermOfTheTwin() {
        Random random = new Random(20261129);
        int[] sums = {0, 1, -1, 2, -2, 3, -3, 255, -256, 1 << 18, -(1 << 18), MAX_SUM, -MAX_SUM};
        agree(300_000, i -> {
            int weightField = random.nextInt(32);
            // sh = Ea + Ew − 139 from −42 to 20
            int activationField = Math.clamp(139 - Math.max(weightField, 1) + random.nextInt(63) - 42, 0, 255);
            int fraction = random.nextInt(4) == 0 ? random.nextInt(128) : random.nextInt(2) * 127;
            int weightFraction = random.nextInt(4) == 0 ? random.nextInt(1024) : random.nextInt(2) * 1023;
            int sum = random.nextBoolean() ? sums[random.nextInt(sums.length)] : random.nextInt(2048) - 1024;
            return new int[] {
                sum, activationField << 7 | fraction, random.nextInt(2) << 15 | weightField << 10 | weightFraction
            };
        });
    }

    @Test
    void anySumsScalesAndOffsetsGiveTheTermOfTheTwin() {
        Random random = new Random(20261130);
        int[] offsets = {0, 1, -1, Short.MAX_VALUE, Short.MIN_VALUE};
        int[] codes = {0, 1, -1, MAX_CODES, -MAX_CODES};
        agree(300_000, i -> {
            int exponent = random.nextInt(32);
            // sh = Ea + Ew − 139 from −42 to 20
            int activationField = Math.clamp(139 - exponent + random.nextInt(63) - 42, 0, 255);
            int significand = random.nextInt(4) == 0 ? random.nextInt(2) * 2047 : random.nextInt(2048);
            int most = MAX_CODES * 8;
            return new int[] {
                random.nextBoolean() ? random.nextInt(2 * most + 1) - most : random.nextInt(256) - 128,
                activationField << 7 | random.nextInt(128),
                exponent << 11 | significand,
                random.nextBoolean() ? offsets[random.nextInt(5)] : (short) random.nextInt(),
                random.nextBoolean() ? codes[random.nextInt(5)] : random.nextInt(2 * MAX_CODES + 1) - MAX_CODES
            };
        });
    }

    private interface Source {
        /** Sum, bfloat16 without sign, binary16; or sum, bfloat16, word of a BlockScale, offset, sum of codes. */
        int[] row(int i);
    }

    private static void agree(int count, Source source) {
        int latency = BlockTerm.Latency();
        long[] table = new long[INPUTS.size() * (count + latency)];
        int[][] rows = new int[count][];
        for (int i = 0; i < count; i++) {
            rows[i] = source.row(i);
            int half = rows[i][2];
            int at = INPUTS.size() * i;
            int sums = at + INPUTS.size() * BlockTerm.SumAfter();
            table[at] = rows[i][1];
            table[sums + 4] = rows[i][0];
            if (rows[i].length == 5) {
                table[at + 1] = BlockScale.significand((short) half);
                table[at + 2] = BlockScale.exponent((short) half);
                table[at + 3] = rows[i][3];
                table[sums + 5] = rows[i][4];
            } else {
                int field = half >> 10 & 31;
                int magnitude = half & 0x3FF | (field == 0 ? 0 : 0x400);
                table[at + 1] = (half & 0x8000) != 0 ? -magnitude : magnitude;
                table[at + 2] = Math.max(field, 1);
                table[sums + 5] = i % MAX_CODES; // without an offset it does not matter
            }
        }
        long[] results;
        try (RtlModel model = RtlModel.open("BlockTerm", HardwareSpecs.preset("tiny-4x4"))) {
            results = model.stream(INPUTS, table, OUTPUTS);
        }
        for (int i = 0; i < count; i++) {
            NumericCounters counters = new NumericCounters();
            long expected = expected(rows[i], counters);
            int at = OUTPUTS.size() * (i + latency);
            long found = (results[at] << 27 >> 27) + results[at + 1];
            if (found != expected || results[at + 2] != counters.saturatedTerms()) {
                assertEquals(
                        expected + " saturated " + counters.saturatedTerms(),
                        found + " saturated " + results[at + 2],
                        "sum, scales " + Arrays.toString(rows[i]));
            }
        }
    }

    private static long expected(int[] row, NumericCounters counters) {
        return row.length == 5
                ? BlockProduct.term(row[0], row[4], (short) row[1], (short) row[2], (short) row[3], counters)
                : BlockProduct.term(row[0], (short) row[1], (short) row[2], counters);
    }
}
