package dev.hwc.compiler.guide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.compiler.PassGolden;
import dev.hwc.compiler.RandomWeights;
import dev.hwc.compiler.SharedModels;
import dev.hwc.compiler.pass.CompilationUnit;
import dev.hwc.compiler.pass.ImportModel;
import dev.hwc.compiler.pass.PadHeads;
import dev.hwc.compiler.pass.PassContext;
import dev.hwc.compiler.pipeline.FrontEnd;
import dev.hwc.compiler.pipeline.PassRecord;
import dev.hwc.compiler.pipeline.Pipeline;
import dev.hwc.compiler.pipeline.PipelineResult;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.tensor.TensorProgram;
import dev.hwc.ir.text.TensorParser;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GuideTest {
    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Path SOURCES = Path.of("src", "test", "java", "dev", "hwc", "compiler", "guide");

    @Test
    void lowersAModel() {
        HardwareSpec hardware = HardwareSpecs.preset("edge-16x16");
        try (Model model = Model.open("shape:qwen2-0.5b@q8_0")) {
            PipelineResult result = FrontEnd.standard(hardware).run(model);
            CompilationUnit unit = result.unit();
            assertEquals(5 * 24 + 2, unit.program().ops().size());
        }
    }

    @Test
    void dumpsAStage() {
        PrintStream out = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        HardwareSpec hardware = HardwareSpecs.preset("edge-16x16");
        try (Model model = Model.open("shape:stories15m")) {
            Pipeline pipeline = FrontEnd.standard(hardware).dumping("PadHeads"::equals);
            for (PassRecord step : pipeline.run(model).records()) {
                out.printf("%s: %d operations, %.3f ms%n", step.pass(), step.operations(), step.nanoseconds() / 1e6);
                step.text().ifPresent(out::println);
                assertEquals(step.pass().equals("PadHeads"), step.text().isPresent());
            }
        }
    }

    @Test
    void runsAMadeUpPass() {
        HardwareSpec hardware = HardwareSpecs.preset("edge-16x16");
        Pipeline pipeline =
                new Pipeline(new PassContext(hardware), new ImportModel(), List.of(new DropUnread(), new PadHeads()));
        assertEquals("DropUnread", pipeline.passes().getFirst().name());
    }

    @Test
    void theMadeUpPassRemovesWhatNobodyReads() {
        TensorProgram program = TensorParser.parse("""
                program unread
                param @emb:[8,32]f32
                param @norm:[32]f32
                input %ids:[M]i32
                %x = embed %ids:[M]i32, @emb:[8,32]f32 -> [M,32]f32
                %n = rms_norm %x:[M,32]f32, @norm:[32]f32 {eps=1.0E-5} -> [M,32]f32
                output %x:[M,32]f32
                """);
        CompilationUnit unit = new CompilationUnit(program, RandomWeights.shapes(program));
        CompilationUnit cleaned = new DropUnread().run(unit, PassGolden.EDGE);
        assertEquals(program.ops().subList(0, 1), cleaned.program().ops());
        assertSame(cleaned, new DropUnread().run(cleaned, PassGolden.EDGE));
    }

    @Test
    void guideShowsCodeThatCompiles() throws IOException {
        String guide = Files.readString(SharedModels.root().resolve("docs").resolve("compiler.md"));
        String code = squeezed(source("GuideTest.java") + source("DropUnread.java"));
        List<String> shown =
                JAVA.matcher(guide).results().map(match -> match.group(1)).toList();
        assertFalse(shown.isEmpty());
        for (String snippet : shown) {
            Stream.of(snippet.split("\n *…\n"))
                    .forEach(part ->
                            assertTrue(code.contains(squeezed(part)), () -> "not in the guide's code:\n" + part));
        }
    }

    private static String source(String name) throws IOException {
        return Files.readString(SOURCES.resolve(name));
    }

    /** Without white space, so that indentation and line breaks may differ. */
    private static String squeezed(String text) {
        return text.replaceAll("\\s+", "");
    }
}
