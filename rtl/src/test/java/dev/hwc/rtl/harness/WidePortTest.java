package dev.hwc.rtl.harness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hwc.rtl.Emitted;
import dev.hwc.rtl.Port;
import dev.hwc.rtl.RtlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Ports of every storage class of Verilator, through one register each. */
@RequiresVerilator
class WidePortTest {
    private static final List<Integer> WIDTHS = List.of(1, 8, 9, 16, 17, 32, 33, 64, 65, 96, 97, 128, 200);

    @Test
    void everyWidthKeepsItsBitsAndNoMore() throws IOException {
        Random random = new Random(1);
        try (RtlModel model = open()) {
            for (int width : WIDTHS) {
                long[] words = random.longs((width + 63) / 64).toArray();
                model.poke("in" + width, words);
                model.step(1);
                assertArrayEquals(masked(words, width), model.peekWords("out" + width), "width " + width);
            }
        }
    }

    @Test
    void streamsTakeWidePortsAsConsecutiveWords() throws IOException {
        Random random = new Random(2);
        long[] table = random.longs(3 * 1000).toArray();
        long[] results;
        try (RtlModel model = open()) {
            results = model.stream(List.of("in33", "in97"), table, List.of("out97", "out33"));
        }
        for (int row = 1; row < 1000; row++) {
            long[] wide = masked(new long[] {table[3 * row - 2], table[3 * row - 1]}, 97);
            assertEquals(wide[0], results[3 * row]);
            assertEquals(wide[1], results[3 * row + 1]);
            assertEquals(masked(new long[] {table[3 * row - 3]}, 33)[0], results[3 * row + 2]);
        }
    }

    @Test
    void aWidePortIsRefusedByTheCallsForOneWord() throws IOException {
        try (RtlModel model = open()) {
            assertThrows(RtlException.class, () -> model.poke("in65", 1));
            assertThrows(RtlException.class, () -> model.peek("out65"));
            assertThrows(RtlException.class, () -> model.poke("in65", new long[1]));
        }
    }

    private static long[] masked(long[] words, int width) {
        long[] masked = words.clone();
        if (width % 64 != 0) {
            masked[masked.length - 1] &= (1L << width % 64) - 1;
        }
        return masked;
    }

    private static RtlModel open() throws IOException {
        List<Port> ports = new ArrayList<>(List.of(new Port("clock", true, 1)));
        StringBuilder registers = new StringBuilder();
        for (int width : WIDTHS) {
            ports.add(new Port("in" + width, true, width));
            ports.add(new Port("out" + width, false, width));
            registers.append("  always @(posedge clock) out%d <= in%d;\n".formatted(width, width));
        }
        String header = String.join(
                ",\n",
                ports.stream()
                        .map(p ->
                                "  %s [%d:0] %s".formatted(p.input() ? "input" : "output reg", p.width() - 1, p.name()))
                        .toList());
        Path scratch = BuildFolder.scratch("Registers");
        Path sources = Files.createDirectory(scratch.resolve("sv"));
        Files.writeString(
                sources.resolve("Registers.sv"), "module Registers(\n" + header + ");\n" + registers + "endmodule\n");
        return RtlModel.open(
                "Registers",
                ModelBuilder.finish(
                        scratch,
                        "Registers",
                        new Emitted("Registers", sources, ports),
                        CompileOptions.standard(false)));
    }
}
