package dev.hwc.reports.model;

import java.util.Map;

/**
 * The model that was run.
 *
 * @param name as the user gave it, e.g. a file name or {@code shape:qwen2-0.5b@q4_0}
 * @param architecture e.g. {@code qwen2}
 * @param parameters number of weights
 * @param weightBytes bytes of all weights as stored, block scales included
 * @param weightTypes number format (GGUF's name, lower case) to bytes stored in it
 */
public record ModelInfo(
        String name, String architecture, long parameters, long weightBytes, Map<String, Long> weightTypes) {
    public ModelInfo {
        Check.present(name, "name");
        Check.present(architecture, "architecture");
        Check.atLeast(0, parameters, "parameters");
        Check.atLeast(0, weightBytes, "weightBytes");
        weightTypes = Check.counts(weightTypes, "weightTypes");
    }
}
