package dev.hwc.cli.command;

import dev.hwc.cli.output.Streams;
import dev.hwc.cli.output.Version;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code hwc} itself: global options; without a command it prints the help. */
@Command(
        name = "hwc",
        mixinStandardHelpOptions = true,
        versionProvider = HwcCommand.Versions.class,
        description = "Hardware/software co-design for on-device language models.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "MODEL is a .gguf file, demo or demo@q4_0 (shipped), or shape:NAME[@TYPE] (dimensions without weights).",
            "HW is a preset (see 'hwc presets') or a .yaml file.",
            "Exit codes: 0 done, 1 the run failed, 2 wrong usage or bad input."
        })
public final class HwcCommand implements Callable<Integer> {
    private final Streams streams;

    @Option(names = "--stacktrace", scope = ScopeType.INHERIT, description = "show where an error comes from")
    private boolean stacktrace;

    HwcCommand(Streams streams) {
        this.streams = streams;
    }

    /** The root of a command. */
    public static HwcCommand of(CommandLine command) {
        CommandLine root = command;
        while (root.getParent() != null) {
            root = root.getParent();
        }
        return root.getCommand();
    }

    /** Whether errors come with a stack trace. */
    public boolean stacktrace() {
        return stacktrace;
    }

    @Override
    public Integer call() {
        CommandLine.usage(this, streams.err());
        return CommandLine.ExitCode.USAGE;
    }

    /** Answers {@code --version}. */
    static final class Versions implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"hwc " + Version.text()};
        }
    }
}
