package dev.hwc.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.compiler.pass.CompilationUnit;
import dev.hwc.compiler.pass.Pass;
import dev.hwc.compiler.pass.PassContext;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.tensor.TensorProgram;
import dev.hwc.ir.tensor.Verifier;
import dev.hwc.ir.text.TensorParser;
import dev.hwc.ir.text.TensorPrinter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/**
 * Golden cases of a pass: {@code fuse_norm/CASE.in.txt} is a program, {@code CASE.out.txt} what
 * {@code FuseNorm} makes of it, or {@code error: MESSAGE}. Run the tests with {@code
 * -Dgolden.update=true} to rewrite the second file, and review the difference.
 */
public final class PassGolden {
    /** Head group 32. */
    public static final PassContext EDGE = new PassContext(HardwareSpecs.preset("edge-16x16"));
    /** Head group 64. */
    public static final PassContext WIDE = new PassContext(HardwareSpecs.preset("npu-128x128"));

    private static final Path RESOURCES = Path.of("src", "test", "resources");
    private static final int[] TOKENS = {3, 1, 4, 1, 5};

    private PassGolden() {}

    /** The program of a case, with random weights. */
    public static CompilationUnit unit(Pass pass, String name) {
        TensorProgram program = Verifier.verify(TensorParser.parse(read(file(pass, name + ".in.txt"))));
        return new CompilationUnit(program, RandomWeights.of(program, new Random(7)));
    }

    /** The pass makes the expected program of the case, and it computes the same. */
    public static void check(Pass pass, PassContext context, String name) {
        CompilationUnit before = unit(pass, name);
        CompilationUnit after = pass.run(before, context);
        expect(pass, name, TensorPrinter.print(after.program()));
        Equivalence.assertSameRows(before, after, TOKENS);
    }

    /** As above for edge-16x16. */
    public static void check(Pass pass, String name) {
        check(pass, EDGE, name);
    }

    /** The pass refuses the case with the expected message. */
    public static void checkRefused(Pass pass, String name) {
        CompilationUnit unit = unit(pass, name);
        String outcome;
        try {
            outcome = TensorPrinter.print(pass.run(unit, EDGE).program());
        } catch (CompileException e) {
            outcome = "error: " + e.getMessage() + "\n";
        }
        expect(pass, name, outcome);
    }

    private static void expect(Pass pass, String name, String text) {
        Path file = file(pass, name + ".out.txt");
        if (Boolean.getBoolean("golden.update")) {
            write(file, text);
        }
        assertEquals(read(file), text, () -> file.toString());
    }

    private static Path file(Pass pass, String name) {
        String folder = pass.name().replaceAll("(?<=.)(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
        return RESOURCES.resolve(folder).resolve(name);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
