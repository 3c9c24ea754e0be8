package dev.hwc.compiler.guide;

import dev.hwc.compiler.pass.CompilationUnit;
import dev.hwc.compiler.pass.Pass;
import dev.hwc.compiler.pass.PassContext;
import dev.hwc.compiler.pass.Stage;
import dev.hwc.ir.tensor.Attention;
import dev.hwc.ir.tensor.PrimitiveOp;
import dev.hwc.ir.tensor.TensorOp;
import dev.hwc.ir.tensor.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Removes operations whose result nobody reads.
 *
 * <pre>
 * before: a → b → output, a → c
 * after:  a → b → output
 * </pre>
 */
public final class DropUnread implements Pass {
    @Override
    public Set<Stage> before() {
        return Set.of(Stage.IMPORTED);
    }

    @Override
    public Set<Stage> after() {
        return Set.of();
    }

    @Override
    public CompilationUnit run(CompilationUnit unit, PassContext context) {
        Set<Value> read = new HashSet<>(unit.program().outputs());
        unit.program().ops().forEach(op -> read.addAll(op.operands()));
        List<TensorOp> kept = unit.program().ops().stream()
                .filter(op -> op.results().stream().anyMatch(read::contains) || writesCache(op))
                .toList();
        return kept.equals(unit.program().ops())
                ? unit
                : unit.withProgram(unit.program().withOps(kept));
    }

    private static boolean writesCache(TensorOp op) {
        return !(op instanceof PrimitiveOp) || op instanceof Attention;
    }
}
