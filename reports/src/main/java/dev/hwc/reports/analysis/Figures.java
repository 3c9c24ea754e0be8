package dev.hwc.reports.analysis;

import java.util.Locale;

/** Numbers as people read them; the point is the decimal mark in every locale. */
public final class Figures {
    private static final String[] BYTE_UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

    private static final String[] COUNT_UNITS = {"", "k", "M", "G", "T", "P", "E"};

    private Figures() {}

    /** A whole number with thousands separators. */
    public static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** About three significant digits: 0.0123, 4.56, 78.9, 1,234. */
    public static String number(double value) {
        double size = Math.abs(value);
        if (size == 0) {
            return "0";
        }
        if (size < 0.001) {
            return String.format(Locale.ROOT, "%.2e", value);
        }
        int decimals = size < 0.1 ? 4 : size < 1 ? 3 : size < 10 ? 2 : size < 100 ? 1 : 0;
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }

    /** A share from 0 to 1 as percent; small shares keep a decimal. */
    public static String share(double share) {
        return percent(100 * share);
    }

    /** A value that is already in percent. */
    public static String percent(double percent) {
        if (percent != 0 && Math.abs(percent) < 0.1) {
            return "< 0.1 %";
        }
        boolean whole = Math.abs(percent) >= 10 || percent == 0;
        return String.format(Locale.ROOT, whole ? "%.0f %%" : "%.1f %%", percent);
    }

    /** Bytes in decimal units: 512 B, 4.61 MB, 12.3 GB. */
    public static String bytes(double bytes) {
        return scaled(bytes, BYTE_UNITS);
    }

    /** A large count in decimal units: 512, 4.61 M, 12.3 G. */
    public static String large(double count) {
        return scaled(count, COUNT_UNITS).stripTrailing();
    }

    private static String scaled(double amount, String[] units) {
        int unit = 0;
        double value = amount;
        while (value >= 999.5 && unit < units.length - 1) {
            value /= 1000;
            unit++;
        }
        return (unit == 0 ? String.format(Locale.ROOT, "%.0f", value) : number(value)) + " " + units[unit];
    }
}
