package dev.hwc.cli.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a shipped model generates, as recorded when it was shipped. One line per model: its name, the
 * checksum, the tokens.
 *
 * @param tokens greedy, of the selftest's prompt
 * @param logits CRC-32 over the bits of all logits
 */
record GoldenTokens(List<Integer> tokens, long logits) {
    static final String RESOURCE = "/dev/hwc/cli/demo/golden.txt";

    GoldenTokens {
        tokens = List.copyOf(tokens);
    }

    /** The record of a model. */
    static GoldenTokens of(String model) {
        try (InputStream in = GoldenTokens.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("resource " + RESOURCE + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split(" ", -1))
                    .filter(fields -> fields[0].equals(model))
                    .map(GoldenTokens::parse)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(RESOURCE + " has no line for " + model));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static GoldenTokens parse(String[] fields) {
        List<Integer> tokens = new ArrayList<>();
        for (int i = 2; i < fields.length; i++) {
            tokens.add(Integer.valueOf(fields[i]));
        }
        return new GoldenTokens(tokens, Long.parseLong(fields[1]));
    }

    /** The line of a model. */
    String line(String model) {
        StringBuilder line = new StringBuilder(model + " " + logits);
        tokens.forEach(token -> line.append(' ').append(token));
        return line.append('\n').toString();
    }
}
