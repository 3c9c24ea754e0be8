package dev.hwc.cli.command;

import dev.hwc.cli.UsageException;
import dev.hwc.compiler.image.Placement;
import dev.hwc.compiler.image.ProductPlaces;
import dev.hwc.ir.format.model.Nearest;
import dev.hwc.ir.hw.HardwareSpec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The option that says where products are computed, and what the compiler made of it. */
final class ProductOptions {
    private static final Map<String, ProductPlaces> PLACES =
            Map.of("cheapest", ProductPlaces.CHEAPEST, "array", ProductPlaces.ARRAY, "memory", ProductPlaces.MEMORY);

    @Option(
            names = "--products",
            paramLabel = "WHERE",
            description = "with memory that computes: products and attention where they are cheapest (default), on the"
                    + " array, or in memory")
    private @Nullable String where;

    /** Where products may be computed on a hardware. */
    ProductPlaces resolve(HardwareSpec spec) {
        String wanted = where == null ? "cheapest" : where;
        ProductPlaces places = PLACES.get(wanted);
        if (places == null) {
            List<String> names = PLACES.keySet().stream().sorted().toList();
            throw new UsageException("--products is '" + wanted + "'; allowed are " + String.join(", ", names)
                    + Nearest.suggestion(wanted, names));
        }
        if (places == ProductPlaces.MEMORY && spec.pim() == null) {
            throw new UsageException("--products memory: hardware " + spec.name()
                    + " has no memory that computes; take one that has (hwc presets), or describe it (pim)");
        }
        return places;
    }

    /** In an image products have their places. */
    void refuseFor(String image) {
        if (where != null) {
            throw new UsageException("--products was decided when " + image + " was compiled; leave it out");
        }
    }

    /** The choices and their reasons, a line each; nothing without choices. */
    static String text(List<Placement> placements) {
        StringBuilder text = new StringBuilder();
        for (Placement placement : placements) {
            text.append(text.isEmpty() ? "\nProducts of a decode step:\n" : "")
                    .append("- ")
                    .append(placement.operator().text())
                    .append(' ')
                    .append(placement.reason())
                    .append('\n');
        }
        return text.toString();
    }

    /** The choices as {@code placement[]} of a result; absent without choices. */
    static void fill(ObjectNode result, List<Placement> placements) {
        if (placements.isEmpty()) {
            return;
        }
        ArrayNode list = result.putArray("placement");
        for (Placement placement : placements) {
            ObjectNode node = list.addObject();
            node.put("tokens", placement.tokens());
            node.put("operator", placement.operator().text());
            node.put("engine", placement.inMemory() ? "pim" : "array");
            node.put("stepCycles", placement.cycles());
            if (placement.otherCycles() < 0) {
                node.putNull("otherStepCycles");
            } else {
                node.put("otherStepCycles", placement.otherCycles());
            }
            node.put("reason", placement.reason());
        }
    }
}
