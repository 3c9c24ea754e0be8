package dev.hwc.ir.tensor;

import dev.hwc.ir.IrException;
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
 * The llama family: per layer x += Wo·attention(norm(x)), then x += Wdown·(silu(Wgate·n)·Wup·n) with
 * n = norm(x). Llama itself rotates interleaved pairs and has no biases; qwen2 rotates half-split
 * pairs and has biases on q, k and v. Both differences stand in the model's configuration and
 * weights.
 */
public final class LlamaBuilder implements ArchitectureBuilder {
    @Override
    public TensorProgram build(Model model, LogitRows rows) {
        ModelConfig config = model.config();
        if (config.keyLength() != config.valueLength()) {
            throw new IrException(model.source() + ": heads have " + config.keyLength() + " key and "
                    + config.valueLength() + " value elements; the llama architecture needs equal numbers");
        }
        return Verifier.verify(new Writer(model).program(rows));
    }

    /** Appends one operation after the other; each method returns the value it made. */
    private static final class Writer {
        private final Model model;
        private final ModelConfig config;
        private final List<TensorOp> ops = new ArrayList<>();

        Writer(Model model) {
            this.model = model;
            this.config = model.config();
        }

        TensorProgram program(LogitRows rows) {
            Value tokens = new Value("tokens", TensorType.i32(Dim.tokens()));
            Value x = add(new Embed("embed", tokens, matrix(Weights.EMBEDDING)));
            for (int layer = 0; layer < config.blockCount(); layer++) {
                x = feedForward(layer, attention(layer, x));
            }
            Value logits = head(x, rows);
            return TensorProgram.of(programName(), List.of(tokens), ops, List.of(logits));
        }

        private Value attention(int layer, Value x) {
            Value n = norm(layer, "attn_norm", x);
            Value q = rotate(projection(layer, "attn_q", n), config.headCount());
            Value k = rotate(projection(layer, "attn_k", n), config.kvHeadCount());
            Value v = projection(layer, "attn_v", n);
            Value mixed = add(new Attention(
                    Weights.block(layer, "attn"),
                    q,
                    k,
                    v,
                    layer,
                    config.headCount(),
                    config.kvHeadCount(),
                    config.keyLength(),
                    (float) (1 / Math.sqrt(config.keyLength()))));
            Value output = projection(layer, "attn_output", mixed);
            return add(new Add(Weights.block(layer, "attn_residual"), x, output));
        }

        private Value feedForward(int layer, Value x) {
            Value n = norm(layer, "ffn_norm", x);
            Value gate = projection(layer, "ffn_gate", n);
            Value up = projection(layer, "ffn_up", n);
            Value inner = add(new SiluMul(Weights.block(layer, "ffn_inner"), gate, up));
            Value down = projection(layer, "ffn_down", inner);
            return add(new Add(Weights.block(layer, "ffn_residual"), x, down));
        }

        private Value head(Value x, LogitRows rows) {
            Value selected = switch (rows) {
                case LAST -> add(new LastToken("last", x));
                case ALL -> x;
            };
            Value n = add(new RmsNorm("output_norm", selected, vector(Weights.OUTPUT_NORM), config.rmsEpsilon()));
            return add(new Linear("logits", n, matrix(model.output().name())));
        }

        private Value norm(int layer, String name, Value x) {
            String full = Weights.block(layer, name);
            return add(new RmsNorm(full, x, vector(full + ".weight"), config.rmsEpsilon()));
        }

        /** A product with the weight {@code blk.LAYER.NAME.weight} and, where the model has it, its bias. */
        private Value projection(int layer, String name, Value x) {
            String full = Weights.block(layer, name);
            return add(new Linear(full, x, matrix(full + ".weight"), optionalVector(full + ".bias")));
        }

        private Value rotate(Value x, int heads) {
            return add(new Rope(
                    x.name() + "_rope",
                    x,
                    heads,
                    config.keyLength(),
                    config.ropeDimensionCount(),
                    config.ropeBase(),
                    config.ropeStyle(),
                    optionalVector("rope_freqs.weight")));
        }

        private Value add(PrimitiveOp op) {
            ops.add(op);
            return op.result();
        }

        private Parameter matrix(String name) {
            WeightSpec spec = model.weight(name).spec();
            return Parameter.matrix(name, spec.rows(), spec.columns(), spec.type());
        }

        private Parameter vector(String name) {
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
}
