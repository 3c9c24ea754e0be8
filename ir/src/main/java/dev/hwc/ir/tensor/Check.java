package dev.hwc.ir.tensor;

import dev.hwc.ir.IrException;
import java.util.Locale;
import java.util.regex.Pattern;

/** The checks of the compact constructors: each failure names the rule it breaks. */
@SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency at run time
final class Check {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.\\-]*");

    private Check() {}

    static void that(boolean holds, String rule, String message, Object... arguments) {
        if (!holds) {
            throw new IrException(rule + ": " + String.format(Locale.ROOT, message, arguments));
        }
    }

    static void name(String name, String rule, String what) {
        that(
                NAME.matcher(name).matches(),
                rule,
                "%s name is '%s'; allowed are letters, digits, '_', '.', '-', not starting with a digit, '.' or '-'",
                what,
                name);
    }

    /** A matrix of F32 with one row per token: [t,n]. */
    static void rows(Value value, String rule, String what) {
        that(
                value.type().rank() == 2 && value.type().format() == ElementFormat.F32,
                rule,
                "%s is %s; needed is a matrix [t,n]f32",
                what,
                value);
    }

    /** A matrix of F32 [t,n] with the given n. */
    static void rows(Value value, long columns, String rule, String what) {
        rows(value, rule, what);
        that(
                value.type().dim(1).equals(Dim.of(columns)),
                rule,
                "%s is %s; needed are %d columns",
                what,
                value,
                columns);
    }

    /** A vector of the given length. */
    static void vector(Parameter parameter, long length, String rule, String what) {
        that(
                parameter.rank() == 1 && parameter.columns() == length,
                rule,
                "%s is %s; needed is a vector [%d]",
                what,
                parameter,
                length);
    }

    static void positive(float number, String rule, String what) {
        that(number > 0 && Float.isFinite(number), rule, "%s is %s; needed is a finite number above 0", what, number);
    }

    static void positive(int number, String rule, String what) {
        that(number > 0, rule, "%s is %d; allowed are 1 and above", what, number);
    }

    static long fixedColumns(Value value, String rule, String what) {
        rows(value, rule, what);
        if (value.type().dim(1) instanceof Dim.Fixed(long size)) {
            return size;
        }
        throw new IrException(rule + ": " + what + " is " + value + "; the number of columns must be fixed");
    }
}
