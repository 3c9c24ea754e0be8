package dev.hwc.compiler.pass;

import java.util.Set;

/**
 * One step of the compiler on the tensor IR. A pass keeps what the program computes, changes nothing
 * where it has nothing to do, and holds no state.
 */
public interface Pass {
    /** The name in messages and dumps. */
    default String name() {
        return getClass().getSimpleName();
    }

    /** What must hold before; the pipeline refuses any other order. */
    Set<Stage> before();

    /** What holds after, besides what held before. */
    Set<Stage> after();

    /**
     * The unit after this step.
     *
     * @throws dev.hwc.compiler.CompileException when the program cannot be brought to {@link #after}
     */
    CompilationUnit run(CompilationUnit unit, PassContext context);
}
