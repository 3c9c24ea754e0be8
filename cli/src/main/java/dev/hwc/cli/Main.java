package dev.hwc.cli;

import dev.hwc.cli.command.Commands;
import dev.hwc.cli.output.Streams;
import picocli.CommandLine;

/** Runs one command. */
public final class Main {
    private Main() {}

    /** The process's entry: exit code 0 done, 1 the run failed, 2 wrong usage or bad input. */
    public static void main(String[] args) {
        System.setProperty("slf4j.internal.verbosity", "ERROR"); // a library's logging has no provider, on purpose
        System.exit(run(Streams.ofProcess(), args));
    }

    /**
     * Runs a command line.
     *
     * @return the exit code
     */
    public static int run(Streams streams, String... args) {
        CommandLine line = Commands.create(streams);
        Failures failures = new Failures(streams);
        line.setExpandAtFiles(false);
        line.setOut(streams.outWriter());
        line.setErr(streams.errWriter());
        line.setParameterExceptionHandler(failures::wrongUsage);
        line.setExecutionExceptionHandler((problem, command, parsed) -> failures.failed(problem, command));
        int code = line.execute(args);
        streams.out().flush();
        if (code == 0 && streams.out().checkError()) {
            streams.err().println("hwc: error: standard output cannot be written; free space or choose another target");
            code = CommandLine.ExitCode.SOFTWARE;
        }
        streams.err().flush();
        return code;
    }
}
