package dev.hwc.rtl.generator.numerics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.rtl.harness.RtlModel;
import java.util.Arrays;
import java.util.List;

/** Runs rows of operands through a unit and compares every result with that of its Java twin. */
final class Twins {
    /** The twin: a row of the table, from the given index on, to the results of that row. */
    interface Twin {
        long[] of(long[] table, int from);
    }

    private static final HardwareSpec SPEC = HardwareSpecs.preset("tiny-4x4");

    private Twins() {}

    /**
     * Every row must give the twin's bits, {@code latency} cycles later.
     *
     * @param inputs ports of a row; at most 64 bits each
     */
    static void agree(String block, int latency, List<String> inputs, List<String> outputs, long[] table, Twin twin) {
        int width = inputs.size();
        int rows = table.length / width;
        assertTrue(rows > 0, "nothing to compare");
        long[] results;
        try (RtlModel model = RtlModel.open(block, SPEC)) {
            results = model.stream(inputs, Arrays.copyOf(table, table.length + width * latency), outputs);
        }
        for (int r = 0; r < rows; r++) {
            long[] expected = twin.of(table, r * width);
            for (int o = 0; o < outputs.size(); o++) {
                long found = results[(r + latency) * outputs.size() + o];
                if (found != expected[o]) {
                    assertEquals(
                            hex(expected[o]),
                            hex(found),
                            block + "." + outputs.get(o) + " of row " + r + ": "
                                    + Arrays.toString(Arrays.stream(table, r * width, (r + 1) * width)
                                            .mapToObj(Twins::hex)
                                            .toArray()));
                }
            }
        }
    }

    /** A function of two fp32 numbers. */
    interface Binary {
        float of(float x, float y);
    }

    /** Rows of two fp32 operands and one fp32 result. */
    static void agreeOnPairs(String block, int latency, List<String> inputs, long[] pairs, Binary twin) {
        agree(block, latency, inputs, List.of("io_out"), pairs, (t, i) ->
                new long[] {bits(twin.of(fp32(t[i]), fp32(t[i + 1])))});
    }

    private static String hex(long bits) {
        return Long.toHexString(bits);
    }

    static float fp32(long bits) {
        return Float.intBitsToFloat((int) bits);
    }

    static long bits(float x) {
        return Float.floatToRawIntBits(x) & 0xFFFFFFFFL;
    }
}
