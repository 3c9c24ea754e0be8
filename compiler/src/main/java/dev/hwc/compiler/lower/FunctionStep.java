package dev.hwc.compiler.lower;

import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorMemory;
import dev.hwc.ir.isa.VectorTarget;
import dev.hwc.ir.numerics.Functions;
import dev.hwc.ir.numerics.GeluTerm;
import dev.hwc.ir.tensor.Parameter;
import dev.hwc.ir.tile.Expr;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The function of a feed-forward layer that is not SiLU, of an output group, from products, sums and
 * {@code silumul} (numerics N33, N37), multiplied by the up projection where the layer has a gate. Bias rows
 * and rows of constants stand in one load slot.
 */
final class FunctionStep {
    private final BufferPlan plan;
    private final KernelBuilder kernel;
    private final ModelLayout.LayerGroup group;
    private final Network.Layer layer;
    private final int groupWords;
    private final LoadSlot slot;
    private final Map<Float, Integer> constantWords = new HashMap<>();
    private final int biasWord;

    /** @param groupWords words of a row of one part of an output group, at most */
    FunctionStep(Kernels kernels, KernelBuilder kernel, ModelLayout.LayerGroup group, int groupWords) {
        this.plan = kernels.plan();
        this.kernel = kernel;
        this.group = group;
        this.layer = group.layer();
        this.groupWords = groupWords;
        this.slot = new LoadSlot(kernels, kernel);
        for (float constant : constants(layer.function())) {
            constantWords.put(constant, slot.line(constant, groupWords * plan.lanes()));
        }
        this.biasWord = bias(layer.up().bias());
    }

    /** The numbers that a function needs rows of. */
    static List<Float> constants(Network.Gate function) {
        return switch (function) {
            case SILU -> List.of();
            case GELU ->
                Stream.of(GeluTerm.FIRST, GeluTerm.SECOND)
                        .flatMap(term -> Stream.of(term.a(), term.b(), term.d()))
                        .toList();
            case RELU, SQUARED_RELU -> List.of(Functions.RELU_STEEPNESS, 1 / Functions.RELU_STEEPNESS);
        };
    }

    /** Groups that a function keeps in the vector buffer: biased inputs, then squares, a term and the sum, or the ramp. */
    static int temporaries(Network.Gate function) {
        return switch (function) {
            case SILU -> 0;
            case GELU -> 4;
            case RELU, SQUARED_RELU -> 2;
        };
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

    private Place constant(float value) {
        return new Place(VectorMemory.LOAD, LoadSlot.at(Objects.requireNonNull(constantWords.get(value))), 0);
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
        Ops.VectorBuilder last = switch (layer.function()) {
            case SILU -> throw new IllegalStateException("SiLU is one command");
            case GELU -> gelu(elements, x);
            case RELU -> relu(elements, x);
            case SQUARED_RELU -> {
                Place ramp = keep(relu(elements, x), temporary(1));
                yield vector(VectorFunction.MUL, elements, ramp, ramp);
            }
        };
        if (layer.gate() != null) {
            Place gated = keep(last, temporary(1));
            last = vector(VectorFunction.MUL, elements, gated, up);
        }
        kernel.vector(target.apply(last).build(Tokens.NONE));
        kernel.vector(Ops.signal(results.from()));
    }

    private Ops.VectorBuilder gelu(int elements, Place x) {
        Place square = step(VectorFunction.MUL, elements, x, x, temporary(1));
        Place sum = term(elements, x, square, GeluTerm.FIRST, temporary(3));
        Place other = term(elements, x, square, GeluTerm.SECOND, temporary(2));
        return vector(VectorFunction.ADD, elements, sum, other);
    }

    /** silu(x·(b + d·x²))·a. */
    private Place term(int elements, Place x, Place square, GeluTerm term, Place to) {
        step(VectorFunction.MUL, elements, square, constant(term.d()), to);
        step(VectorFunction.ADD, elements, to, constant(term.b()), to);
        step(VectorFunction.MUL, elements, to, x, to);
        return step(VectorFunction.SILUMUL, elements, to, constant(term.a()), to);
    }

    private Ops.VectorBuilder relu(int elements, Place x) {
        Place steep = step(VectorFunction.MUL, elements, x, constant(Functions.RELU_STEEPNESS), temporary(1));
        return vector(VectorFunction.SILUMUL, elements, steep, constant(1 / Functions.RELU_STEEPNESS));
    }

    private Place step(VectorFunction function, int elements, Place a, Place b, Place to) {
        return keep(vector(function, elements, a, b), to);
    }

    private Place keep(Ops.VectorBuilder command, Place to) {
        kernel.vector(
                command.to(VectorTarget.VECTOR_FP32, to.address(), to.stride()).build(Tokens.NONE));
        return to;
    }

    private Ops.VectorBuilder vector(VectorFunction function, int elements, Place a, Place b) {
        return Ops.vector(function, plan.tokens(), Expr.of(elements))
                .a(a.memory(), a.address(), a.stride())
                .b(b.memory(), b.address(), b.stride());
    }
}
