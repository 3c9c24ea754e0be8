package dev.hwc.compiler.lower;

import dev.hwc.compiler.lower.Composition.Place;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorMemory;
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

    private final BufferPlan plan;
    private final Composition commands;
    private final List<Float> constants;
    private final int words;
    private final long base;

    /**
     * @param rows and {@code elements} of each that are capped together
     * @param base first word of the temporaries
     */
    CapStep(Kernels kernels, KernelBuilder kernel, int rows, int elements, long base) {
        this.plan = kernels.plan();
        this.constants = constants(kernels.layout().network());
        this.commands = new Composition(kernel, rows, elements);
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

    private Place temporary(int index) {
        return new Place(VectorMemory.VECTOR, Expr.of(base + (long) index * commands.rows() * words), words);
    }

    private Place constant(float value) {
        int index = constants.indexOf(value);
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
        commands.step(VectorFunction.MUL, source, constant(argument), sum);
        commands.step(VectorFunction.ADD, sum, constant(limit), z);
        commands.step(VectorFunction.SILUMUL, z, constant(1 / SoftCaps.STEEPNESS), z);
        commands.step(VectorFunction.ADD, sum, constant(-limit), square);
        commands.step(VectorFunction.SILUMUL, square, constant(-1 / SoftCaps.STEEPNESS), square);
        commands.step(VectorFunction.ADD, z, square, z);
        commands.step(VectorFunction.ADD, z, constant(-SoftCaps.BOUND), z);
        commands.step(VectorFunction.MUL, z, z, square);
        List<Float> coefficients = SoftCaps.coefficients();
        commands.step(VectorFunction.MUL, square, constant(coefficients.getLast()), sum);
        for (int i = coefficients.size() - 2; i > 0; i--) {
            commands.step(VectorFunction.ADD, sum, constant(coefficients.get(i)), sum);
            commands.step(VectorFunction.MUL, sum, square, sum);
        }
        commands.step(VectorFunction.ADD, sum, constant(coefficients.getFirst()), sum);
        return commands.of(VectorFunction.MUL, sum, z);
    }

    /** As {@link #tanh}, multiplied by a number. */
    Ops.VectorBuilder scaledTanh(Place source, float argument, float factor) {
        Place product = temporary(2);
        commands.keep(tanh(source, argument), product);
        return commands.of(VectorFunction.MUL, product, constant(factor));
    }
}
