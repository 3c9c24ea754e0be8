package dev.hwc.ir.tensor;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One step of a transformer: from new token ids to logits, with the KV cache as its only memory.
 * The same program serves prefill (M tokens) and decode (M = 1) at every position.
 *
 * <p>The constructor copies; {@link Verifier#verify} checks that the parts fit together.
 *
 * @param name for people: the model's name
 * @param parameters every weight that the operations read, each once
 * @param inputs values given from outside: the token ids [M]i32
 * @param ops each before its users
 * @param outputs values handed back: the logits, [1,vocabulary] or [M,vocabulary]
 */
public record TensorProgram(
        String name, List<Parameter> parameters, List<Value> inputs, List<TensorOp> ops, List<Value> outputs) {
    public TensorProgram {
        Check.name(name, "program G1", "program");
        parameters = List.copyOf(parameters);
        inputs = List.copyOf(inputs);
        ops = List.copyOf(ops);
        outputs = List.copyOf(outputs);
    }

    /** A program whose parameters are those that the operations read, in order of first use. */
    public static TensorProgram of(String name, List<Value> inputs, List<TensorOp> ops, List<Value> outputs) {
        Set<Parameter> used = new LinkedHashSet<>();
        ops.forEach(op -> used.addAll(op.parameters()));
        return new TensorProgram(name, List.copyOf(used), inputs, ops, outputs);
    }

    /** The same program with other operations: what most passes return. */
    public TensorProgram withOps(List<TensorOp> newOps) {
        return TensorProgram.of(name, inputs, newOps, outputs);
    }

    /** All operations with regions opened, in order. */
    public List<PrimitiveOp> primitives() {
        return ops.stream()
                .flatMap(op -> switch (op) {
                    case PrimitiveOp primitive -> Stream.of(primitive);
                    case Fused fused -> fused.body().stream();
                })
                .toList();
    }

    /** Multiply-accumulates of a step of {@code tokens} new tokens after {@code past} earlier ones. */
    public long macs(long tokens, long past) {
        return ops.stream().mapToLong(op -> op.macs(tokens, past)).sum();
    }

    /** The data flow between operations; the program must be verified. */
    public ProgramGraph asGraph() {
        return ProgramGraph.of(this);
    }
}
