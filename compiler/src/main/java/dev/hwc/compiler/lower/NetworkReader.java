package dev.hwc.compiler.lower;

import dev.hwc.compiler.CompileException;
import dev.hwc.ir.tensor.Attention;
import dev.hwc.ir.tensor.Embed;
import dev.hwc.ir.tensor.Fused;
import dev.hwc.ir.tensor.FusedKind;
import dev.hwc.ir.tensor.Linear;
import dev.hwc.ir.tensor.PrimitiveOp;
import dev.hwc.ir.tensor.RmsNorm;
import dev.hwc.ir.tensor.Rope;
import dev.hwc.ir.tensor.TensorOp;
import dev.hwc.ir.tensor.TensorProgram;
import java.util.ArrayList;
import java.util.List;

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
        Embed embed = only(next(FusedKind.EMBED), Embed.class, 0);
        List<Network.Layer> layers = new ArrayList<>();
        while (peek() == FusedKind.QKV) {
            layers.add(layer());
        }
        Fused head = next(FusedKind.HEAD);
        if (layers.isEmpty() || at != ops.size()) {
            throw unsupported("the program ends at operator " + at + " of " + ops.size());
        }
        RmsNorm norm = only(head, RmsNorm.class, 0);
        Linear logits = only(head, Linear.class, 0);
        return new Network(
                name,
                Math.toIntExact(embed.table().columns()),
                embed.table(),
                layers,
                norm.weight(),
                logits.weight(),
                norm.eps());
    }

    private Network.Layer layer() {
        Fused qkv = next(FusedKind.QKV);
        Attention attention = only(next(FusedKind.ATTENTION), Attention.class, 0);
        Fused output = next(FusedKind.OUTPUT_ADD);
        Fused gateUp = next(FusedKind.GATE_UP);
        Fused down = next(FusedKind.DOWN_ADD);
        RmsNorm norm = only(qkv, RmsNorm.class, 0);
        Rope ropeQ = rope(qkv, attention.q().name());
        Rope ropeK = rope(qkv, attention.k().name());
        Linear q = linear(qkv, ropeQ.x().name());
        Linear k = linear(qkv, ropeK.x().name());
        Linear v = linear(qkv, attention.v().name());
        RmsNorm ffn = only(gateUp, RmsNorm.class, 0);
        return new Network.Layer(
                attention.layer(),
                norm.weight(),
                norm.eps(),
                q.weight(),
                q.bias(),
                k.weight(),
                k.bias(),
                v.weight(),
                v.bias(),
                attention.heads(),
                attention.kvHeads(),
                attention.headDim(),
                ropeQ.rotaryDims(),
                ropeQ.base(),
                ropeQ.frequencyFactors(),
                attention.scale(),
                only(output, Linear.class, 0).weight(),
                ffn.weight(),
                only(gateUp, Linear.class, 0).weight(),
                only(gateUp, Linear.class, 1).weight(),
                only(down, Linear.class, 0).weight());
    }

    private FusedKind peek() {
        return at < ops.size() && ops.get(at) instanceof Fused fused ? fused.kind() : FusedKind.HEAD;
    }

    private Fused next(FusedKind kind) {
        if (at < ops.size() && ops.get(at) instanceof Fused fused && fused.kind() == kind) {
            at++;
            return fused;
        }
        throw unsupported("operator " + at + " is not a region " + kind.text());
    }

    private CompileException unsupported(String found) {
        return new CompileException("the NPU's kernels do not cover this program: " + found
                + "; needed are embed, then qkv, attention, output_add, gate_up, down_add per layer, then head;"
                + " use --backend reference");
    }

    private Rope rope(Fused region, String result) {
        for (PrimitiveOp op : region.body()) {
            if (op instanceof Rope rope && rope.name().equals(result)) {
                return rope;
            }
        }
        throw unsupported("value %" + result + " is not rotated in its region");
    }

    private Linear linear(Fused region, String result) {
        for (PrimitiveOp op : region.body()) {
            if (op instanceof Linear linear && linear.name().equals(result)) {
                return linear;
            }
        }
        throw unsupported("value %" + result + " is not a projection of its region");
    }

    private <T extends PrimitiveOp> T only(Fused region, Class<T> type, int index) {
        List<T> found =
                region.body().stream().filter(type::isInstance).map(type::cast).toList();
        if (found.size() <= index) {
            throw unsupported("region " + region.kind().text() + " has " + found.size() + " " + type.getSimpleName()
                    + " operators");
        }
        return found.get(index);
    }
}
