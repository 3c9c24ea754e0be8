package dev.hwc.compiler.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.compiler.SharedModels;
import dev.hwc.compiler.image.CompiledModel;
import dev.hwc.compiler.lower.TilingOptions;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.tile.TileNode;
import dev.hwc.ir.tile.TileProgram;
import dev.hwc.ir.tile.TileText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The listing in docs/spec/tile-ir.md is what the compiler makes; {@code -Dgolden.update=true} renews it. */
class TileIrSpecTest {
    private static final String OPEN = "```tile\n";
    private static final String CLOSE = "```\n";

    @Test
    void listingIsPartOfARealProgram() throws IOException {
        Path file = SharedModels.root().resolve("docs/spec/tile-ir.md");
        String document = Files.readString(file);
        int from = document.indexOf(OPEN) + OPEN.length();
        int to = document.indexOf(CLOSE, from);
        String listing = listing();
        if (Boolean.getBoolean("golden.update")) {
            document = document.substring(0, from) + listing + document.substring(to);
            Files.writeString(file, document);
            to = from + listing.length();
        }
        assertEquals(listing, document.substring(from, to));
    }

    private static String listing() {
        try (Model model = Model.open("shape:stories15m@q8_0");
                CompiledModel compiled =
                        CompiledModel.compile(model, HardwareSpecs.preset("tiny-4x4"), 64, TilingOptions.DEFAULT)) {
            TileProgram program = compiled.step(1).tiles();
            List<TileNode> nodes = program.nodes().stream()
                    .flatMap(node -> excerpt(node).stream())
                    .toList();
            return TileText.print(new TileProgram(program.name(), program.arguments(), program.rings(), nodes));
        }
    }

    private static List<TileNode> excerpt(TileNode node) {
        return switch (node) {
            case TileNode.Kernel kernel -> kernel.label().endsWith("output_add") ? List.of(kernel) : List.of();
            case TileNode.Repeat repeat ->
                List.of(new TileNode.Repeat(
                        repeat.variable(),
                        repeat.count(),
                        repeat.body().stream().flatMap(n -> excerpt(n).stream()).toList()));
        };
    }
}
