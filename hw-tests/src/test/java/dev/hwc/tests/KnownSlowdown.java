package dev.hwc.tests;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * A line of {@code slower-upgrades.csv}: a doubled resource that is known to cost cycles.
 *
 * @param what shape, preset, upgrade and phase, separated by commas
 * @param factor cycles after over cycles before are at most this; 0 for a model that does not fit
 * @param cause why, for readers
 */
record KnownSlowdown(String what, double factor, String cause) {
    /** The known ones of a shape on a preset. */
    static List<KnownSlowdown> of(String shape, String preset) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(KnownSlowdown.class.getResourceAsStream("slower-upgrades.csv")),
                StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> line.startsWith(shape + "," + preset + ","))
                    .map(KnownSlowdown::parse)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static KnownSlowdown parse(String line) {
        String[] parts = line.split(",", 6);
        return new KnownSlowdown(
                String.join(",", List.of(parts).subList(0, 4)), Double.parseDouble(parts[4]), parts[5]);
    }

    /** The factor that is known of a case; 1 when none is. */
    static double factor(List<KnownSlowdown> known, String what) {
        return known.stream()
                .filter(k -> k.what.equals(what))
                .mapToDouble(KnownSlowdown::factor)
                .findFirst()
                .orElse(1);
    }
}
