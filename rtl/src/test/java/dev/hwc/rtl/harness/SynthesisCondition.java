package dev.hwc.rtl.harness;

import java.util.stream.Stream;

/** The rule of {@link RequiresSynthesis}. */
final class SynthesisCondition extends ToolCondition {
    /** Used by JUnit. */
    SynthesisCondition() {
        super(
                Stream.of("yosys", "nextpnr-ice40")
                        .filter(tool -> !Tools.isInstalled(tool))
                        .toList(),
                isCi(),
                "yosys nextpnr-ice40");
    }
}
