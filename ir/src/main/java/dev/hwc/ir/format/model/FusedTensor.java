package dev.hwc.ir.format.model;

import dev.hwc.ir.format.model.Architecture.Trait;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A tensor of a file that holds the rows of several weights, one weight after the other: attn_qkv
 * holds those of attn_q, attn_k and attn_v; in phi3 ffn_up holds those of ffn_gate and ffn_up. Their
 * biases are fused alike.
 *
 * @param name of the tensor in the file
 * @param firstRow where the rows of the weight begin
 * @param rows of all parts together
 */
record FusedTensor(String name, long firstRow, long rows) {
    private static final Pattern PART =
            Pattern.compile("blk\\.(\\d+)\\.(attn_q|attn_k|attn_v|ffn_gate|ffn_up)\\.(weight|bias)");

    /** The tensor that holds a weight, if an architecture has such. */
    static Optional<FusedTensor> holding(String weight, ModelConfig config) {
        return holding(weight, config, config.architecture().has(Trait.FUSED_GATE_UP));
    }

    /** As above, whatever files of the architecture do with gate and up. */
    static Optional<FusedTensor> holding(String weight, ModelConfig config, boolean gateUp) {
        Matcher matcher = PART.matcher(weight);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int layer = Integer.parseInt(matcher.group(1));
        LayerShape shape = config.layer(layer);
        String part = matcher.group(2);
        if (part.startsWith("attn")) {
            long query = (long) shape.headCount() * config.keyLength();
            long key = (long) shape.kvHeadCount() * config.keyLength();
            long value = (long) shape.kvHeadCount() * config.valueLength();
            long first = switch (part) {
                case "attn_q" -> 0;
                case "attn_k" -> query;
                default -> query + key;
            };
            String name = Weights.block(layer, "attn_qkv." + matcher.group(3));
            return Optional.of(new FusedTensor(name, first, query + key + value));
        }
        if (!gateUp) {
            return Optional.empty();
        }
        long inner = shape.feedForwardLength();
        String name = Weights.block(layer, "ffn_up." + matcher.group(3));
        return Optional.of(new FusedTensor(name, part.equals("ffn_gate") ? 0 : inner, 2 * inner));
    }
}
