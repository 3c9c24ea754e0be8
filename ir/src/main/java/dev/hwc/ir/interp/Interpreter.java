package dev.hwc.ir.interp;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.format.model.WeightTensor;
import dev.hwc.ir.tensor.ArchitectureBuilder;
import dev.hwc.ir.tensor.Attention;
import dev.hwc.ir.tensor.PrimitiveOp;
import dev.hwc.ir.tensor.TensorProgram;
import dev.hwc.ir.tensor.Verifier;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Runs a tensor program operation by operation, row by row. It keeps the KV cache of one sequence;
 * {@link #fork} makes another sequence that shares the weights. Not for several threads at once.
 */
public final class Interpreter {
    private final TensorProgram program;
    private final Arithmetic arithmetic;
    private final PreparedWeights weights;
    private final Map<Integer, KvCache> caches = new HashMap<>();
    private int length;

    /** Runs a model's own program, which gives the logits of the last token. */
    public Interpreter(Model model, Arithmetic arithmetic) {
        this(ArchitectureBuilder.program(model), model::weight, arithmetic);
    }

    /**
     * Runs any correct program, for example one that a pass made.
     *
     * @param weights gives the tensor of each parameter by name
     * @throws IrException when the program breaks a rule or a weight has another shape or type
     */
    public Interpreter(TensorProgram program, Function<String, WeightTensor> weights, Arithmetic arithmetic) {
        this(Verifier.verify(program), arithmetic, PreparedWeights.of(program, weights, arithmetic));
    }

    private Interpreter(TensorProgram program, Arithmetic arithmetic, PreparedWeights weights) {
        this.program = program;
        this.arithmetic = arithmetic;
        this.weights = weights;
        for (PrimitiveOp op : program.primitives()) {
            if (op instanceof Attention attention) {
                caches.put(attention.layer(), arithmetic.cache(attention));
            }
        }
    }

    /** Another sequence, empty, with the same program, arithmetic and weights. */
    public Interpreter fork() {
        return new Interpreter(program, arithmetic, weights);
    }

    public TensorProgram program() {
        return program;
    }

    public Arithmetic arithmetic() {
        return arithmetic;
    }

    /** Number of tokens in the KV cache. */
    public int length() {
        return length;
    }

    /**
     * Runs new tokens: several for a prefill, one for a decode step.
     *
     * @param position of the first new token; tokens in the cache from there on are forgotten
     * @return the logits of the last token
     * @throws IrException when there is no token or the position is not in 0..length()
     */
    public float[] step(int[] newTokens, int position) {
        float[][] rows = run(newTokens, position);
        return rows[rows.length - 1];
    }

    /** As {@link #step}, with all rows of the program's first output. */
    public float[][] run(int[] newTokens, int position) {
        if (newTokens.length == 0) {
            throw new IrException("step without tokens; give at least one");
        }
        if (position < 0 || position > length) {
            throw new IrException(
                    "step at position " + position + "; allowed are 0 to " + length + ", the tokens in the KV cache");
        }
        Step step = new Step(arithmetic, weights, caches, newTokens, position);
        program.ops().forEach(step::execute);
        length = position + newTokens.length;
        return step.value(program.outputs().getFirst());
    }
}
