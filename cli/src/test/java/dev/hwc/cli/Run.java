package dev.hwc.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.cli.output.Streams;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One command line, run inside the test.
 *
 * @param code exit code
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
public record Run(int code, String out, String err) {
    /** Runs a command line. */
    public static Run of(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(
                new Streams(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false),
                args);
        return new Run(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Runs a command line that must work. */
    public static Run good(String... args) {
        Run run = of(args);
        assertEquals(0, run.code, run.err);
        return run;
    }

    /** Runs a command line that must work, with {@code --json -}: standard output is JSON and nothing else. */
    public static JsonNode json(String... args) {
        String[] all = Arrays.copyOf(args, args.length + 2);
        all[args.length] = "--json";
        all[args.length + 1] = "-";
        return parse(good(all).out);
    }

    /** Reads JSON that must be complete. */
    public static JsonNode parse(String json) {
        return JsonMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build()
                .readTree(json);
    }

    /** Runs a command line that must fail: this exit code, nothing on standard output, one line of error. */
    public static String fails(int code, String... args) {
        Run run = of(args);
        assertEquals(code, run.code, run.err);
        assertEquals("", run.out);
        assertTrue(run.err.startsWith("hwc: error: "), run.err);
        assertEquals(1, run.err.lines().count(), run.err);
        return run.err;
    }
}
