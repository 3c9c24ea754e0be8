package dev.hwc.cli.output;

import java.util.Locale;

/** Numbers as people read them, the same in every locale. */
public final class Numbers {
    private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB"};
    private static final String[] DECIMAL = {"", " K", " M", " B", " T"};

    private Numbers() {}

    /** {@code 1,234,567}. */
    public static String grouped(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** With a fixed number of decimals. */
    public static String decimals(double value, int decimals) {
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }

    /** {@code 1.37 MiB}. */
    public static String bytes(long bytes) {
        return scaled(bytes, 1024, BINARY, " ");
    }

    /** {@code 279.23 K}, as llama-bench counts parameters. */
    public static String parameters(long count) {
        return scaled(count, 1000, DECIMAL, "");
    }

    private static String scaled(long value, int base, String[] units, String space) {
        double scaled = value;
        int unit = 0;
        while (scaled >= base && unit < units.length - 1) {
            scaled /= base;
            unit++;
        }
        return (unit == 0 ? String.valueOf(value) : decimals(scaled, 2)) + space + units[unit];
    }
}
