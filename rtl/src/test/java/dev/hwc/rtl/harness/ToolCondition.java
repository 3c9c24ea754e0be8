package dev.hwc.rtl.harness;

import java.util.List;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Skips test methods while programs are missing, and fails them where {@code CI=true}. Whole classes stay enabled:
 * only methods count as skipped.
 */
abstract class ToolCondition implements ExecutionCondition {
    private final List<String> missing;
    private final boolean required;
    private final String packages;

    /**
     * A rule.
     *
     * @param packages Debian packages that hold the programs
     */
    ToolCondition(List<String> missing, boolean required, String packages) {
        this.missing = missing;
        this.required = required;
        this.packages = packages;
    }

    /** Whether the environment says that nothing may be skipped. */
    static boolean isCi() {
        return "true".equals(System.getenv("CI"));
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return evaluate(context.getTestMethod().isPresent());
    }

    ConditionEvaluationResult evaluate(boolean method) {
        if (!method || missing.isEmpty()) {
            return ConditionEvaluationResult.enabled("tools are there, or this is not yet a test");
        }
        String reason = "not on the PATH: " + String.join(", ", missing) + " (Debian: apt install " + packages + ")";
        if (required) {
            throw new AssertionError("CI=true, and a test of RTL cannot run: " + reason);
        }
        return ConditionEvaluationResult.disabled(reason);
    }
}
