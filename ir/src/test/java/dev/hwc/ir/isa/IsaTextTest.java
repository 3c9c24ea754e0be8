package dev.hwc.ir.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class IsaTextTest {
    private static final Path SPEC = Path.of(System.getProperty("hwc.root", ".."), "docs", "spec");
    private static final String INTRODUCTION = """
            # Instruction word: bits

            Where every field stands in the 128-bit word; what it means is in [isa.md](isa.md). Generated from `dev.hwc.ir.isa.Opcode`; `-Dgolden.update=true` writes it anew.
            Common to all: opcode 127:122, queue 121:120, wait mask 119:117, signal mask 116:114, flags 113:112, CRC 111:104 (isa.md §2). Bits of 103:0 that are not listed are zero.

            """;

    /** {@code -Dgolden.update=true} writes the document. */
    @Test
    void documentHasTheTables() throws IOException {
        Path document = SPEC.resolve("isa-tables.md");
        String expected =
                INTRODUCTION + IsaText.opcodes() + "\nFields whose values have names:\n\n" + IsaText.enumerations();
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(document, expected);
        }
        assertEquals(expected, Files.readString(document));
    }

    @Test
    void theCommonFieldsStandWhereTheDocumentsSay() {
        assertEquals(104, Word.CRC);
        assertEquals(112, Word.FLAGS);
        assertEquals(114, Word.SIGNALS);
        assertEquals(117, Word.WAITS);
        assertEquals(120, Word.QUEUE);
        assertEquals(122, Word.OPCODE);
    }

    @Test
    void theInstructionSetDescribesEveryOpcodeAndFault() throws IOException {
        String document = Files.readString(SPEC.resolve("isa.md"));
        for (Opcode opcode : Opcode.values()) {
            assertTrue(document.contains("| `" + opcode.text() + "` |"), opcode.text());
        }
        for (FaultCode fault : FaultCode.values()) {
            assertTrue(document.contains("`" + fault + "`"), fault.name());
        }
    }
}
