package dev.hwc.cli.command;

import dev.hwc.cli.output.Streams;
import picocli.CommandLine;

/** The wiring: all commands under {@code hwc}. */
public final class Commands {
    private Commands() {}

    /** A fresh command line that writes to these streams. */
    public static CommandLine create(Streams streams) {
        return new CommandLine(new HwcCommand(streams))
                .addSubcommand(new GenerateCommand(streams))
                .addSubcommand(new PerplexityCommand(streams))
                .addSubcommand(new TokenizeCommand(streams))
                .addSubcommand(new InspectCommand(streams))
                .addSubcommand(new CompileCommand(streams))
                .addSubcommand(new BenchCommand(streams))
                .addSubcommand(new GemmCommand(streams))
                .addSubcommand(new DramCommand(streams))
                .addSubcommand(new PimCommand(streams))
                .addSubcommand(new RtlCommand(streams))
                .addSubcommand(new SynthCommand(streams))
                .addSubcommand(new ReportCommand(streams))
                .addSubcommand(new PresetsCommand(streams))
                .addSubcommand(new DoctorCommand(streams))
                .addSubcommand(new SelftestCommand(streams));
    }
}
