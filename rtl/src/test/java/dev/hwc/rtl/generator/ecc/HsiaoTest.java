package dev.hwc.rtl.generator.ecc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.rtl.Campaign;
import dev.hwc.rtl.harness.RequiresVerilator;
import dev.hwc.rtl.harness.RtlModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HsiaoTest {
    /** Data words of which every single and every double flip is tried. */
    private static final int DATA_WORDS = 30;

    private static final List<String> INPUTS = List.of("io_data", "io_flips");
    private static final List<String> OUTPUTS = List.of("io_word", "io_decoded", "io_corrected", "io_failed");

    static List<HsiaoGolden> codes() {
        return HsiaoGolden.ALL;
    }

    /** Flipped bits of a word of data, lowest word first. */
    private record Case(long data, long low, int high) {}

    @ParameterizedTest
    @MethodSource("codes")
    void generatorChoosesTheColumnsThatAreWrittenDown(HsiaoGolden golden) {
        Hsiao code = new Hsiao(golden.dataBits());
        assertEquals(golden.checkBits(), code.checkBits());
        assertEquals(golden.columns().toString(), code.columns().mkString("[", ", ", "]"));
    }

    @ParameterizedTest
    @MethodSource("codes")
    void columnsDifferAreOddAndUseTheCheckBitsEvenly(HsiaoGolden golden) {
        assertEquals(golden.dataBits(), new HashSet<>(golden.columns()).size());
        List<Integer> load = new ArrayList<>();
        for (int row = 0; row < golden.checkBits(); row++) {
            int bit = row;
            load.add((int)
                    golden.columns().stream().filter(c -> (c >> bit & 1) != 0).count());
        }
        for (int column : golden.columns()) {
            assertTrue(Integer.bitCount(column) % 2 == 1 && Integer.bitCount(column) >= 3, "column " + column);
        }
        int most = load.stream().max(Integer::compare).orElseThrow();
        int least = load.stream().min(Integer::compare).orElseThrow();
        assertTrue(most - least <= 1, "data bits of each check bit: " + load);
    }

    @RequiresVerilator
    @ParameterizedTest
    @MethodSource("codes")
    void everySingleFlipIsCorrectedAndEveryDoubleFlipFound(HsiaoGolden golden) {
        List<Case> cases = cases(golden);
        long[] rows = run(golden, cases);
        int width = rows.length / cases.size();
        int[] verdicts = new int[3];
        for (int i = 0; i < cases.size(); i++) {
            Case c = cases.get(i);
            HsiaoGolden.Word word = golden.encode(c.data());
            HsiaoGolden.Word flipped = new HsiaoGolden.Word(
                    word.data() ^ c.low() & mask(golden.dataBits()), word.checks() ^ checkFlips(golden, c));
            HsiaoGolden.Verdict expected = golden.decode(flipped);
            int flips = Long.bitCount(c.low()) + Integer.bitCount(c.high());
            assertEquals(flips == 1, expected.corrected());
            assertEquals(flips == 2, expected.failed());
            int at = i * width;
            String place = golden.dataBits() + " bits, data " + Long.toHexString(c.data()) + ", flips "
                    + Integer.toHexString(c.high()) + ":" + Long.toHexString(c.low());
            assertEquals(low(golden, word), rows[at], place + ": word");
            if (golden.wordBits() > 64) {
                assertEquals(word.checks(), rows[at + 1], place + ": check bits");
            }
            HsiaoGolden.Verdict found = new HsiaoGolden.Verdict(
                    flips == 2 ? expected.data() : rows[at + width - 3],
                    rows[at + width - 2] == 1,
                    rows[at + width - 1] == 1);
            assertEquals(expected, found, place);
            verdicts[flips]++;
        }
        Campaign.report("(" + golden.wordBits() + "," + golden.dataBits() + ") code in Verilator: "
                + verdicts[1] + " single flips corrected, " + verdicts[2] + " double flips found, " + verdicts[0]
                + " words without");
    }

    private static List<Case> cases(HsiaoGolden golden) {
        Random random = new Random(golden.dataBits());
        List<Case> cases = new ArrayList<>();
        for (int i = 0; i < DATA_WORDS; i++) {
            long data = i == 0 ? 0 : random.nextLong() & mask(golden.dataBits());
            cases.add(new Case(data, 0, 0));
            for (int a = 0; a < golden.wordBits(); a++) {
                cases.add(flipped(data, a, a));
                for (int b = 0; b < a; b++) {
                    cases.add(flipped(data, a, b));
                }
            }
        }
        return cases;
    }

    /** One bit if both are the same. */
    private static Case flipped(long data, int a, int b) {
        long low = (a < 64 ? 1L << a : 0) | (b < 64 ? 1L << b : 0);
        int high = (a < 64 ? 0 : 1 << a - 64) | (b < 64 ? 0 : 1 << b - 64);
        return new Case(data, low, high);
    }

    private static long[] run(HsiaoGolden golden, List<Case> cases) {
        boolean wide = golden.wordBits() > 64;
        long[] table = new long[cases.size() * (wide ? 3 : 2)];
        int at = 0;
        for (Case c : cases) {
            table[at++] = c.data();
            table[at++] = c.low();
            if (wide) {
                table[at++] = c.high();
            }
        }
        try (RtlModel model = RtlModel.open("Hsiao" + golden.dataBits(), HardwareSpecs.preset("tiny-4x4"))) {
            return model.stream(INPUTS, table, OUTPUTS);
        }
    }

    private static long mask(int bits) {
        return -1L >>> 64 - bits;
    }

    private static int checkFlips(HsiaoGolden golden, Case c) {
        return golden.dataBits() == 64 ? c.high() : (int) (c.low() >>> golden.dataBits());
    }

    private static long low(HsiaoGolden golden, HsiaoGolden.Word word) {
        return golden.dataBits() == 64 ? word.data() : word.data() | (long) word.checks() << golden.dataBits();
    }
}
