package dev.hwc.compiler.lower;

import dev.hwc.compiler.CompileException;
import dev.hwc.ir.tensor.AddPosition;
import dev.hwc.ir.tensor.Attention;
import dev.hwc.ir.tensor.Embed;
import dev.hwc.ir.tensor.Fused;
import dev.hwc.ir.tensor.FusedKind;
import dev.hwc.ir.tensor.Gelu;
import dev.hwc.ir.tensor.HeadNorm;
import dev.hwc.ir.tensor.Linear;
import dev.hwc.ir.tensor.Mul;
import dev.hwc.ir.tensor.PrimitiveOp;
import dev.hwc.ir.tensor.Relu;
import dev.hwc.ir.tensor.RmsNorm;
import dev.hwc.ir.tensor.Rope;
import dev.hwc.ir.tensor.Scale;
import dev.hwc.ir.tensor.SiluMul;
import dev.hwc.ir.tensor.SoftCap;
import dev.hwc.ir.tensor.TensorOp;
import dev.hwc.ir.tensor.TensorProgram;
import dev.hwc.ir.tensor.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the regions that fusion made, in their order, as a {@link Network}. */
public final class NetworkReader {
    private final List<TensorOp> ops;
    private int at;

    private NetworkReader(TensorProgram program) {
        this.ops = program.ops();
    }

    /**
     * The network of a fused program.
     *
     * @throws CompileException when the program has other operators than the NPU's kernels serve
     */
    public static Network read(TensorProgram program) {
        return new NetworkReader(program).network(program.name());
    }

    private Network network(String name) {
        Region embed = next(FusedKind.EMBED);
        List<Network.Layer> layers = new ArrayList<>();
        while (peek() == FusedKind.QKV) {
            layers.add(layer());
        }
        Region head = next(FusedKind.HEAD);
        if (layers.isEmpty() || at != ops.size()) {
            throw unsupported("the program ends at operator " + at + " of " + ops.size());
        }
        Embed table = embed.only(Embed.class, 0);
        return new Network(
                name,
                Math.toIntExact(table.table().columns()),
                table.table(),
                embed.scale(),
                embed.all(AddPosition.class).map(AddPosition::table).findFirst().orElse(null),
                layers,
                norm(head.only(RmsNorm.class, 0)),
                head.only(Linear.class, 0).weight(),
                head.scale(),
                head.all(SoftCap.class).map(SoftCap::cap).findFirst().orElse(0f));
    }

    private Network.Layer layer() {
        Region qkv = next(FusedKind.QKV);
        Attention attention = next(FusedKind.ATTENTION).only(Attention.class, 0);
        Region output = next(FusedKind.OUTPUT_ADD);
        Region gateUp = next(FusedKind.GATE_UP);
        Region down = next(FusedKind.DOWN_ADD);
        Optional<Rope> rope = qkv.find(attention.q(), Rope.class);
        Value q = rope.map(Rope::x).orElse(attention.q());
        Value k = qkv.find(attention.k(), Rope.class).map(Rope::x).orElse(attention.k());
        Optional<HeadNorm> normQ = qkv.find(q, HeadNorm.class);
        Optional<HeadNorm> normK = qkv.find(k, HeadNorm.class);
        return checked(new Network.Layer(
                attention.layer(),
                norm(qkv.only(RmsNorm.class, 0)),
                projection(qkv.producer(normQ.map(HeadNorm::x).orElse(q), Linear.class)),
                projection(qkv.producer(normK.map(HeadNorm::x).orElse(k), Linear.class)),
                projection(qkv.producer(attention.v(), Linear.class)),
                normQ.map(NetworkReader::norm).orElse(null),
                normK.map(NetworkReader::norm).orElse(null),
                attention.heads(),
                attention.kvHeads(),
                attention.headDim(),
                rope.map(Rope::rotaryDims).orElse(0),
                rope.map(Rope::base).orElse(0f),
                rope.map(Rope::frequencyFactors).orElse(null),
                attention.scale(),
                attention.softCap(),
                attention.window(),
                addition(output),
                norm(gateUp.only(RmsNorm.class, 0)),
                gateUp.function(),
                gateUp.gate().map(NetworkReader::projection).orElse(null),
                projection(gateUp.up()),
                addition(down)));
    }

    private static Network.Norm norm(RmsNorm op) {
        return new Network.Norm(op.weight(), op.bias(), op.eps());
    }

