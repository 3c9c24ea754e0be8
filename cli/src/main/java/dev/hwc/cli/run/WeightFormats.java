package dev.hwc.cli.run;

import dev.hwc.cli.output.Numbers;
import dev.hwc.compiler.lower.ModelLayout;
import dev.hwc.compiler.lower.WeightStream;
import dev.hwc.ir.numerics.BlockMatrix;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the matrices that every step streams take in each hardware format: all of the layers and the one
 * that gives the logits. A table of which steps read single rows is not among them.
 *
 * @param shares by format, of those that occur
 */
public record WeightFormats(Map<BlockMatrix.Format, Share> shares) {

    /**
     * Weights of one format.
     *
     * @param weights without padding
     * @param bytes with scales and padding, as they stand in memory
     */
    public record Share(long weights, long bytes) {
        private static final Share NONE = new Share(0, 0);

        private Share plus(WeightStream stream, long rows, long columns) {
            return new Share(weights + rows * columns, bytes + stream.bytes());
        }

        /** Bits a weight takes on the bus. */
        public double bitsPerWeight() {
            return 8.0 * bytes / weights;
        }
    }

    /** Of a compiled model. */
    public static WeightFormats of(ModelLayout layout) {
        Map<BlockMatrix.Format, Share> shares = new EnumMap<>(BlockMatrix.Format.class);
        layout.groups()
                .forEach(group -> group.streams().forEach(layer -> layer.all().forEach(s -> add(shares, s))));
        add(shares, layout.head());
        return new WeightFormats(shares);
    }

    private static void add(Map<BlockMatrix.Format, Share> shares, WeightStream stream) {
        long rows = Arrays.stream(stream.columns()).filter(row -> row >= 0).count();
        Share share = shares.getOrDefault(stream.format(), Share.NONE);
        shares.put(stream.format(), share.plus(stream, rows, stream.innerBlocks() * 32L));
    }

    /** Such as {@code i4m 4 bits, 5.000 with scales; 6.3 MiB together}. */
    public String text() {
        return shares.entrySet().stream()
                        .map(share -> share.getKey().text() + " "
                                + share.getKey().bits() + " bits, "
                                + String.format(
                                        Locale.ROOT, "%.3f", share.getValue().bitsPerWeight())
                                + " with scales")
                        .collect(Collectors.joining("; "))
                + "; together " + Numbers.bytes(bytes());
    }

    /** Bytes that every step streams. */
    long bytes() {
        return shares.values().stream().mapToLong(Share::bytes).sum();
    }

    /** Adds an object for each format. */
    public void fill(ArrayNode formats) {
        shares.forEach((format, share) -> {
            ObjectNode node = formats.addObject();
            node.put("format", format.text());
            node.put("codeBits", format.bits());
            node.put("bitsPerWeight", share.bitsPerWeight());
            node.put("weights", share.weights());
            node.put("bytes", share.bytes());
        });
    }
}
