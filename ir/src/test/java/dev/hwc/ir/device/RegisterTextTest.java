package dev.hwc.ir.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.hw.HardwareSpecs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RegisterTextTest {
    private static final Path DOCUMENT = Path.of(System.getProperty("hwc.root", ".."), "docs", "spec", "registers.md");
    private static final String INTRODUCTION = """
            # Registers and counters

            AXI4-Lite, 32-bit registers in 4 KiB. Generated from `dev.hwc.ir.device.Register` and `Counter`; `-Dgolden.update=true` writes it anew.
            A job is submitted by writing its descriptor (isa.md §8) into the ring and its number into `DOORBELL`; it has ended when `COMPLETED` has that number, and its completion record is in memory before.
            Several jobs may be handed over at once and while one runs, at most as many as the ring has places; they run in order. A fault ends its own job only. The interrupt says that at least one job has ended since it was cleared: clear it, then read `COMPLETED`.

            """;

    /** {@code -Dgolden.update=true} writes the document. */
    @Test
    void documentHasTheTables() throws IOException {
        String expected = INTRODUCTION + RegisterText.markdown()
                + "\nCounters are those of timing.md §9, of the running or the last job; `SNAPSHOT` copies them.\n\n"
                + RegisterText.counterMarkdown();
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(DOCUMENT, expected);
        }
        assertEquals(expected, Files.readString(DOCUMENT));
    }

    @Test
    void offsetsAreWordsAndDifferent() {
        Set<Integer> seen = new HashSet<>();
        for (Register register : Register.values()) {
            assertEquals(0, register.offset() % 4, register.name());
            assertTrue(seen.add(register.offset()), register.name());
            assertTrue(register.offset() < Register.SPACE_BYTES, register.name());
        }
        assertTrue(Register.COUNTERS.offset() + 8 * Counter.SLOTS <= Register.SPACE_BYTES);
        assertTrue(Counter.COUNT <= Counter.SLOTS);
    }

    @Test
    void headerDefinesEveryRegisterAndCounter() {
        String header = RegisterText.header(HardwareSpecs.preset("tiny-4x4"));
        for (Register register : Register.values()) {
            assertTrue(header.contains("#define HWC_" + register.name() + " 0x"), register.name());
        }
        assertTrue(header.contains("#define HWC_COUNTER_STALL_LOAD_WAIT_MATRIX "));
        assertTrue(header.contains(HardwareSpecs.preset("tiny-4x4").hash()));
    }
}
