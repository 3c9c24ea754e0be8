package dev.hwc.compiler.lower;

import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorMemory;
import dev.hwc.ir.isa.VectorTarget;
import dev.hwc.ir.numerics.GeluTerm;
import dev.hwc.ir.tensor.Parameter;
import dev.hwc.ir.tile.Expr;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * GELU of an output group from products, sums and {@code silumul} (numerics N33), multiplied by the up
 * projection where the layer has a gate. Bias rows and rows of constants stand in one load slot.
 */
final class GeluStep {
    /** Groups that it keeps in the vector buffer: biased inputs, squares, a term, the sum. */
    static final int TEMPORARIES = 4;

    private final BufferPlan plan;
    private final KernelBuilder kernel;
    private final ModelLayout.LayerGroup group;
    private final Network.Layer layer;
    private final int groupWords;
    private final LoadSlot slot;
    private final Term first;
    private final Term second;
    private final int biasWord;

    /** Words in the slot at which the constants of a term stand. */
    private record Term(int a, int b, int d) {}

    /** @param groupWords words of a row of one part of an output group, at most */
    GeluStep(Kernels kernels, KernelBuilder kernel, ModelLayout.LayerGroup group, int groupWords) {
        this.plan = kernels.plan();
        this.kernel = kernel;
        this.group = group;
        this.layer = group.layer();
        this.groupWords = groupWords;
        this.slot = new LoadSlot(kernels, kernel);
        this.first = term(GeluTerm.FIRST);
        this.second = term(GeluTerm.SECOND);
        this.biasWord = bias(layer.up().bias());
    }

    private Term term(GeluTerm term) {
        int elements = groupWords * plan.lanes();
        return new Term(slot.line(term.a(), elements), slot.line(term.b(), elements), slot.line(term.d(), elements));
    }

    private int bias(@Nullable Parameter bias) {
        return bias == null ? -1 : slot.vector(group.constant(bias), layer.inner());
    }

    void load() {
        slot.load();
    }

    void open() {
        slot.open();
    }

    void close() {
        slot.close();
    }

    /** Where a row of operands stands. */
    private record Place(VectorMemory memory, Expr address, int stride) {}

    private Place temporary(int index) {
        long words = (long) index * plan.tokens() * groupWords;
        return new Place(VectorMemory.VECTOR, Expr.of(plan.functionTemporary(layer) + words), groupWords);
    }

    private static Place constant(int word) {
        return new Place(VectorMemory.LOAD, LoadSlot.at(word), 0);
    }

    /**
     * One output group.
     *
     * @param results the group
     * @param column word of its first column in a row of all columns
     * @param target gives the last command its destination
     */
    void write(ProductResults results, int elements, Expr column, UnaryOperator<Ops.VectorBuilder> target) {
        Place x = new Place(results.memory(), results.part(0), results.rowStride());
        Place up = new Place(results.memory(), results.part(1), results.rowStride());
        kernel.vector(Ops.await(results.from()));
        if (biasWord >= 0) {
            Place bias = new Place(VectorMemory.LOAD, LoadSlot.at(biasWord).plus(column), 0);
            x = step(VectorFunction.ADD, elements, x, bias, temporary(0));
        }
        Place square = step(VectorFunction.MUL, elements, x, x, temporary(1));
        Place sum = term(elements, x, square, first, temporary(3));
        Place other = term(elements, x, square, second, temporary(2));
        if (layer.gate() == null) {
            kernel.vector(target.apply(vector(VectorFunction.ADD, elements, sum, other))
                    .build(Tokens.NONE));
        } else {
            step(VectorFunction.ADD, elements, sum, other, sum);
            kernel.vector(
                    target.apply(vector(VectorFunction.MUL, elements, sum, up)).build(Tokens.NONE));
        }
        kernel.vector(Ops.signal(results.from()));
    }

    /** silu(x·(b + d·x²))·a. */
    private Place term(int elements, Place x, Place square, Term term, Place to) {
        step(VectorFunction.MUL, elements, square, constant(term.d()), to);
        step(VectorFunction.ADD, elements, to, constant(term.b()), to);
        step(VectorFunction.MUL, elements, to, x, to);
        return step(VectorFunction.SILUMUL, elements, to, constant(term.a()), to);
    }

    private Place step(VectorFunction function, int elements, Place a, Place b, Place to) {
        kernel.vector(vector(function, elements, a, b)
                .to(VectorTarget.VECTOR_FP32, to.address(), to.stride())
                .build(Tokens.NONE));
        return to;
    }

    private Ops.VectorBuilder vector(VectorFunction function, int elements, Place a, Place b) {
        return Ops.vector(function, plan.tokens(), Expr.of(elements))
                .a(a.memory(), a.address(), a.stride())
                .b(b.memory(), b.address(), b.stride());
    }
}
