package dev.hwc.ir.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.tensor.TensorProgram;
import dev.hwc.ir.tensor.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The listing in docs/spec/tensor-ir.md is what the tools read and write. */
class SpecificationTest {
    private static final Pattern LISTING = Pattern.compile("```hwc-tensor\\n(.*?)```", Pattern.DOTALL);

    @Test
    void listingIsACorrectProgramInPrintedForm() throws IOException {
        Matcher listing = LISTING.matcher(Files.readString(root().resolve("docs/spec/tensor-ir.md")));
        assertTrue(listing.find());
        TensorProgram program = Verifier.verify(TensorParser.parse(listing.group(1)));
        assertEquals(listing.group(1), TensorPrinter.print(program));
    }

    /** {@code hwc.root}, else the outermost folder above with a pom.xml. */
    private static Path root() {
        String configured = System.getProperty("hwc.root");
        if (configured != null) {
            return Path.of(configured);
        }
        Path root = Path.of("").toAbsolutePath();
        for (Path up = root; up != null; up = up.getParent()) {
            root = Files.exists(up.resolve("pom.xml")) ? up : root;
        }
        return root;
    }
}
