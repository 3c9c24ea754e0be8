package dev.hwc.compiler.lower;

import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorMemory;
import dev.hwc.ir.isa.VectorTarget;
import dev.hwc.ir.numerics.SoftCaps;
import dev.hwc.ir.tile.Expr;
import java.util.ArrayList;
import java.util.List;

/**
 * The hyperbolic tangent of soft caps from sums, products and {@code silumul} (numerics N36). Rows of its
 * constants stand in the load buffer from the start of a job on.
 */
final class CapStep {
    /** Groups of rows that it keeps in the vector buffer. */
    static final int TEMPORARIES = 3;

    private final Kernels kernels;
    private final BufferPlan plan;
    private final KernelBuilder kernel;
    private final int rows;
    private final int elements;
    private final int words;
    private final long base;

    /**
     * @param rows and {@code elements} of each that are capped together
     * @param base first word of the temporaries
     */
    CapStep(Kernels kernels, KernelBuilder kernel, int rows, int elements, long base) {
        this.kernels = kernels;
        this.plan = kernels.plan();
        this.kernel = kernel;
        this.rows = rows;
        this.elements = elements;
        this.words = BufferPlan.divUp(elements, plan.lanes());
        this.base = base;
    }

    /** All numbers that a network's caps need; their places among each other are those in the load buffer. */
    static List<Float> constants(Network network) {
        List<Float> constants = new ArrayList<>();
        network.layers().stream()
                .filter(layer -> layer.softCap() != 0)
                .map(layer -> SoftCaps.argument(layer.scale(), layer.softCap()))
                .distinct()
                .forEach(constants::add);
        if (network.logitCap() != 0) {
            constants.add(SoftCaps.argument(1, network.logitCap()));
            constants.add(network.logitCap());
        }
        if (!constants.isEmpty()) {
            float limit = SoftCaps.STEEPNESS * SoftCaps.BOUND;
            constants.addAll(List.of(limit, -limit, 1 / SoftCaps.STEEPNESS, -1 / SoftCaps.STEEPNESS, -SoftCaps.BOUND));
            constants.addAll(SoftCaps.coefficients());
        }
        return constants.stream().distinct().toList();
    }

    /** Loads the constants at the start of a job. */
    static void load(Kernels kernels, KernelBuilder kernel) {
        BufferPlan plan = kernels.plan();
        List<Float> constants = constants(kernels.layout().network());
        int perLine = ModelLayout.lineElements();
        for (int i = 0; i < constants.size(); i++) {
            kernel.load(Ops.load(
                    Opcode.LOAD_LINEAR,
                    Tokens.NONE,
                    ModelLayout.CONSTANTS,
                    Expr.of(kernels.layout().line(constants.get(i))),
                    Expr.of(plan.capBase() + (long) i * plan.capWords()),
                    BufferPlan.divUp(plan.capElements(), perLine),
                    4 * perLine,
                    0));
        }
        if (!constants.isEmpty()) {
            kernel.load(Ops.sync(Tokens.NONE.signalling(Queue.VECTOR), true));
            kernel.vector(Ops.await(Queue.LOAD));
        }
    }

    /** Where rows of operands stand. */
    record Place(VectorMemory memory, Expr address, int stride) {}

    private Place temporary(int index) {
        return new Place(VectorMemory.VECTOR, Expr.of(base + (long) index * rows * words), words);
    }

    private Place constant(float value) {
        int index = constants(kernels.layout().network()).indexOf(value);
        return new Place(VectorMemory.LOAD, Expr.of(plan.capBase() + (long) index * plan.capWords()), 0);
    }

    /**
     * The tangent of rows.
     *
     * @param argument what they are multiplied with first ({@link SoftCaps#argument})
     * @return a product that lacks its destination
     */
    Ops.VectorBuilder tanh(Place source, float argument) {
        Place z = temporary(0);
        Place square = temporary(1);
        Place sum = temporary(2);
        float limit = SoftCaps.STEEPNESS * SoftCaps.BOUND;
        step(VectorFunction.MUL, source, constant(argument), sum);
        step(VectorFunction.ADD, sum, constant(limit), z);
        step(VectorFunction.SILUMUL, z, constant(1 / SoftCaps.STEEPNESS), z);
        step(VectorFunction.ADD, sum, constant(-limit), square);
        step(VectorFunction.SILUMUL, square, constant(-1 / SoftCaps.STEEPNESS), square);
        step(VectorFunction.ADD, z, square, z);
        step(VectorFunction.ADD, z, constant(-SoftCaps.BOUND), z);
        step(VectorFunction.MUL, z, z, square);
        List<Float> coefficients = SoftCaps.coefficients();
        step(VectorFunction.MUL, square, constant(coefficients.getLast()), sum);
        for (int i = coefficients.size() - 2; i > 0; i--) {
            step(VectorFunction.ADD, sum, constant(coefficients.get(i)), sum);
            step(VectorFunction.MUL, sum, square, sum);
        }
        step(VectorFunction.ADD, sum, constant(coefficients.getFirst()), sum);
        return vector(VectorFunction.MUL, sum, z);
    }

    /** As {@link #tanh}, multiplied by a number. */
    Ops.VectorBuilder scaledTanh(Place source, float argument, float factor) {
        Place product = temporary(2);
        kernel.vector(tanh(source, argument)
                .to(VectorTarget.VECTOR_FP32, product.address(), product.stride())
                .build(Tokens.NONE));
        return vector(VectorFunction.MUL, product, constant(factor));
    }

    private void step(VectorFunction function, Place a, Place b, Place to) {
        kernel.vector(vector(function, a, b)
                .to(VectorTarget.VECTOR_FP32, to.address(), to.stride())
                .build(Tokens.NONE));
    }

    private Ops.VectorBuilder vector(VectorFunction function, Place a, Place b) {
        return Ops.vector(function, rows, Expr.of(elements))
                .a(a.memory(), a.address(), a.stride())
                .b(b.memory(), b.address(), b.stride());
    }
}
