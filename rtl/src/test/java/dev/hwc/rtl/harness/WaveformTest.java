package dev.hwc.rtl.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.rtl.RtlException;
import dev.hwc.rtl.generator.numerics.Fp32Mul;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Waveforms of a small block: which signals, which clocks, whole or not at all. */
@RequiresVerilator
class WaveformTest {
    private static final HardwareSpec SPEC = HardwareSpecs.preset("tiny-4x4");
    private static final String BLOCK = "Fp32Mul";
    private static final long TWO = 0x40000000;
    private static final long THREE = 0x40400000;
    private static final long SIX = 0x40C00000;
    /** Clocks of {@link RtlModel#reset}. */
    private static final int RESET = 2;

    @TempDir
    Path folder;

    /** Runs the block for a number of clocks after its reset, its inputs set at the start. */
    private List<String> run(Waveform waveform, int clocks) throws IOException {
        try (RtlModel model = RtlModel.openTraceable(BLOCK, SPEC);
                WaveformFile file = new WaveformFile(model.handle(), waveform)) {
            model.poke("io_a", TWO);
            model.poke("io_b", THREE);
            model.step(clocks);
            assertEquals(RESET + clocks, NativeModel.clocks(model.handle()));
            assertTrue(Files.notExists(waveform.file()), "it appears at the end");
        }
        assertEquals(List.of(waveform.file()), files());
        return Files.readAllLines(waveform.file());
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static List<Long> times(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith("#"))
                .map(line -> Long.valueOf(line.substring(1)))
                .toList();
    }

    /** The short name of a signal of the top. */
    private static String code(List<String> lines, String name) {
        return lines.stream()
                .map(String::strip)
                .filter(line -> line.startsWith("$var") && line.split(" +", -1)[4].equals(name))
                .map(line -> line.split(" +", -1)[3])
                .findFirst()
                .orElseThrow(() -> new AssertionError("no signal " + name));
    }

    /** How a value of 32 bits is written before its signal. */
    private static String word(long value) {
        return "b" + Long.toBinaryString(value | 1L << 32).substring(1) + " ";
    }

    /** Time of the first line that says a signal has a value. */
    private static long when(List<String> lines, String change) {
        long time = -1;
        for (String line : lines) {
            time = line.startsWith("#") ? Long.parseLong(line.substring(1)) : time;
            if (line.equals(change)) {
                return time;
            }
        }
        throw new AssertionError("never: " + change);
    }

    @Test
    void theWindowHasItsClocksAndNoOthers() throws IOException {
        List<String> lines = run(new Waveform(folder.resolve("some.vcd"), 10, 20), 100);
        List<Long> times = times(lines);
        assertEquals(40, times.size());
        assertEquals(10_000, times.getFirst());
        assertEquals(29_500, times.getLast());
        assertTrue(lines.contains("$timescale 1ps $end"), lines.getFirst());
    }

    @Test
    void signalsOfTheTopChangeWhenTheyDo() throws IOException {
        List<String> lines = run(new Waveform(folder.resolve("all.vcd"), 0, Long.MAX_VALUE), 20);
        assertTrue(lines.stream().anyMatch(line -> line.contains("$scope module " + BLOCK + " $end")));
        String product = word(SIX) + code(lines, "io_out");
        // Inputs of clock c are seen by the edge of clock c + 1.
        assertEquals(1000L * (RESET + Fp32Mul.Latency()), when(lines, product));
        assertEquals(1000L * RESET + 500, when(lines, word(TWO) + code(lines, "io_a")));
        assertEquals(1000L * (RESET + 1), when(lines, "1" + code(lines, "clock")));
    }

    @Test
    void aWindowBehindTheEndIsAFileWithoutClocks() throws IOException {
        assertEquals(List.of(), times(run(new Waveform(folder.resolve("none.vcd"), 1000, 5), 10)));
    }

    @Test
    void aModelWithoutWaveformsIsRefusedAndNothingIsLeft() throws IOException {
        try (RtlModel model = RtlModel.open(BLOCK, SPEC)) {
            Waveform waveform = new Waveform(folder.resolve("x.vcd"), 0, 1);
            assertThrows(RtlException.class, () -> new WaveformFile(model.handle(), waveform));
        }
        assertEquals(List.of(), files());
    }

    @Test
    void aFolderThatIsNotThereIsNamed() throws IOException {
        try (RtlModel model = RtlModel.openTraceable(BLOCK, SPEC)) {
            Waveform waveform = new Waveform(folder.resolve("nothere").resolve("x.vcd"), 0, 1);
            RtlException problem = assertThrows(RtlException.class, () -> new WaveformFile(model.handle(), waveform));
            assertTrue(String.valueOf(problem.getMessage()).contains("nothere"));
        }
    }

    @Test
    void anEmptyWindowIsRefused() {
        assertThrows(RtlException.class, () -> new Waveform(Path.of("x"), 0, 0));
        assertThrows(RtlException.class, () -> new Waveform(Path.of("x"), -1, 1));
    }
}
