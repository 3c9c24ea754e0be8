package dev.hwc.compiler.pass;

import dev.hwc.ir.tensor.Add;
import dev.hwc.ir.tensor.AddPosition;
import dev.hwc.ir.tensor.Attention;
import dev.hwc.ir.tensor.Embed;
import dev.hwc.ir.tensor.Fused;
import dev.hwc.ir.tensor.FusedKind;
import dev.hwc.ir.tensor.Gelu;
import dev.hwc.ir.tensor.LastToken;
import dev.hwc.ir.tensor.Linear;
import dev.hwc.ir.tensor.Mul;
import dev.hwc.ir.tensor.PrimitiveOp;
import dev.hwc.ir.tensor.Relu;
import dev.hwc.ir.tensor.RmsNorm;
import dev.hwc.ir.tensor.Scale;
import dev.hwc.ir.tensor.SiluMul;
import dev.hwc.ir.tensor.SoftCap;
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
 * after:  embed {embed, scale, add_position}
 *         qkv {norm, q, k, v, head_norm, rope} → q, k, v     for q and k
 *         attention {attention}                              per layer
 *         output_add {norm, output, scale, norm, add}
 *         gate_up {norm, gate, up, silu_mul}                 or gelu, mul; relu, mul, mul; gelu or relu without gate
 *         down_add {norm, down, scale, norm, add}
 *         head {last_token, norm, logits, scale}                     or soft_cap
 * </pre>
 *
 * <p>Scalings, positions, norms before and behind output and down, head_norm, rope and last_token are there where the model has
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
            case SiluMul gate -> gateUp(gate.gate(), gate.up(), List.of(gate), defUse);
            case Mul mul -> gated(mul, defUse);
            case Gelu gelu -> gateUp(gelu.x(), gelu.x(), List.of(gelu), defUse);
            case Relu relu -> gateUp(relu.x(), relu.x(), List.of(relu), defUse);
            case Add add -> addition(add, defUse).stream().toList();
            case Linear linear
            when defUse.isOutput(linear.result()) ->
                head(linear, linear, defUse).stream().toList();
            case Scale scale
            when defUse.isOutput(scale.result()) ->
                defUse.producer(scale.x(), Linear.class).flatMap(linear -> head(linear, scale, defUse)).stream()
                        .toList();
            case SoftCap cap
            when defUse.isOutput(cap.result()) ->
                defUse.producer(cap.x(), Linear.class).flatMap(linear -> head(linear, cap, defUse)).stream()
                        .toList();
            default -> List.of();
        };
    }

    /** The table's rows, and the scaling and the positions that alone read them. */
    private static Fused embed(Embed embed, DefUse defUse) {
        List<PrimitiveOp> body = new ArrayList<>(List.of(embed));
        while (defUse.users(body.getLast().result()) instanceof List<PrimitiveOp> users
                && users.size() == 1
                && (users.getFirst() instanceof Scale || users.getFirst() instanceof AddPosition)
                && !defUse.isOutput(body.getLast().result())) {
            body.add(users.getFirst());
        }
        return new Fused(FusedKind.EMBED, body, List.of(body.getLast().result()));
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

    /** The product of an up projection with the GELU, or the square of the rectifier, of a gate. */
    private static List<Fused> gated(Mul mul, DefUse defUse) {
        Optional<Mul> square = defUse.producer(mul.a(), Mul.class).filter(m -> m.a().equals(m.b()));
        Optional<Relu> relu = square.flatMap(m -> defUse.producer(m.a(), Relu.class));
        if (square.isPresent() && relu.isPresent()) {
            return gateUp(relu.get().x(), mul.b(), List.of(relu.get(), square.get(), mul), defUse);
        }
        return defUse.producer(mul.a(), Gelu.class)
                .map(gelu -> gateUp(gelu.x(), mul.b(), List.of(gelu, mul), defUse))
                .orElse(List.of());
    }

    /**
     * @param gate the value under the function
     * @param up the value that is multiplied with it, or the same one in a layer without gate
     * @param rest the operations behind the projections
     */
    private static List<Fused> gateUp(Value gate, Value up, List<PrimitiveOp> rest, DefUse defUse) {
        Optional<Linear> first = defUse.producer(gate, Linear.class);
        Optional<Linear> second = defUse.producer(up, Linear.class);
        boolean single = gate.equals(up);
        if (first.isEmpty()
                || second.isEmpty()
                || first.equals(second) != single
                || !first.get().x().equals(second.get().x())) {
            return List.of();
        }
        return defUse.producer(first.get().x(), RmsNorm.class).stream()
                .map(norm -> {
                    List<PrimitiveOp> body = new ArrayList<>(List.of(norm, first.get()));
                    if (!single) {
                        body.add(second.get());
                    }
                    body.addAll(rest);
                    return new Fused(
                            FusedKind.GATE_UP, body, List.of(rest.getLast().result()));
                })
                .toList();
    }

    /** The operand of an addition that is a product: linear, with a norm before it or a scaling behind it. */
    private static Optional<Fused> addition(Add add, DefUse defUse) {
        return Stream.of(add.b(), add.a())
                .flatMap(value -> addition(add, value, defUse).stream())
                .findFirst();
    }

    private static Optional<Fused> addition(Add add, Value value, DefUse defUse) {
        Optional<RmsNorm> after = defUse.producer(value, RmsNorm.class);
        Value scaled = after.map(RmsNorm::x).orElse(value);
        Optional<Scale> scale = defUse.producer(scaled, Scale.class);
        Optional<Linear> linear = defUse.producer(scale.map(Scale::x).orElse(scaled), Linear.class);
        Optional<RmsNorm> before = linear.flatMap(l -> defUse.producer(l.x(), RmsNorm.class));
        return linear.flatMap(l -> additionKind(before.map(RmsNorm::x).orElse(l.x()), defUse))
                .map(kind -> region(
                        kind,
                        Stream.of(before, linear, scale, after, Optional.of(add))
                                .flatMap(Optional<? extends PrimitiveOp>::stream)
                                .toArray(PrimitiveOp[]::new)));
    }

    private static Optional<FusedKind> additionKind(Value operand, DefUse defUse) {
        if (defUse.producer(operand, Attention.class).isPresent()) {
            return Optional.of(FusedKind.OUTPUT_ADD);
        }
        boolean inner = defUse.producer(operand, SiluMul.class).isPresent()
                || defUse.producer(operand, Mul.class).isPresent()
                || defUse.producer(operand, Gelu.class).isPresent()
                || defUse.producer(operand, Relu.class).isPresent();
        return inner ? Optional.of(FusedKind.DOWN_ADD) : Optional.empty();
    }

    /** @param last the operation that makes the output: the product itself, its scaling or its cap */
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