    private static Network.Norm norm(HeadNorm op) {
        return new Network.Norm(op.weight(), null, op.eps());
    }

    private static Network.Projection projection(Linear op) {
        return new Network.Projection(op.weight(), op.bias());
    }

    private static Network.Addition addition(Region region) {
        Linear linear = region.only(Linear.class, 0);
        return new Network.Addition(
                region.find(linear.x(), RmsNorm.class).map(NetworkReader::norm).orElse(null),
                projection(linear),
                region.scale(),
                region.all(RmsNorm.class)
                        .filter(norm -> !norm.name().equals(linear.x().name()))
                        .map(NetworkReader::norm)
                        .findFirst()
                        .orElse(null));
    }

    /** Biases of gated layers and sizes that are not whole blocks have no kernel. */
    private static Network.Layer checked(Network.Layer layer) {
        Network.Projection gate = layer.gate();
        boolean biased = layer.up().bias() != null;
        if (gate != null && (biased || gate.bias() != null)) {
            throw unsupported("the gated feed-forward layer " + layer.index() + " has a bias");
        }
        if (layer.inner() % 32 != 0) {
            throw unsupported("the feed-forward layer " + layer.index() + " has " + layer.inner()
                    + " elements, which is no multiple of 32");
        }
        return layer;
    }

    private FusedKind peek() {
        return at < ops.size() && ops.get(at) instanceof Fused fused ? fused.kind() : FusedKind.HEAD;
    }

    private Region next(FusedKind kind) {
        if (at < ops.size() && ops.get(at) instanceof Fused fused && fused.kind() == kind) {
            at++;
            return new Region(fused);
        }
        throw unsupported("operator " + at + " is not a region " + kind.text());
    }

    private static CompileException unsupported(String found) {
        return new CompileException("the NPU's kernels do not cover this program: " + found
                + "; needed are embed, then qkv, attention, output_add, gate_up, down_add per layer, then head;"
                + " use --backend reference");
    }

    /** The operations of a fused region, asked for by kind or by the value that they make. */
    private record Region(Fused fused) {
        <T extends PrimitiveOp> T only(Class<T> type, int index) {
            List<T> found = all(type).toList();
            if (found.size() <= index) {
                throw unsupported("region " + fused.kind().text() + " has " + found.size() + " " + type.getSimpleName()
                        + " operators");
            }
            return found.get(index);
        }

        <T extends PrimitiveOp> Stream<T> all(Class<T> type) {
            return fused.body().stream().filter(type::isInstance).map(type::cast);
        }

        /** The operation of a kind that makes a value here. */
        <T extends PrimitiveOp> Optional<T> find(Value result, Class<T> type) {
            return all(type).filter(op -> op.name().equals(result.name())).findFirst();
        }

        <T extends PrimitiveOp> T producer(Value result, Class<T> type) {
            return find(result, type)
                    .orElseThrow(() -> unsupported("value %" + result.name() + " is not made by " + type.getSimpleName()
                            + " in region " + fused.kind().text()));
        }

        Network.Gate function() {
            if (all(Gelu.class).findFirst().isPresent()) {
                return Network.Gate.GELU;
            }
            if (all(Relu.class).findFirst().isPresent()) {
                return gate().isPresent() ? Network.Gate.SQUARED_RELU : Network.Gate.RELU;
            }
            return Network.Gate.SILU;
        }

        /** The projection behind the gate's function, where another projection is multiplied with it. */
        Optional<Linear> gate() {
            Optional<Value> gated = all(SiluMul.class).map(SiluMul::gate).findFirst();
            if (all(Mul.class).findFirst().isPresent()) {
                gated = Stream.concat(
                                all(Gelu.class).map(Gelu::x), all(Relu.class).map(Relu::x))
                        .findFirst();
            }
            return gated.flatMap(value -> find(value, Linear.class));
        }

        /** The projection that is not the gate's. */
        Linear up() {
            Optional<Linear> gate = gate();
            return all(Linear.class)
                    .filter(linear -> !gate.equals(Optional.of(linear)))
                    .findFirst()
                    .orElseThrow(() -> unsupported("region " + fused.kind().text() + " has no up projection"));
        }

        /** The factor of the region's scale; 1 without one. */
        float scale() {
            return all(Scale.class).map(Scale::factor).findFirst().orElse(1f);
        }
    }
}
