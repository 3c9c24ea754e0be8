package dev.hwc.cli.command;

import dev.hwc.cli.UsageException;
import dev.hwc.cli.output.Numbers;
import dev.hwc.cli.output.OutputFile;
import dev.hwc.cli.output.Streams;
import dev.hwc.cli.run.VcdRange;
import dev.hwc.rtl.harness.Waveform;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that have the signals of the hardware written to a file. */
final class WaveformOptions {
    private static final long CLOCKS = 10_000;

    @Option(
            names = "--vcd",
            paramLabel = "FILE.vcd",
            description = "with --backend rtl: write the hardware's signals, a clock per nanosecond")
    private @Nullable Path file;

    @Option(
            names = "--vcd-from",
            paramLabel = "CLOCK",
            description = "first clock in it, counted from the start of the hardware (default: 0)")
    private @Nullable Long from;

    @Option(names = "--vcd-cycles", paramLabel = "N", description = "clocks in it (default: " + CLOCKS + ")")
    private @Nullable Long clocks;

    /**
     * The waveform that is wanted.
     *
     * @param backEnd what runs
     * @throws UsageException when it has no signals, the file cannot be made or the window is none
     */
    Optional<Waveform> resolve(String backEnd) {
        if (file == null) {
            if (from != null || clocks != null) {
                throw new UsageException((from != null ? "--vcd-from" : "--vcd-cycles")
                        + " is the window of a waveform; name its file with --vcd FILE.vcd");
            }
            return Optional.empty();
        }
        if (!backEnd.equals("rtl")) {
            throw new UsageException(
                    "--vcd needs signals, which back end " + backEnd + " has none of; use --backend rtl");
        }
        if (from != null && from < 0) {
            throw new UsageException("--vcd-from is " + from + "; allowed are 0 and more");
        }
        if (clocks != null && clocks < 1) {
            throw new UsageException("--vcd-cycles is " + clocks + "; allowed are 1 and more");
        }
        return Optional.of(
                new Waveform(OutputFile.of(file).path(), from == null ? 0 : from, clocks == null ? CLOCKS : clocks));
    }

    /** Says on standard error what the file has, when there is one. */
    void summary(Streams streams) {
        if (file != null) {
            String content = VcdRange.of(file)
                    .map(range -> "clocks " + Numbers.grouped(range.first()) + " to " + Numbers.grouped(range.last())
                            + ", a nanosecond each")
                    .orElse("no clock: the run had ended before --vcd-from");
            streams.err().println(file + ": " + content);
        }
    }
}
