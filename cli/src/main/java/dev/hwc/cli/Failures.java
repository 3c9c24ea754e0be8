package dev.hwc.cli;

import dev.hwc.cli.command.HwcCommand;
import dev.hwc.cli.output.Streams;
import dev.hwc.compiler.CompileException;
import dev.hwc.host.HostException;
import dev.hwc.host.device.DeviceException;
import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.OneLine;
import dev.hwc.ir.format.model.Nearest;
import dev.hwc.reports.ReportException;
import dev.hwc.rtl.RtlException;
import dev.hwc.sim.SimException;
import dev.hwc.sim.dram.DramFormatException;
import dev.hwc.sim.pim.PimException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns whatever went wrong into one line on standard error and an exit code. */
final class Failures {
    private static final int FAILED = CommandLine.ExitCode.SOFTWARE;
    private static final int WRONG_USAGE = CommandLine.ExitCode.USAGE;
    private static final String GROUP_PREFIX = "Error: ";

    private final Streams streams;

    Failures(Streams streams) {
        this.streams = streams;
    }

    /** A command line that does not parse. */
    int wrongUsage(ParameterException problem, String[] args) {
        CommandLine command = problem.getCommandLine();
        String help = command.getCommandSpec().qualifiedName() + " --help";
        boolean trace = List.of(args).contains("--stacktrace");
        return report(message(problem, command, args) + "; see '" + help + "'", problem, trace, WRONG_USAGE);
    }

    /** A mistyped option is named as such, also where it hides that a parameter is missing. */
    private static String message(ParameterException problem, CommandLine command, String[] args) {
        if (problem instanceof UnmatchedArgumentException unmatched) {
            return unknown(unmatched.getUnmatched().getFirst(), command);
        }
        Optional<String> mistyped = problem instanceof MissingParameterException
                ? Arrays.stream(args)
                        .filter(arg -> isUnknownOption(arg, command))
                        .findFirst()
                : Optional.empty();
        return mistyped.map(option -> unknown(option, command))
                .orElseGet(() -> decapitalized(withoutPrefix(String.valueOf(problem.getMessage()))));
    }

    /** picocli starts what it says of groups of options with a prefix of its own. */
    private static String withoutPrefix(String message) {
        return message.startsWith(GROUP_PREFIX) ? message.substring(GROUP_PREFIX.length()) : message;
    }

    private static boolean isUnknownOption(String argument, CommandLine command) {
        return argument.matches("--[a-z].*")
                && !command.getCommandSpec().optionsMap().containsKey(name(argument));
    }

    private static String name(String option) {
        return option.contains("=") ? option.substring(0, option.indexOf('=')) : option;
    }

    /** A command that threw. */
    int failed(Throwable problem, CommandLine command) {
        boolean trace = HwcCommand.of(command).stacktrace();
        return switch (problem) {
            case DeviceException e -> report(message(e), e, trace, FAILED);
            case DramFormatException e -> report(message(e), e, trace, WRONG_USAGE);
            case PimException e -> report(message(e), e, trace, WRONG_USAGE);
            case SimException e -> report(message(e), e, trace, FAILED);
            case RtlException e -> report(message(e), e, trace, FAILED);
            case RunFailure e -> report(message(e), e, trace, FAILED);
            case UsageException e -> report(message(e), e, trace, WRONG_USAGE);
            case IrException e -> report(message(e), e, trace, WRONG_USAGE);
            case CompileException e -> report(message(e), e, trace, WRONG_USAGE);
            case HostException e -> report(message(e), e, trace, WRONG_USAGE);
            case ReportException e -> report(message(e), e, trace, WRONG_USAGE);
            case OutOfMemoryError e ->
                report(
                        "out of memory; give more with HWC_JAVA_OPTIONS=-Xmx8g or take a smaller model",
                        e,
                        trace,
                        FAILED);
            default ->
                report(
                        "internal error: " + problem
                                + "; this is a defect of hwc; please report it with the output of --stacktrace",
                        problem,
                        trace,
                        FAILED);
        };
    }

    private static String message(Throwable problem) {
        return String.valueOf(problem.getMessage());
    }

    private int report(String message, Throwable problem, boolean trace, int code) {
        streams.out().flush();
        streams.err().println("hwc: error: " + OneLine.of(message));
        if (trace) {
            problem.printStackTrace(streams.err());
        }
        return code;
    }

    private static String unknown(String argument, CommandLine command) {
        List<String> known = new ArrayList<>();
        boolean option = argument.startsWith("-");
        if (option) {
            command.getCommandSpec().optionsMap().keySet().forEach(known::add);
        } else {
            known.addAll(command.getSubcommands().keySet());
        }
        String name = option ? name(argument) : argument;
        String kind = option ? "option" : command.getSubcommands().isEmpty() ? "argument" : "command";
        return "unknown " + kind + " '" + name + "'" + Nearest.suggestion(name, known);
    }

    private static String decapitalized(String message) {
        return message.isEmpty() ? message : Character.toLowerCase(message.charAt(0)) + message.substring(1);
    }
}
