package dev.hwc.ir.tensor;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.model.LayerShape;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.format.model.ModelConfig;
import dev.hwc.ir.format.model.WeightSpec;
import dev.hwc.ir.format.model.WeightTensor;
import dev.hwc.ir.format.model.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes a decoder-only transformer, operation after operation; each method returns the value it
 * made. As it stands it writes a llama: per layer x += Wo·attention(norm(x)), then x +=
 * Wdown·(silu(Wgate·n)·Wup·n) with n = norm(x). Another architecture is a subclass that overrides
 * the steps that differ.
 */
class DecoderWriter {
    private final Model model;
    private final ModelConfig config;
    private final List<TensorOp> ops = new ArrayList<>();

    DecoderWriter(Model model) {
        this.model = model;
        this.config = model.config();
    }

    /**
     * The verified program.
     *
     * @throws IrException when the model has a feature that is not known
     */
    final TensorProgram program(LogitRows rows) {
        if (config.keyLength() != config.valueLength()) {
            throw new IrException(model.source() + ": heads have " + config.keyLength() + " key and "
                    + config.valueLength() + " value elements; the "
                    + config.architecture().id() + " architecture needs equal numbers");
        }
        Value tokens = new Value("tokens", TensorType.i32(Dim.tokens()));
        Value x = embed(tokens);
        for (int layer = 0; layer < config.blockCount(); layer++) {
            Value attended = attended(layer, norm(Weights.block(layer, "attn_norm"), x));
            x = residual(Weights.block(layer, "attn_residual"), x, attended);
            Value fed = feedForward(layer, norm(Weights.block(layer, "ffn_norm"), x));
            x = residual(Weights.block(layer, "ffn_residual"), x, fed);
        }
        Value selected = switch (rows) {
            case LAST -> add(new LastToken("last", x));
            case ALL -> x;
        };
        Value logits = logits(norm("output_norm", selected));
        return Verifier.verify(TensorProgram.of(programName(), List.of(tokens), ops, List.of(logits)));
    }

    // ---- steps that architectures override -------------------------------------------------------

    /** The residual stream of the tokens. */
    Value embed(Value tokens) {
        return add(new Embed("embed", tokens, matrix(Weights.EMBEDDING)));
    }

    /** A norm with the weights {@code NAME.weight} and so on. */
    Value norm(String name, Value x) {
        return add(new RmsNorm(name, x, vector(name + ".weight"), config.rmsEpsilon()));
    }

    /** What attention adds to the stream. */
    Value attended(int layer, Value n) {
        return projection(layer, "attn_output", mixed(layer, n));
    }

    /** Queries or keys as attention reads them. */
    Value positioned(int layer, String name, Value x, int heads) {
        return rotated(x, heads);
    }

    /** The tokens that attention of a layer sees; 0 for all. A window that no sequence exceeds is none. */
    int window(int layer) {
        int window = config.features().slidingWindow();
        return window >= model.positions() ? 0 : window;
    }

    /** What the feed-forward layer adds to the stream. */
    Value feedForward(int layer, Value n) {
        Value gate = projection(layer, "ffn_gate", n);
        Value up = projection(layer, "ffn_up", n);
        return projection(layer, "ffn_down", add(new SiluMul(Weights.block(layer, "ffn_inner"), gate, up)));
    }

    /** The stream with what a part of a layer adds. */
    Value residual(String name, Value x, Value added) {
        return add(new Add(name, x, added));
    }

    /** The logits of the normed stream. */
    Value logits(Value n) {
        return add(new Linear("logits", n, matrix(model.output().name())));
    }

    // ---- what steps are made of ------------------------------------------------------------------

    final Model model() {
        return model;
    }

    final ModelConfig config() {
        return config;
    }

    final Value add(PrimitiveOp op) {
        ops.add(op);
        return op.result();
    }

    /** Projections of queries, keys and values, positions, and attention. */
    final Value mixed(int layer, Value n) {
        LayerShape shape = config.layer(layer);
        Value q = positioned(layer, "attn_q", projection(layer, "attn_q", n), shape.headCount());
        Value k = positioned(layer, "attn_k", projection(layer, "attn_k", n), shape.kvHeadCount());
        Value v = projection(layer, "attn_v", n);
        return add(new Attention(
                Weights.block(layer, "attn"),
                q,
                k,
                v,
                layer,
                shape.headCount(),
                shape.kvHeadCount(),
                config.keyLength(),
                scoreScale(),
                config.features().attentionSoftCap(),
                window(layer)));
    }

    private float scoreScale() {
        float magnitude = config.features().ropeMagnitude();
        float given = config.features().attentionScale();
        return given == 0
                ? (float) (magnitude * magnitude / Math.sqrt(config.keyLength()))
                : magnitude * magnitude * given;
    }

    /** A product with the weight {@code blk.LAYER.NAME.weight} and, where the model has it, its bias. */
    final Value projection(int layer, String name, Value x) {
        String full = Weights.block(layer, name);
        return add(new Linear(full, x, matrix(full + ".weight"), optionalVector(full + ".bias")));
    }

    final Value rotated(Value x, int heads) {
        return add(new Rope(
                x.name() + "_rope",
                x,
                heads,
                config.keyLength(),
                config.ropeDimensionCount(),
                config.ropeBase(),
                config.ropeStyle(),
                optionalVector(model.rotationFactors())));
    }

    final Parameter matrix(String name) {
        WeightSpec spec = model.weight(name).spec();
        return Parameter.matrix(name, spec.rows(), spec.columns(), spec.type());
    }

    final Parameter vector(String name) {
        WeightSpec spec = model.weight(name).spec();
        return Parameter.vector(name, spec.elements(), spec.type());
    }

    private @Nullable Parameter optionalVector(String name) {
        Optional<WeightTensor> weight = model.find(name);
        return weight.isPresent() ? vector(name) : null;
    }

    /** The model's file or shape as an identifier. */
    private String programName() {
        String name = model.source().replaceFirst("\\.gguf$", "").replaceAll("[^A-Za-z0-9_.\\-]", "_");
        return name.matches("[A-Za-z_].*") ? name : "_" + name;
    }
}
