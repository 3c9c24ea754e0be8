package dev.hwc.compiler.pass;

import dev.hwc.ir.tensor.Fused;
import dev.hwc.ir.tensor.PrimitiveOp;
import dev.hwc.ir.tensor.TensorOp;
import dev.hwc.ir.tensor.TensorProgram;
import dev.hwc.ir.tensor.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Chooses regions of a program and writes it with them. A region stands where its last operation
 * stood, so nobody between its first and its last operation may read from it.
 */
final class RegionPlan {
    private final List<TensorOp> program;
    private final DefUse defUse;
    private final Map<TensorOp, Integer> positions = new HashMap<>();
    private final Map<Integer, Fused> regions = new HashMap<>();
    private final Set<PrimitiveOp> taken = new HashSet<>();

    RegionPlan(TensorProgram program, DefUse defUse) {
        this.program = program.ops();
        this.defUse = defUse;
        for (int i = 0; i < this.program.size(); i++) {
            positions.put(this.program.get(i), i);
        }
    }

    /**
     * Takes the region unless an operation of it is taken or inside a region already, a value that is
     * not among its results is read outside, or somebody reads a result too early.
     */
    void accept(Fused candidate) {
        if (candidate.body().stream().allMatch(this::isFree)) {
            Fused region = inProgramOrder(candidate);
            if (hidesOthers(region) && readersComeLater(region)) {
                taken.addAll(region.body());
                regions.put(position(region.body().getLast()), region);
            }
        }
    }

    private boolean isFree(PrimitiveOp op) {
        return positions.containsKey(op) && !taken.contains(op);
    }

    boolean isEmpty() {
        return regions.isEmpty();
    }

    /** The operations of the program with the regions taken. */
    List<TensorOp> ops() {
        List<TensorOp> ops = new ArrayList<>();
        for (int i = 0; i < program.size(); i++) {
            TensorOp op = program.get(i);
            if (regions.containsKey(i)) {
                ops.add(regions.get(i));
            } else if (!(op instanceof PrimitiveOp primitive && taken.contains(primitive))) {
                ops.add(op);
            }
        }
        return ops;
    }

    private boolean hidesOthers(Fused region) {
        return region.body().stream()
                .map(PrimitiveOp::result)
                .filter(value -> !region.results().contains(value))
                .allMatch(value -> !defUse.isOutput(value) && region.body().containsAll(defUse.users(value)));
    }

    private boolean readersComeLater(Fused region) {
        Set<Value> values = new HashSet<>(region.results());
        return program
                .subList(
                        position(region.body().getFirst()),
                        position(region.body().getLast()))
                .stream()
                .filter(op ->
                        !(op instanceof PrimitiveOp primitive && region.body().contains(primitive)))
                .noneMatch(op -> op.operands().stream().anyMatch(values::contains));
    }

    private Fused inProgramOrder(Fused region) {
        List<PrimitiveOp> body = region.body().stream()
                .sorted(Comparator.comparingInt(this::position))
                .toList();
        return new Fused(region.kind(), body, region.results());
    }

    private int position(TensorOp op) {
        return positions.getOrDefault(op, -1);
    }
}
