package dev.hwc.compiler.pass;

import dev.hwc.compiler.CompileException;
import dev.hwc.compiler.weights.Selection;
import dev.hwc.ir.format.model.RopeStyle;
import dev.hwc.ir.tensor.Attention;
import dev.hwc.ir.tensor.PrimitiveOp;
import dev.hwc.ir.tensor.Rope;
import dev.hwc.ir.tensor.Value;
import java.util.Optional;
import java.util.Set;

/**
 * Makes every rotation interleaved, so that the hardware knows one kind of pair: element j of each
 * head of q and k moves to where its pair partner is its neighbour. Rows of the weights and elements
 * of the biases and head norms move; scores stay, because q and k move alike.
 *
 * <pre>
 * before: rows of a head of W: r0 r1 r2 r3 | r4 r5 r6 r7   pairs (r0,r4) (r1,r5) …   rope half_split
 * after:  rows of a head of W: r0 r4 r1 r5 | r2 r6 r3 r7   pairs (r0,r4) (r1,r5) …   rope interleaved
 * </pre>
 *
 * <p>Only the first rotaryDims elements of a head move. Rows move as raw blocks: no storage type
 * loses anything. Attention with interleaved or no rotation stays as it is.
 */
public final class CanonicalRope implements Pass {
    @Override
    public Set<Stage> before() {
        return Set.of(Stage.IMPORTED);
    }

    @Override
    public Set<Stage> after() {
        return Set.of(Stage.INTERLEAVED_ROPE);
    }

    @Override
    public CompilationUnit run(CompilationUnit unit, PassContext context) {
        DefUse defUse = new DefUse(unit.program());
        ProgramEdit edit = new ProgramEdit(unit);
        for (PrimitiveOp op : unit.program().primitives()) {
            if (op instanceof Attention attention) {
                interleave(attention, defUse, edit);
            }
        }
        CompilationUnit result = edit.apply();
        result.program().primitives().forEach(CanonicalRope::refuseHalfSplit);
        return result;
    }

    private static void interleave(Attention attention, DefUse defUse, ProgramEdit edit) {
        Optional<HeadProjection> q = halfSplit(attention.q(), attention, defUse);
        Optional<HeadProjection> k = halfSplit(attention.k(), attention, defUse);
        if (q.isPresent() && k.isPresent() && rotaryDims(q.get()) == rotaryDims(k.get())) {
            interleave(q.get(), edit);
            interleave(k.get(), edit);
        }
    }

    /** The projection behind q or k if it is half-split and serves nothing else. */
    private static Optional<HeadProjection> halfSplit(Value value, Attention attention, DefUse defUse) {
        return HeadProjection.of(value, defUse)
                .filter(projection -> projection.rope().stream().anyMatch(CanonicalRope::isHalfSplit))
                .filter(projection -> projection.servesOnly(attention, defUse));
    }

    private static void interleave(HeadProjection projection, ProgramEdit edit) {
        Rope rope = projection.rope().orElseThrow();
        Value projected = edit.selectOutputs(projection.linear(), interleaving(rope, rope.heads()));
        Value x = projection
                .norm()
                .map(norm -> edit.selectWeight(norm, interleaving(rope, 1)))
                .orElse(projected);
        edit.replace(new Rope(
                rope.name(),
                x,
                rope.heads(),
                rope.headDim(),
                rope.rotaryDims(),
                rope.base(),
                RopeStyle.INTERLEAVED,
                rope.frequencyFactors()));
    }

    /** Places 2i and 2i+1 of a head take elements i and i + rotaryDims/2. */
    private static Selection interleaving(Rope rope, int heads) {
        int rotary = rope.rotaryDims();
        return Selection.perHead(
                heads,
                rope.headDim(),
                rope.headDim(),
                place -> place < rotary ? place / 2 + place % 2 * (rotary / 2) : place);
    }

    private static int rotaryDims(HeadProjection projection) {
        return projection.rope().orElseThrow().rotaryDims();
    }

    private static boolean isHalfSplit(Rope rope) {
        return rope.style() == RopeStyle.HALF_SPLIT;
    }

    private static void refuseHalfSplit(PrimitiveOp op) {
        if (op instanceof Rope rope && isHalfSplit(rope)) {
            throw new CompileException("rope %" + rope.name() + " is half-split and cannot become interleaved; needed"
                    + " are q and k of one attention, both linear -> rope with equal rotary_dims, their weights and"
                    + " values read by nothing else");
        }
    }
}
