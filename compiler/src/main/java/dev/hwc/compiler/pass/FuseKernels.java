package dev.hwc.compiler.pass;

import dev.hwc.ir.tensor.Add;
import dev.hwc.ir.tensor.Attention;
import dev.hwc.ir.tensor.Embed;
import dev.hwc.ir.tensor.Fused;
import dev.hwc.ir.tensor.FusedKind;
import dev.hwc.ir.tensor.LastToken;
import dev.hwc.ir.tensor.Linear;
import dev.hwc.ir.tensor.PrimitiveOp;
import dev.hwc.ir.tensor.RmsNorm;
import dev.hwc.ir.tensor.Scale;
import dev.hwc.ir.tensor.SiluMul;
import dev.hwc.ir.tensor.TensorOp;
import dev.hwc.ir.tensor.TensorProgram;
import dev.hwc.ir.tensor.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Groups operations that run as one kernel into regions.
 *
 * <pre>
 * before: embed; norm, q, k, v, rope, rope; attention; output, add; norm, gate, up, silu_mul; down, add;
 *         last_token, norm, logits
 * after:  embed {embed, scale}
 *         qkv {norm, q, k, v, head_norm, rope} → q, k, v     for q and k
 *         attention {attention}                              per layer
 *         output_add {norm, output, scale, add}
 *         gate_up {norm, gate, up, silu_mul}
 *         down_add {norm, down, scale, add}
 *         head {last_token, norm, logits, scale}
 * </pre>
 *
 * <p>Scalings, norms before output and down, head_norm, rope and last_token are there where the model has
 * them. An operation stays alone when its surroundings do not have one of these forms, or when a value
 * inside would be read outside. Regions that exist stay as they are.
 */
public final class FuseKernels implements Pass {
    @Override
    public Set<Stage> before() {
        return Set.of(Stage.IMPORTED, Stage.INTERLEAVED_ROPE, Stage.PADDED_HEADS, Stage.PADDED_FEED_FORWARD);
    }

    @Override
    public Set<Stage> after() {
        return Set.of(Stage.FUSED);
    }

    @Override
    public CompilationUnit run(CompilationUnit unit, PassContext context) {
        TensorProgram program = unit.program();
        DefUse defUse = new DefUse(program);
        RegionPlan plan = new RegionPlan(program, defUse);
        for (TensorOp op : program.ops()) {
            if (op instanceof PrimitiveOp primitive) {
                match(primitive, defUse).forEach(plan::accept);
            }
        }
        return plan.isEmpty() ? unit : unit.withProgram(program.withOps(plan.ops()));
    }

    /** The regions that an operation is the characteristic one of. */
    private static List<Fused> match(PrimitiveOp op, DefUse defUse) {
        return switch (op) {
            case Embed embed -> List.of(embed(embed, defUse));
            case Attention attention -> attention(attention, defUse);
            case SiluMul gate -> gateUp(gate, defUse).stream().toList();
            case Add add -> addition(add, defUse).stream().toList();
            case Linear linear
            when defUse.isOutput(linear.result()) ->
                head(linear, linear, defUse).stream().toList();
            case Scale scale
            when defUse.isOutput(scale.result()) ->
                defUse.producer(scale.x(), Linear.class).flatMap(linear -> head(linear, scale, defUse)).stream()
                        .toList();
            default -> List.of();
        };
    }

    /** The table's rows, and the scaling that alone reads them. */
    private static Fused embed(Embed embed, DefUse defUse) {
        return defUse.users(embed.result()).stream()
                .filter(user -> user instanceof Scale && defUse.feedsOnly(embed.result(), user))
                .findFirst()
                .map(scale -> region(FusedKind.EMBED, embed, scale))
                .orElse(region(FusedKind.EMBED, embed));
    }

    private static List<Fused> attention(Attention attention, DefUse defUse) {
        Fused alone = region(FusedKind.ATTENTION, attention);
        return Stream.concat(qkv(attention, defUse).stream(), Stream.of(alone)).toList();
    }

    private static Optional<Fused> qkv(Attention attention, DefUse defUse) {
        List<HeadProjection> projections = Stream.of(attention.q(), attention.k(), attention.v())
                .flatMap(value -> HeadProjection.of(value, defUse).stream())
                .toList();
        List<Value> inputs =
                projections.stream().map(p -> p.linear().x()).distinct().toList();
        if (projections.stream().distinct().count() != 3 || inputs.size() != 1) {
            return Optional.empty();
        }
        return defUse.producer(inputs.getFirst(), RmsNorm.class).map(norm -> {
            List<PrimitiveOp> body = new ArrayList<>(List.of(norm));
            projections.forEach(projection -> body.addAll(projection.ops()));
            return new Fused(FusedKind.QKV, body, List.of(attention.q(), attention.k(), attention.v()));
        });
    }

    private static Optional<Fused> gateUp(SiluMul op, DefUse defUse) {
        Optional<Linear> gate = defUse.producer(op.gate(), Linear.class);
        Optional<Linear> up = defUse.producer(op.up(), Linear.class);
        if (gate.isEmpty()
                || up.isEmpty()
                || gate.equals(up)
                || !gate.get().x().equals(up.get().x())) {
            return Optional.empty();
        }
        return defUse.producer(gate.get().x(), RmsNorm.class)
                .map(norm -> region(FusedKind.GATE_UP, norm, gate.get(), up.get(), op));
    }

    /** The operand of an addition that is a product: linear, with a norm before it or a scaling behind it. */
    private static Optional<Fused> addition(Add add, DefUse defUse) {
        return Stream.of(add.b(), add.a())
                .flatMap(value -> addition(add, value, defUse).stream())
                .findFirst();
    }

    private static Optional<Fused> addition(Add add, Value value, DefUse defUse) {
        Optional<Scale> scale = defUse.producer(value, Scale.class);
        Optional<Linear> linear = defUse.producer(scale.map(Scale::x).orElse(value), Linear.class);
        Optional<RmsNorm> norm = linear.flatMap(l -> defUse.producer(l.x(), RmsNorm.class));
        return linear.flatMap(l -> additionKind(norm.map(RmsNorm::x).orElse(l.x()), defUse))
                .map(kind -> region(
                        kind,
                        Stream.of(norm, linear, scale, Optional.of(add))
                                .flatMap(Optional<? extends PrimitiveOp>::stream)
                                .toArray(PrimitiveOp[]::new)));
    }

    private static Optional<FusedKind> additionKind(Value operand, DefUse defUse) {
        if (defUse.producer(operand, Attention.class).isPresent()) {
            return Optional.of(FusedKind.OUTPUT_ADD);
        }
        return defUse.producer(operand, SiluMul.class).map(gate -> FusedKind.DOWN_ADD);
    }

    /** @param last the operation that makes the output: the product itself or its scaling */
    private static Optional<Fused> head(Linear logits, PrimitiveOp last, DefUse defUse) {
        return defUse.producer(logits.x(), RmsNorm.class).map(norm -> {
            List<PrimitiveOp> body = new ArrayList<>();
            defUse.producer(norm.x(), LastToken.class).ifPresent(body::add);
            body.add(norm);
            body.add(logits);
            if (last != logits) {
                body.add(last);
            }
            return new Fused(FusedKind.HEAD, body, List.of(last.result()));
        });
    }

    /** A region whose result is that of its last operation. */
    private static Fused region(FusedKind kind, PrimitiveOp... body) {
        return new Fused(kind, List.of(body), List.of(body[body.length - 1].result()));
    }
}
