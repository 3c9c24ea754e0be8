package dev.hwc.rtl.harness;

import dev.hwc.rtl.RtlException;
import java.nio.file.Path;

/**
 * Where the signals of an accelerator go as a value change dump, and of which clocks. Clocks count from
 * the model's start; in the file a clock is a nanosecond long, whatever the hardware's clock rate, so that
 * times there are clocks. The clock signal rises at the whole nanosecond.
 *
 * @param file appears when the model is closed, whole or not at all
 * @param from first clock in the file, at least 0
 * @param clocks number of clocks in the file, at least 1
 */
public record Waveform(Path file, long from, long clocks) {
    public Waveform {
        if (from < 0 || clocks < 1) {
            throw new RtlException("waveform " + file + " of " + clocks + " clocks from " + from
                    + "; allowed are 0 and more for the first and at least one clock");
        }
    }
}
