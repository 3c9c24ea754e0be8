package dev.hwc.rtl.generator.numerics;

import static dev.hwc.rtl.generator.numerics.Twins.bits;
import static dev.hwc.rtl.generator.numerics.Twins.fp32;

import dev.hwc.ir.numerics.NumericCounters;
import dev.hwc.ir.numerics.Quantize;
import dev.hwc.ir.numerics.ScaleFormat;
import dev.hwc.rtl.harness.RequiresVerilator;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

@RequiresVerilator
class QuantizeTest {
    private static final int ROWS = 300_000;

    @Test
    void scalesOfSpecialMagnitudesGiveTheBitsOfTheTwin() {
        long[] magnitudes =
                Arrays.stream(Operands.special()).filter(x -> x < 0x7F800000L).toArray();
        long[] table = new long[4 * magnitudes.length];
        for (int i = 0; i < magnitudes.length; i++) {
            table[4 * i] = table[4 * i + 2] = magnitudes[i];
            table[4 * i + 3] = 1;
        }
        scales(table);
    }

    @Test
    void scalesOfRandomMagnitudesGiveTheBitsOfTheTwin() {
        Random random = new Random(1);
        long[] table = new long[2 * ROWS];
        for (int i = 0; i < table.length; i += 2) {
            long any = Operands.any(random) & 0x7FFFFFFFL;
            // half of them where binary16 has subnormals or ends: 127·2^-27 .. 127·2^17
            long near = Operands.near(bits(127 * 0x1p-5f), 22, random) & 0x7FFFFFFFL;
            table[i] = Math.min(random.nextBoolean() ? any : near, 0x7F7FFFFFL);
            table[i + 1] = random.nextInt(2);
        }
        scales(table);
    }

    @Test
    void scalesAtTheStepsOfBothFormatsGiveTheBitsOfTheTwin() {
        long[] table = new long[2 * 0x7C00 * 3];
        int i = 0;
        for (int half = 1; half < 0x7C00; half++) {
            float exact = 127 * ScaleFormat.FP16.value((short) half);
            for (int neighbour = -1; neighbour <= 1; neighbour++) {
                table[i++] = bits(exact) + neighbour;
                table[i++] = half & 1 | (neighbour == 0 ? 1 : 0);
            }
        }
        scales(Arrays.copyOf(table, i));
    }

    @Test
    void codesOfElementsOfRandomGroupsGiveTheBitsOfTheTwin() {
        Random random = new Random(2);
        long[] table = new long[2 * ROWS];
        for (int i = 0; i < table.length; i += 2) {
            float amax = Math.abs(fp32(Operands.near(bits(1f), 60, random)));
            ScaleFormat format = ScaleFormat.values()[random.nextInt(2)];
            table[i] = bits(amax * random.nextFloat(-1f, 1f));
            table[i + 1] = bits(Quantize.inverse(Quantize.scale(amax, format), format));
        }
        codes(table);
    }

    @Test
    void codesAtTiesAndBeyondTheClampGiveTheBitsOfTheTwin() {
        long[] table = new long[2 * 1200 * 3];
        int i = 0;
        for (int half = -600; half < 600; half++) {
            for (int neighbour = -1; neighbour <= 1; neighbour++) {
                table[i++] = bits(half / 2f * 0x1p-7f) + (half == 0 ? 0 : neighbour);
                table[i++] = bits(0x1p7f);
            }
        }
        codes(table);
    }

    @Test
    void codesOfSpecialValuesGiveTheBitsOfTheTwinAndRaiseTheException() {
        float[] inverses = {0f, 1f, 0x1p-120f, 0x1.8p126f, 127f, 1 / 127f};
        long[] special = Operands.special();
        long[] table = new long[2 * special.length * inverses.length];
        for (int i = 0; i < table.length / 2; i++) {
            table[2 * i] = special[i / inverses.length];
            table[2 * i + 1] = bits(inverses[i % inverses.length]);
        }
        codes(table);
    }

    private static void scales(long[] table) {
        Twins.agree(
                "QuantizeScale",
                QuantizeScale.Latency(),
                List.of("io_amax", "io_half"),
                List.of("io_scale", "io_inverse"),
                table,
                (t, i) -> {
                    ScaleFormat format = t[i + 1] == 1 ? ScaleFormat.FP16 : ScaleFormat.BF16;
                    short scale = Quantize.scale(fp32(t[i]), format);
                    return new long[] {scale & 0xFFFF, bits(Quantize.inverse(scale, format))};
                });
    }

    private static void codes(long[] table) {
        Twins.agree(
                "QuantizeCode",
                QuantizeCode.Latency(),
                List.of("io_x", "io_inverse"),
                List.of("io_code", "io_exception"),
                table,
                (t, i) -> {
                    NumericCounters counters = new NumericCounters();
                    byte code = Quantize.element(Quantize.finite(fp32(t[i]), counters), fp32(t[i + 1]));
                    return new long[] {code & 0xFF, counters.numericExceptions()};
                });
    }
}
