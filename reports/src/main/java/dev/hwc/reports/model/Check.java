package dev.hwc.reports.model;

import dev.hwc.reports.ReportException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Checks shared by the compact constructors of the report model; each names the field it rejects. */
final class Check {
    private Check() {}

    static <T> T present(@Nullable T value, String field) {
        if (value == null) {
            throw new ReportException("missing field \"" + field + "\"");
        }
        return value;
    }

    static <T> List<T> list(@Nullable List<T> values, String field) {
        List<T> list = present(values, field);
        if (list.stream().anyMatch(Objects::isNull)) {
            throw new ReportException(field + " holds null; leave the element out");
        }
        return List.copyOf(list);
    }

    /** An unmodifiable copy that keeps the order in which the producer wrote the entries. */
    static <V> Map<String, V> map(@Nullable Map<String, V> values, String field) {
        Map<String, V> map = present(values, field);
        map.forEach((key, value) -> present(value, field + "." + key));
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    /** As {@link #map}, for counts: no value may be negative. */
    static Map<String, Long> counts(@Nullable Map<String, Long> values, String field) {
        Map<String, Long> map = map(values, field);
        map.forEach((key, value) -> atLeast(0, value, field + "." + key));
        return map;
    }

    static void atLeast(long minimum, long value, String field) {
        if (value < minimum) {
            throw new ReportException(field + " is " + value + "; allowed is " + minimum + " or more");
        }
    }

    static void within(long minimum, long maximum, long value, String field) {
        if (value < minimum || value > maximum) {
            throw new ReportException(field + " is " + value + "; allowed is " + minimum + " to " + maximum);
        }
    }

    static void positive(double value, String field) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new ReportException(field + " is " + value + "; allowed is a finite number above 0");
        }
    }

    static void notNegative(double value, String field) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new ReportException(field + " is " + value + "; allowed is a finite number, 0 or more");
        }
    }
}
