package dev.hwc.compiler.pipeline;

import dev.hwc.compiler.pass.CanonicalRope;
import dev.hwc.compiler.pass.CenterStream;
import dev.hwc.compiler.pass.FuseKernels;
import dev.hwc.compiler.pass.ImportModel;
import dev.hwc.compiler.pass.PadFeedForward;
import dev.hwc.compiler.pass.PadHeads;
import dev.hwc.compiler.pass.PassContext;
import dev.hwc.compiler.pass.WidenWeights;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.tensor.LogitRows;
import java.util.List;

/** The pipelines from a model to the program that is tiled and turned into instructions. */
public final class FrontEnd {
    private FrontEnd() {}

    /** Import → CenterStream → CanonicalRope → PadHeads → PadFeedForward → WidenWeights → FuseKernels, with logits of the last token. */
    public static Pipeline standard(HardwareSpec hardware) {
        return standard(hardware, LogitRows.LAST);
    }

    /** As above, with logits of the given tokens. */
    public static Pipeline standard(HardwareSpec hardware, LogitRows logits) {
        return new Pipeline(
                new PassContext(hardware),
                new ImportModel(logits),
                List.of(
                        new CenterStream(),
                        new CanonicalRope(),
                        new PadHeads(),
                        new PadFeedForward(),
                        new WidenWeights(),
                        new FuseKernels()));
    }

    /**
     * The canonical program that the {@code hardware} arithmetic is defined on (docs/spec/numerics.md
     * N29): the standard pipeline without fusing.
     */
    public static Pipeline canonical(HardwareSpec hardware, LogitRows logits) {
        return new Pipeline(
                new PassContext(hardware),
                new ImportModel(logits),
                List.of(
                        new CenterStream(),
                        new CanonicalRope(),
                        new PadHeads(),
                        new PadFeedForward(),
                        new WidenWeights()));
    }
}
