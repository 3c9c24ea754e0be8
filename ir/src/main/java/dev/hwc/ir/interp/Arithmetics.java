package dev.hwc.ir.interp;

import dev.hwc.ir.IrException;
import java.util.List;
import java.util.stream.Collectors;

/** The arithmetics of the reference interpreter, by name: the one place to register another. */
public final class Arithmetics {
    private Arithmetics() {}

    /** A new instance of each, the plainest first; what {@link Hardware} counts begins at zero. */
    public static List<Arithmetic> all() {
        return List.of(new F32(), new LlamaCpp(), new Hardware());
    }

    /**
     * A new instance of the arithmetic of this name.
     *
     * @throws IrException naming the known ones
     */
    public static Arithmetic named(String name) {
        List<Arithmetic> all = all();
        return all.stream()
                .filter(arithmetic -> arithmetic.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IrException("arithmetic '" + name + "' is unknown; known are "
                        + all.stream().map(Arithmetic::name).collect(Collectors.joining(", "))));
    }
}
