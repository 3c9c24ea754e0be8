package dev.hwc.tests.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.ir.device.Counter;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.isa.FaultCode;
import dev.hwc.ir.isa.Program;
import dev.hwc.ir.isa.Queue;
import dev.hwc.rtl.harness.RequiresVerilator;
import dev.hwc.rtl.harness.RtlJobs;
import dev.hwc.sim.systolic.testing.RandomCase;
import dev.hwc.sim.systolic.testing.RandomPrograms;
import dev.hwc.tests.Campaign;
import dev.hwc.tests.rtl.EccMemories.CodeWord;
import dev.hwc.tests.rtl.EccMemories.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Bits turned over in the memories of the verilated accelerator with check bits, between a job that
 * writes them and one that reads them. {@code -Dhwc.campaign=true} tries 2,000 single and 2,000 double
 * flips in every kind of memory.
 */
class RtlEccTest {
    private static final HardwareSpec SPEC =
            HardwareSpecs.preset("tiny-4x4").withScratchpads(HardwareSpec.Scratchpads.SECDED);
    private static final long PROGRAM_BYTES = 1 << 12;
    private static final long[] NO_ARGUMENTS = {};

    /** Random layouts, and flips of each kind of memory for each of them. */
    private static final int LAYOUTS = Campaign.cases(4, 50);

    private static final int FLIPS = Campaign.cases(25, 40);
    /** After this many faults of a layout, one job without. */
    private static final int NEXT_JOBS = 4;

    private static Twins twins() {
        return new Twins(SPEC, PROGRAM_BYTES, RandomCase.WINDOW_BYTES, RandomCase.WINDOW_BYTES);
    }

    /** Runs the first job on both, and the second once without flips. */
    private static void fill(Twins twins, EccLayout layout, long seed, String place) {
        RandomCase data = RandomPrograms.generate(SPEC, seed, true, 1);
        twins.fill(1, data.contents(1));
        twins.fill(2, data.contents(2));
        twins.runAndCompare(layout.fill(), NO_ARGUMENTS, false, place + ", fill");
        twins.runAndCompare(layout.use(), NO_ARGUMENTS, false, place + ", without flips");
        assertEquals(0, corrected(twins), place + ": corrected without flips");
    }

    private static long corrected(Twins twins) {
        return twins.hardware().counters()[Counter.ECC_CORRECTED];
    }

    private static void flip(Twins twins, CodeWord word, int bit) {
        twins.hardware().flip(word.memory(), word.word(), word.firstBit() + bit);
    }

    @RequiresVerilator
    @Test
    void singleFlipsInAllMemoriesAtOnceAreCorrectedAndCounted() {
        int count = 0;
        try (Twins twins = twins()) {
            EccMemories memories = new EccMemories(SPEC, twins.hardware());
            for (int l = 0; l < LAYOUTS; l++) {
                Random random = new Random(l);
                EccLayout layout = EccLayout.random(SPEC, random);
                fill(twins, layout, l, "single flips, " + layout);
                for (int i = 0; i < FLIPS; i++) {
                    String place = "single flips " + i + ", " + layout;
                    List<Runnable> back = new ArrayList<>();
                    int reads = 0;
                    for (Kind kind : Kind.values()) {
                        CodeWord word = memories.random(kind, layout, random);
                        int bit = random.nextInt(word.bits());
                        flip(twins, word, bit);
                        back.add(() -> flip(twins, word, bit));
                        reads += kind.reads;
                        count++;
                    }
                    twins.runAndCompare(layout.use(), NO_ARGUMENTS, true, place);
                    assertEquals(reads, corrected(twins), place + ": corrected");
                    back.forEach(Runnable::run);
                }
            }
        }
        Campaign.report("single flips in 8 kinds of scratchpad memory of the whole accelerator: " + count
                + ", all corrected, bits and cycles those of the simulator");
    }

