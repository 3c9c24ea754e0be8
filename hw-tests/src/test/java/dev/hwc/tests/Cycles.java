package dev.hwc.tests;

import dev.hwc.compiler.CompileException;
import dev.hwc.compiler.lower.TilingOptions;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpec;

/** Cycles of a prompt of 128 tokens and of the decode step after it. */
record Cycles(long prefill, long decode) {
    private static final int PROMPT = 128;
    private static final int CONTEXT = 160;

    /**
     * With the tiling that the compiler's search finds.
     *
     * @throws CompileException when the model does not fit
     */
    static Cycles searched(Model model, HardwareSpec spec) {
        return of(new SimulatedSession(model, spec, CONTEXT));
    }

    /** With the same tiling whatever the memory is. */
    static Cycles untuned(Model model, HardwareSpec spec) {
        return of(new SimulatedSession(model, spec, CONTEXT, TilingOptions.DEFAULT));
    }

    private static Cycles of(SimulatedSession session) {
        try (session) {
            session.prefill(new int[PROMPT]);
            long prefill = session.cycles();
            session.step(0);
            return new Cycles(prefill, session.cycles() - prefill);
        }
    }

    /** The larger of both ratios to the cycles before: above 1 when something became slower. */
    double factor(Cycles before) {
        return Math.max((double) prefill / before.prefill, (double) decode / before.decode);
    }
}
