package dev.hwc.ir.tensor;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A region executed as one kernel. It means exactly its body, run in order, so fusing never changes
 * a result; values of the body that are not among the results stay inside the kernel. Spec: fused
 * F1-F3.
 *
 * @param kind the kernel that the region becomes
 * @param body at least one operation, each before its users
 * @param results the values of the body that later operations may read, at least one
 */
public record Fused(FusedKind kind, List<PrimitiveOp> body, List<Value> results) implements TensorOp {
    public Fused {
        body = List.copyOf(body);
        results = List.copyOf(results);
        Check.that(!body.isEmpty(), "fused F1", "region %s is empty; it needs at least one operation", kind.text());
        Map<String, Value> defined = new HashMap<>();
        for (PrimitiveOp op : body) {
            Check.that(
                    defined.put(op.name(), op.result()) == null,
                    "fused F2",
                    "%%%s is assigned twice in region %s",
                    op.name(),
                    kind.text());
        }
        Check.that(
                !results.isEmpty() && new HashSet<>(results).size() == results.size(),
                "fused F3",
                "results of region %s are %s; needed is at least one, each once",
                kind.text(),
                results);
        for (Value result : results) {
            Check.that(
                    result.equals(defined.get(result.name())),
                    "fused F3",
                    "result %s is not a value of the body of region %s",
                    result,
                    kind.text());
        }
    }

    @Override
    public String mnemonic() {
        return "fused";
    }

    @Override
    public List<Value> operands() {
        Set<Value> inside = new HashSet<>();
        Set<Value> outside = new LinkedHashSet<>();
        for (PrimitiveOp op : body) {
            op.operands().stream().filter(value -> !inside.contains(value)).forEach(outside::add);
            inside.add(op.result());
        }
        return List.copyOf(outside);
    }

    @Override
    public List<Parameter> parameters() {
        return body.stream().flatMap(op -> op.parameters().stream()).distinct().toList();
    }

    @Override
    public long macs(long tokens, long past) {
        return body.stream().mapToLong(op -> op.macs(tokens, past)).sum();
    }
}
