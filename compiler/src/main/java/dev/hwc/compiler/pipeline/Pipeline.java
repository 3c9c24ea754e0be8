package dev.hwc.compiler.pipeline;

import dev.hwc.compiler.CompileException;
import dev.hwc.compiler.pass.CompilationUnit;
import dev.hwc.compiler.pass.ImportModel;
import dev.hwc.compiler.pass.Pass;
import dev.hwc.compiler.pass.PassContext;
import dev.hwc.ir.IrException;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.text.TensorPrinter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Imports a model and runs passes over it in order; verifies after each, times each, and keeps the
 * text after those asked for. Immutable: one pipeline serves many models.
 */
public final class Pipeline {
    private final PassContext context;
    private final ImportModel entry;
    private final List<Pass> passes;
    private final Predicate<String> dumped;

    /** @throws CompileException when a pass needs what no earlier one establishes */
    public Pipeline(PassContext context, ImportModel entry, List<Pass> passes) {
        this(context, entry, List.copyOf(passes), name -> false);
        PassOrder.check(entry, passes);
    }

    private Pipeline(PassContext context, ImportModel entry, List<Pass> passes, Predicate<String> dumped) {
        this.context = context;
        this.entry = entry;
        this.passes = passes;
        this.dumped = dumped;
    }

    /** The same pipeline, keeping the program's text after the passes whose names the test accepts. */
    public Pipeline dumping(Predicate<String> passNames) {
        return new Pipeline(context, entry, passes, passNames);
    }

    /** The passes after the import. */
    public List<Pass> passes() {
        return passes;
    }

    /**
     * Lowers a model.
     *
     * @throws IrException when the model has a feature that its architecture's builder does not know
     * @throws CompileException when a pass cannot do its work or leaves a wrong program; the program
     *     is attached
     */
    public PipelineResult run(Model model) {
        Run run = new Run();
        CompilationUnit unit = run.step(entry.name(), () -> entry.run(model));
        for (Pass pass : passes) {
            CompilationUnit before = unit;
            unit = run.step(pass.name(), () -> guarded(pass, before));
        }
        return new PipelineResult(unit, run.records);
    }

    /** Runs a pass; what it throws gets its name and the program it began with. */
    private CompilationUnit guarded(Pass pass, CompilationUnit unit) {
        try {
            return pass.run(unit, context);
        } catch (IrException | CompileException e) {
            throw new CompileException(pass.name() + ": " + e.getMessage(), TensorPrinter.print(unit.program()), e);
        }
    }

    /** The records of one run. */
    private final class Run {
        private final List<PassRecord> records = new ArrayList<>();

        CompilationUnit step(String name, Supplier<CompilationUnit> work) {
            long start = System.nanoTime();
            CompilationUnit unit = work.get();
            long nanoseconds = System.nanoTime() - start;
            verify(name, unit);
            Optional<String> text =
                    dumped.test(name) ? Optional.of(TensorPrinter.print(unit.program())) : Optional.empty();
            records.add(new PassRecord(name, nanoseconds, unit.program().ops().size(), text));
            return unit;
        }
    }

    private static void verify(String name, CompilationUnit unit) {
        List<String> problems = UnitVerifier.problems(unit);
        if (!problems.isEmpty()) {
            throw new CompileException(
                    "wrong program after " + name + ": " + String.join("; ", problems),
                    TensorPrinter.print(unit.program()));
        }
    }
}
