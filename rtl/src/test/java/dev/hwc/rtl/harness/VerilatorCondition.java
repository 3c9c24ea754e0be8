package dev.hwc.rtl.harness;

import java.util.List;

/** The rule of {@link RequiresVerilator}. */
final class VerilatorCondition extends ToolCondition {
    /** Used by JUnit. */
    VerilatorCondition() {
        this(Tools.missing(), isCi());
    }

    VerilatorCondition(List<String> missing, boolean required) {
        super(missing, required, "verilator g++ make");
    }
}
