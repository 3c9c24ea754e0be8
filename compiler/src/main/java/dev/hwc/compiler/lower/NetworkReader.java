package dev.hwc.compiler.lower;

import dev.hwc.compiler.CompileException;
import dev.hwc.ir.tensor.Attention;
import dev.hwc.ir.tensor.Embed;
import dev.hwc.ir.tensor.Fused;
import dev.hwc.ir.tensor.FusedKind;
import dev.hwc.ir.tensor.HeadNorm;
import dev.hwc.ir.tensor.Linear;
import dev.hwc.ir.tensor.PrimitiveOp;
import dev.hwc.ir.tensor.RmsNorm;
import dev.hwc.ir.tensor.Rope;
import dev.hwc.ir.tensor.Scale;
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
                null,
                layers,
                norm(head.only(RmsNorm.class, 0)),
                head.only(Linear.class, 0).weight(),
                head.scale());
    }

    private Network.Layer layer() {
        Region qkv = next(FusedKind.QKV);
        Attention attention = next(FusedKind.ATTENTION).only(Attention.class, 0);
        Region output = next(FusedKind.OUTPUT_ADD);
        Region gateUp = next(FusedKind.GATE_UP);
        Region down = next(FusedKind.DOWN_ADD);
        Rope ropeQ = qkv.producer(attention.q(), Rope.class);
        Rope ropeK = qkv.producer(attention.k(), Rope.class);
        Optional<HeadNorm> normQ = qkv.find(ropeQ.x(), HeadNorm.class);
        Optional<HeadNorm> normK = qkv.find(ropeK.x(), HeadNorm.class);
        Linear q = qkv.producer(normQ.map(HeadNorm::x).orElse(ropeQ.x()), Linear.class);
        Linear k = qkv.producer(normK.map(HeadNorm::x).orElse(ropeK.x()), Linear.class);
        Linear v = qkv.producer(attention.v(), Linear.class);
        return new Network.Layer(
                attention.layer(),
                norm(qkv.only(RmsNorm.class, 0)),
                projection(q),
                projection(k),
                projection(v),
                normQ.map(NetworkReader::norm).orElse(null),
                normK.map(NetworkReader::norm).orElse(null),
                attention.heads(),
                attention.kvHeads(),
                attention.headDim(),
                ropeQ.rotaryDims(),
                ropeQ.base(),
                ropeQ.frequencyFactors(),
                attention.scale(),
                addition(output),
                norm(gateUp.only(RmsNorm.class, 0)),
                projection(gateUp.only(Linear.class, 0)),
                projection(gateUp.only(Linear.class, 1)),
                addition(down));
    }

    private static Network.Norm norm(RmsNorm op) {
        return new Network.Norm(op.weight(), op.eps());
    }

    private static Network.Norm norm(HeadNorm op) {
        return new Network.Norm(op.weight(), op.eps());
    }

    private static Network.Projection projection(Linear op) {
        return new Network.Projection(op.weight(), op.bias());
    }

    private static Network.Addition addition(Region region) {
        Linear linear = region.only(Linear.class, 0);
        return new Network.Addition(
                region.find(linear.x(), RmsNorm.class).map(NetworkReader::norm).orElse(null),
                projection(linear),
                region.scale());
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

        private <T extends PrimitiveOp> Stream<T> all(Class<T> type) {
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

        /** The factor of the region's scale; 1 without one. */
        float scale() {
            return all(Scale.class).map(Scale::factor).findFirst().orElse(1f);
        }
    }
}
