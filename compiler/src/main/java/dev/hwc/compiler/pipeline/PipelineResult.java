package dev.hwc.compiler.pipeline;

import dev.hwc.compiler.pass.CompilationUnit;
import java.util.List;

/**
 * The outcome of a pipeline.
 *
 * @param unit the program and its weights; data is valid until the model is closed
 * @param records one per pass in order, the import first
 */
public record PipelineResult(CompilationUnit unit, List<PassRecord> records) {
    public PipelineResult {
        records = List.copyOf(records);
    }
}
