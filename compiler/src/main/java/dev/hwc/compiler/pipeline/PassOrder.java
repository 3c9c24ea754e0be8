package dev.hwc.compiler.pipeline;

import dev.hwc.compiler.CompileException;
import dev.hwc.compiler.pass.ImportModel;
import dev.hwc.compiler.pass.Pass;
import dev.hwc.compiler.pass.Stage;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Checks before anything runs that each pass finds what it needs. */
final class PassOrder {
    private final Set<Stage> holds = EnumSet.of(Stage.IMPORTED);
    private final List<String> done = new ArrayList<>();

    private PassOrder(ImportModel entry) {
        done.add(entry.name());
    }

    /** @throws CompileException naming the pass that comes too early and the one it needs */
    static void check(ImportModel entry, List<Pass> passes) {
        PassOrder order = new PassOrder(entry);
        passes.forEach(order::next);
    }

    private void next(Pass pass) {
        for (Stage stage : EnumSet.allOf(Stage.class)) {
            if (pass.before().contains(stage) && !holds.contains(stage)) {
                throw new CompileException(
                        pass.name() + " must run after " + stage.pass() + " (done: " + String.join(", ", done) + ")");
            }
        }
        holds.addAll(pass.after());
        done.add(pass.name());
    }
}
