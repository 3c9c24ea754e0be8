package dev.hwc.compiler.lower;

import dev.hwc.compiler.lower.Composition.Place;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorMemory;
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
        Composition commands = new Composition(kernel, plan.tokens(), elements);
        if (biasWord >= 0) {
            Place bias = new Place(VectorMemory.LOAD, LoadSlot.at(biasWord).plus(column), 0);
            x = commands.step(VectorFunction.ADD, x, bias, temporary(0));
        }
        Ops.VectorBuilder last = switch (layer.function()) {
            case SILU -> throw new IllegalStateException("SiLU is one command");
            case GELU -> gelu(commands, x);
            case RELU -> relu(commands, x);
            case SQUARED_RELU -> {
                Place ramp = commands.keep(relu(commands, x), temporary(1));
                yield commands.of(VectorFunction.MUL, ramp, ramp);
            }
        };
        if (layer.gate() != null) {
            last = commands.of(VectorFunction.MUL, commands.keep(last, temporary(1)), up);
        }
        kernel.vector(target.apply(last).build(Tokens.NONE));
        kernel.vector(Ops.signal(results.from()));
    }

    private Ops.VectorBuilder gelu(Composition commands, Place x) {
        Place square = commands.step(VectorFunction.MUL, x, x, temporary(1));
        Place sum = term(commands, x, square, GeluTerm.FIRST, temporary(3));
        Place other = term(commands, x, square, GeluTerm.SECOND, temporary(2));
        return commands.of(VectorFunction.ADD, sum, other);
    }

    /** silu(x·(b + d·x²))·a. */
    private Place term(Composition commands, Place x, Place square, GeluTerm term, Place to) {
        commands.step(VectorFunction.MUL, square, constant(term.d()), to);
        commands.step(VectorFunction.ADD, to, constant(term.b()), to);
        commands.step(VectorFunction.MUL, to, x, to);
        return commands.step(VectorFunction.SILUMUL, to, constant(term.a()), to);
    }

    private Ops.VectorBuilder relu(Composition commands, Place x) {
        Place steep = commands.step(VectorFunction.MUL, x, constant(Functions.RELU_STEEPNESS), temporary(1));
        return commands.of(VectorFunction.SILUMUL, steep, constant(1 / Functions.RELU_STEEPNESS));
    }
}
