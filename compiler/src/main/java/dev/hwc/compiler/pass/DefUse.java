package dev.hwc.compiler.pass;

import dev.hwc.ir.tensor.Parameter;
import dev.hwc.ir.tensor.PrimitiveOp;
import dev.hwc.ir.tensor.TensorProgram;
import dev.hwc.ir.tensor.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where each value of a program is made and read, with regions opened. */
final class DefUse {
    private final Map<String, PrimitiveOp> producers = new HashMap<>();
    private final Map<String, List<PrimitiveOp>> users = new HashMap<>();
    private final Map<String, List<PrimitiveOp>> readers = new HashMap<>();
    private final Set<Value> outputs;

    DefUse(TensorProgram program) {
        outputs = new HashSet<>(program.outputs());
        for (PrimitiveOp op : program.primitives()) {
            producers.put(op.name(), op);
            op.operands().forEach(value -> add(users, value.name(), op));
            op.parameters().forEach(parameter -> add(readers, parameter.name(), op));
        }
    }

    private static void add(Map<String, List<PrimitiveOp>> map, String name, PrimitiveOp op) {
        map.computeIfAbsent(name, _ -> new ArrayList<>()).add(op);
    }

    /** The operation that makes a value, if it is of the given kind; empty for inputs. */
    <T extends PrimitiveOp> Optional<T> producer(Value value, Class<T> kind) {
        return Optional.ofNullable(producers.get(value.name()))
                .filter(kind::isInstance)
                .map(kind::cast);
    }

    List<PrimitiveOp> users(Value value) {
        return users.getOrDefault(value.name(), List.of());
    }

    boolean isOutput(Value value) {
        return outputs.contains(value);
    }

    /** True when nothing but {@code user} reads the value. */
    boolean feedsOnly(Value value, PrimitiveOp user) {
        return !isOutput(value) && users(value).equals(List.of(user));
    }

    /** True when no other operation reads a weight of this one. */
    boolean ownsParameters(PrimitiveOp op) {
        return op.parameters().stream().allMatch(parameter -> readers(parameter).equals(List.of(op)));
    }

    private List<PrimitiveOp> readers(Parameter parameter) {
        return readers.getOrDefault(parameter.name(), List.of());
    }
}
