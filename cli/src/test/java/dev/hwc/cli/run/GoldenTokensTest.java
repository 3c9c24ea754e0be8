package dev.hwc.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class GoldenTokensTest {
    private static final Path FILE =
            Path.of(System.getProperty("hwc.root", ".."), "cli", "src", "main", "resources" + GoldenTokens.RESOURCE);

    /** {@code -Dgolden.update=true} records the tokens of the models anew. */
    @Test
    void theShippedFileIsWhatTheModelsGenerate() throws IOException {
        StringBuilder expected = new StringBuilder();
        for (String model : Selftest.MODELS) {
            expected.append(Selftest.record(model).line(model));
        }
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(FILE, expected);
        }
        assertEquals(expected.toString(), Files.readString(FILE));
    }

    @Test
    void aLineIsReadAsItWasWritten() {
        GoldenTokens golden = GoldenTokens.of("demo");
        assertEquals(Selftest.SIMULATED_TOKENS, golden.tokens().size());
        assertTrue(golden.line("demo").startsWith("demo " + golden.logits() + " "));
    }

    @Test
    void aModelWithoutALineIsNamed() {
        IllegalStateException problem = assertThrows(IllegalStateException.class, () -> GoldenTokens.of("other"));
        assertTrue(String.valueOf(problem.getMessage()).contains("other"));
    }
}
