package dev.hwc.rtl.harness;

import java.util.List;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The rule of {@link RequiresVerilator}. Whole classes stay enabled: only methods count as skipped. */
final class VerilatorCondition implements ExecutionCondition {
    private final List<String> missing;
    private final boolean required;

    /** Used by JUnit. */
    VerilatorCondition() {
        this(Tools.missing(), "true".equals(System.getenv("CI")));
    }

    VerilatorCondition(List<String> missing, boolean required) {
        this.missing = missing;
        this.required = required;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return evaluate(context.getTestMethod().isPresent());
    }

    ConditionEvaluationResult evaluate(boolean method) {
        if (!method || missing.isEmpty()) {
            return ConditionEvaluationResult.enabled("tools are there, or this is not yet a test");
        }
        String reason = "not on the PATH: " + String.join(", ", missing) + " (Debian: apt install verilator g++ make)";
        if (required) {
            throw new AssertionError("CI=true, and a test of RTL cannot run: " + reason);
        }
        return ConditionEvaluationResult.disabled(reason);
    }
}
