package dev.hwc.compiler.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.compiler.CompileException;
import dev.hwc.compiler.image.CompiledModel;
import dev.hwc.compiler.image.StepProgram;
import dev.hwc.compiler.lower.TilingOptions;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.isa.Program;
import dev.hwc.ir.isa.ProgramText;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.tile.TileProgram;
import dev.hwc.ir.tile.TileText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodeGeneratorTest {
    private static final Path FOLDER = Path.of("src", "test", "resources", "codegen");
    private static final long SEED = 5;

    /**
     * Golden cases: {@code CASE.tile.txt} is a tile program, {@code CASE.isa.txt} its instructions or
     * {@code error: MESSAGE}. Rewrite the second with {@code -Dgolden.update=true} and review it.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "nested_loops",
                "dynamic_counts",
                "ring_temporary",
                "ring_reset",
                "fetched_values",
                "shared_constants",
                "layers",
                "too_many_pointers",
            })
    void generates(String name) throws IOException {
        TileProgram program = TileText.parse(Files.readString(FOLDER.resolve(name + ".tile.txt")));
        String text;
        try {
            Program generated = CodeGenerator.generate(program);
            text = ProgramText.print(generated);
            assertSameCommands(program, generated, 21);
        } catch (CompileException e) {
            text = "error: " + e.getMessage() + "\n";
        }
        Path expected = FOLDER.resolve(name + ".isa.txt");
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(expected, text);
        }
        assertEquals(Files.readString(expected), text, expected::toString);
    }

    @Test
    void randomProgramsDoWhatTheirExpressionsSay() {
        Random random = new Random(SEED);
        int generated = 0;
        for (int i = 0; i < 1500; i++) {
            TileProgram program = RandomValidTiles.program(random);
            try {
                assertSameCommands(program, CodeGenerator.generate(program), random.nextInt(40));
                generated++;
            } catch (CompileException e) {
                assertTrue(
                        String.valueOf(e.getMessage())
                                .matches("queue .*(pointers at once|register left|registers left).*"),
                        e::getMessage);
            } catch (AssertionError e) {
                throw new AssertionError("seed " + SEED + " program " + i + ":\n" + TileText.print(program), e);
            }
        }
        assertTrue(generated > 1000, "programs that fit the registers: " + generated);
    }

    @ParameterizedTest
    @CsvSource({
        "shape:stories15m@q4_0, tiny-4x4, 64, 3",
        "shape:stories15m@q8_0, edge-8x8, 64, 1",
        "shape:qwen2-0.5b@q4_0, npu-32x32, 512, 7"
    })
    void modelsDoWhatTheirExpressionsSay(String shape, String preset, int context, int tokens) {
        try (Model model = Model.open(shape);
                CompiledModel compiled =
                        CompiledModel.compile(model, HardwareSpecs.preset(preset), context, TilingOptions.DEFAULT)) {
            StepProgram step = compiled.step(tokens);
            for (long position : List.of(0L, 37L)) {
                assertSameCommands(step.tiles(), step.program(), position);
            }
            String text = TileText.print(step.tiles());
            assertEquals(step.tiles(), TileText.parse(text));
            assertEquals(step.program(), CodeGenerator.generate(TileText.parse(text)));
        }
    }

    private static void assertSameCommands(TileProgram tiles, Program program, long position) {
        long[] arguments =
                tiles.arguments().stream().mapToLong(a -> a.at(position)).toArray();
        for (Queue queue : Queue.values()) {
            List<Resolved> expected = TileRun.commands(tiles, queue, position);
            List<Resolved> found = StreamRun.commands(program, queue, arguments);
            assertEquals(expected.size(), found.size(), () -> "commands of queue " + queue.text());
            for (int i = 0; i < expected.size(); i++) {
                String place = "command " + i + " of queue " + queue.text();
                assertEquals(expected.get(i), found.get(i), place);
            }
        }
    }
}
