package dev.hwc.cli.command;

import dev.hwc.cli.output.Streams;
import dev.hwc.cli.run.BackEnd;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.rtl.harness.AcceleratorModel;

/** Says on standard error that hardware is about to be built, which takes long and shows nothing. */
final class BuildNote {
    private BuildNote() {}

    /** Before a model is put on a back end. */
    static void print(BackEnd backEnd, Streams streams) {
        if (backEnd instanceof BackEnd.Rtl rtl) {
            print(rtl.spec(), rtl.waveform().isPresent(), streams);
        }
    }

    /** Before hardware is started. */
    static void print(HardwareSpec spec, boolean waveform, Streams streams) {
        if (!AcceleratorModel.isBuilt(spec, waveform)) {
            streams.err()
                    .println("building " + spec.name() + (waveform ? " with waveforms" : "")
                            + " in Verilator, once for this hardware; minutes…");
            streams.err().flush();
        }
    }
}
