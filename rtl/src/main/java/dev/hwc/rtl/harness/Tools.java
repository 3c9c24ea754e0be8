package dev.hwc.rtl.harness;

import dev.hwc.rtl.RtlException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Runs Verilator, the C++ compiler and the FPGA tools. */
public final class Tools {
    private Tools() {}

    /** Programs the harness needs that are not on the PATH; empty when it can build. */
    public static List<String> missing() {
        return Stream.of("verilator", "g++", "make")
                .filter(tool -> !isInstalled(tool))
                .toList();
    }

    /**
     * Checks that the harness can build.
     *
     * @throws RtlException when a program is missing
     */
    static void requireAll() {
        if (!missing().isEmpty()) {
            throw new RtlException("RTL in Verilator needs " + String.join(", ", missing())
                    + ", not found on the PATH; install it (Debian: apt install verilator g++ make)"
                    + " or take another back end");
        }
    }

    /** Whether a program is on the PATH. */
    public static boolean isInstalled(String tool) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.of(path.split(":")).anyMatch(d -> Files.isExecutable(Path.of(d, tool)));
    }

    /**
     * Runs a command and returns what it printed.
     *
     * @throws RtlException when it cannot be started or ends with another code than 0; the message has
     *     the end of its output
     */
    public static String run(Path directory, List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
            String output;
            try (InputStream in = process.getInputStream()) {
                output = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
            int code = process.waitFor();
            if (code != 0) {
                throw new RtlException(command.getFirst() + " ended with code " + code + " in " + directory
                        + "\ncommand: " + String.join(" ", command) + "\n" + end(output));
            }
            return output;
        } catch (IOException e) {
            throw new RtlException(
                    command.getFirst() + " cannot be started: " + e.getMessage()
                            + "; install it (Debian: apt install verilator g++ make yosys nextpnr-ice40)",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RtlException(command.getFirst() + " was interrupted", e);
        }
    }

    private static String end(String output) {
        return output.substring(Math.max(0, output.length() - 4000));
    }
}
