package dev.hwc.compiler.pass;

import dev.hwc.ir.tensor.Attention;
import dev.hwc.ir.tensor.HeadNorm;
import dev.hwc.ir.tensor.Linear;
import dev.hwc.ir.tensor.PrimitiveOp;
import dev.hwc.ir.tensor.Rope;
import dev.hwc.ir.tensor.Value;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How the q, k or v of an attention is made: linear → [head_norm] → [rope] → attention.
 *
 * @param linear the projection
 * @param norm of each head; empty for v and in models without it
 * @param rope its rotation; empty for v and in models without rotary positions
 */
record HeadProjection(Linear linear, Optional<HeadNorm> norm, Optional<Rope> rope) {
    /** The projection that makes a value, if it has this form. */
    static Optional<HeadProjection> of(Value value, DefUse defUse) {
        Optional<Rope> rope = defUse.producer(value, Rope.class);
        Value rotated = rope.map(Rope::x).orElse(value);
        Optional<HeadNorm> norm = defUse.producer(rotated, HeadNorm.class);
        Value projected = norm.map(HeadNorm::x).orElse(rotated);
        return defUse.producer(projected, Linear.class).map(linear -> new HeadProjection(linear, norm, rope));
    }

    /** True when its weights and values serve the given attention alone, so that its rows may change. */
    boolean servesOnly(Attention attention, DefUse defUse) {
        List<PrimitiveOp> path =
                Stream.concat(ops().stream(), Stream.of(attention)).toList();
        return IntStream.range(1, path.size())
                        .allMatch(i -> defUse.feedsOnly(path.get(i - 1).result(), path.get(i)))
                && defUse.ownsParameters(linear)
                && norm.stream().allMatch(defUse::ownsParameters)
                && rope.stream().allMatch(r -> r.headDim() == attention.headDim());
    }

    /** The operations in program order. */
    List<PrimitiveOp> ops() {
        return Stream.of(Optional.of(linear), norm, rope)
                .flatMap(Optional<? extends PrimitiveOp>::stream)
                .<PrimitiveOp>map(op -> op)
                .toList();
    }
}
