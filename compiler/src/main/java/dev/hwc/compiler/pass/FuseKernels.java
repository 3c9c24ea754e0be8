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
 * after:  embed {embed}
 *         qkv {norm, q, k, v, rope, rope} → q, k, v     rope where the model has one
 *         attention {attention}                         per layer
 *         output_add {output, add}
 *         gate_up {norm, gate, up, silu_mul}
 *         down_add {down, add}
 *         head {last_token, norm, logits}               last_token where the model has one
 * </pre>
 *
 * <p>An operation stays alone when its surroundings do not have one of these forms, or when a value
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
            case Embed embed -> List.of(region(FusedKind.EMBED, embed));
            case Attention attention -> attention(attention, defUse);
            case SiluMul gate -> gateUp(gate, defUse).stream().toList();
            case Add add -> addition(add, defUse).stream().toList();
            case Linear linear
            when defUse.isOutput(linear.result()) ->
                head(linear, defUse).stream().toList();
            default -> List.of();
        };
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

    private static Optional<Fused> addition(Add add, DefUse defUse) {
        return Stream.of(add.b(), add.a())
                .flatMap(value -> defUse.producer(value, Linear.class).stream())
                .flatMap(linear -> additionKind(linear, defUse).map(kind -> region(kind, linear, add)).stream())
                .findFirst();
    }

    private static Optional<FusedKind> additionKind(Linear linear, DefUse defUse) {
        if (defUse.producer(linear.x(), Attention.class).isPresent()) {
            return Optional.of(FusedKind.OUTPUT_ADD);
        }
        return defUse.producer(linear.x(), SiluMul.class).map(gate -> FusedKind.DOWN_ADD);
    }

    private static Optional<Fused> head(Linear logits, DefUse defUse) {
        return defUse.producer(logits.x(), RmsNorm.class)
                .map(norm -> defUse.producer(norm.x(), LastToken.class)
                        .map(last -> region(FusedKind.HEAD, last, norm, logits))
                        .orElse(region(FusedKind.HEAD, norm, logits)));
    }

    /** A region whose result is that of its last operation. */
    private static Fused region(FusedKind kind, PrimitiveOp... body) {
        return new Fused(kind, List.of(body), List.of(body[body.length - 1].result()));
    }
}
