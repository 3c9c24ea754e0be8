package dev.hwc.compiler.pass;

import dev.hwc.ir.tensor.Attention;
import dev.hwc.ir.tensor.Linear;
import dev.hwc.ir.tensor.PrimitiveOp;
import dev.hwc.ir.tensor.Rope;
import dev.hwc.ir.tensor.Value;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How the q, k or v of an attention is made: linear → [rope] → attention.
 *
 * @param linear the projection
 * @param rope its rotation; empty for v and in models without rotary positions
 */
record HeadProjection(Linear linear, Optional<Rope> rope) {
    /** The projection that makes a value, if it has this form. */
    static Optional<HeadProjection> of(Value value, DefUse defUse) {
        Optional<Rope> rope = defUse.producer(value, Rope.class);
        Value projected = rope.map(Rope::x).orElse(value);
        return defUse.producer(projected, Linear.class).map(linear -> new HeadProjection(linear, rope));
    }

    /** True when its weights and values serve the given attention alone, so that its rows may change. */
    boolean servesOnly(Attention attention, DefUse defUse) {
        PrimitiveOp next = rope.isPresent() ? rope.get() : attention;
        return defUse.ownsParameters(linear)
                && defUse.feedsOnly(linear.result(), next)
                && defUse.feedsOnly(result(), attention)
                && rope.stream().allMatch(r -> r.headDim() == attention.headDim());
    }

    /** What the attention reads. */
    Value result() {
        return rope.isPresent() ? rope.get().result() : linear.result();
    }

    /** The operations in program order. */
    List<PrimitiveOp> ops() {
        return Stream.<PrimitiveOp>concat(Stream.of(linear), rope.stream()).toList();
    }
}