    @RequiresVerilator
    @Test
    void doubleFlipsAreFaultsWithTheWordsAddressAndTheNextJobIsRight() {
        int count = 0;
        try (Twins twins = twins()) {
            EccMemories memories = new EccMemories(SPEC, twins.hardware());
            for (int l = 0; l < LAYOUTS; l++) {
                Random random = new Random(1000 + l);
                EccLayout layout = EccLayout.random(SPEC, random);
                Program use = layout.use();
                fill(twins, layout, 1000 + l, "double flips, " + layout);
                for (int i = 0; i < FLIPS; i++) {
                    for (Kind kind : Kind.values()) {
                        CodeWord word = memories.random(kind, layout, random);
                        int first = random.nextInt(word.bits());
                        int second = (first + 1 + random.nextInt(word.bits() - 1)) % word.bits();
                        flip(twins, word, first);
                        flip(twins, word, second);
                        RtlJobs.Outcome outcome = twins.execute(use, NO_ARGUMENTS, true);
                        String place = word + ", bits " + first + " and " + second + ", " + layout;
                        assertFault(word, kind.pc, outcome, place);
                        flip(twins, word, first);
                        flip(twins, word, second);
                        if (count++ % NEXT_JOBS == 0) {
                            twins.runAndCompare(use, NO_ARGUMENTS, true, "job after " + place);
                            assertEquals(0, corrected(twins), "corrected in the job after " + place);
                        }
                    }
                }
            }
        }
        Campaign.report("double flips in 8 kinds of scratchpad memory of the whole accelerator: " + count
                + ", all faults with queue, program counter and address, next jobs right");
    }

    private static void assertFault(CodeWord word, int pc, RtlJobs.Outcome outcome, String place) {
        assertEquals(
                FaultCode.ECC.number() + " of " + word.kind().queue + " at " + pc + ", address "
                        + Long.toHexString(word.address()),
                outcome.record().code() + " of "
                        + Queue.of(outcome.record().queue()) + " at "
                        + outcome.record().pc() + ", address "
                        + Long.toHexString(outcome.record().value()),
                place);
    }

    @RequiresVerilator
    @Test
    void flipsInWordsThatAMatmulReadsWithoutUsingThemAreNoFaults() {
        EccLayout layout = new EccLayout(1, 2, 5, 3, 0, 0, 0, 200);
        try (Twins twins = twins()) {
            EccMemories memories = new EccMemories(SPEC, twins.hardware());
            fill(twins, layout, 1, "unused words");
            List<CodeWord> unused = List.of(
                    memories.weightCode(layout, 2, 7),
                    memories.weightScale(layout, 3),
                    memories.activationCodes(layout, 1, 2),
                    memories.activationScale(layout, 2));
            for (CodeWord word : unused) {
                flip(twins, word, 1);
                flip(twins, word, 4);
            }
            twins.runAndCompare(layout.use(), NO_ARGUMENTS, true, "unused words");
            assertEquals(0, corrected(twins));
        }
    }

    @RequiresVerilator
    @ParameterizedTest
    @CsvSource({"1, 1", "4, 4"})
    void lastScaleOfAMatmulThatNothingEmitsIsAFaultOfItsOwnJob(int m, int n) {
        EccLayout layout = new EccLayout(m, n, 5, 3, 0, 0, 0, 200);
        try (Twins twins = twins()) {
            EccMemories memories = new EccMemories(SPEC, twins.hardware());
            fill(twins, layout, 2, "unemitted");
            CodeWord word = memories.activationScale(layout, m - 1); // of the row that ends last
            flip(twins, word, 0);
            twins.runAndCompare(layout.unemitted(), NO_ARGUMENTS, false, "corrected, unemitted");
            assertEquals(1, corrected(twins));
            flip(twins, word, 9);
            assertFault(word, 0, twins.execute(layout.unemitted(), NO_ARGUMENTS, false), "unemitted");
            flip(twins, word, 0);
            flip(twins, word, 9);
            fill(twins, layout, 3, "the job after the fault");
        }
    }
}
