package dev.hwc.reports.model;

import org.jspecify.annotations.Nullable;

/**
 * A table of constants that the run used.
 *
 * @param name name and version, e.g. {@code lpddr5-6400}
 * @param kind what it holds: {@code timing}, {@code energy}, {@code area}
 * @param source where the constants come from
 * @param agreement optional: how well the model agrees with published or measured points
 */
public record TableUse(
        String name, String kind, String source, @Nullable String agreement) {
    public TableUse {
        Check.present(name, "name");
        Check.present(kind, "kind");
        Check.present(source, "source");
    }
}
