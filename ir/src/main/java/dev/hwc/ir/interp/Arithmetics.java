package dev.hwc.ir.interp;

import dev.hwc.ir.IrException;
import java.util.List;
import java.util.stream.Collectors;

/** The arithmetics of the reference interpreter, by name: the one place to register another. */
public final class Arithmetics {
    private static final List<Arithmetic> ALL = List.of(new F32(), new LlamaCpp());

    private Arithmetics() {}

    /** All of them, the plainest first. */
    public static List<Arithmetic> all() {
        return ALL;
    }

    /**
     * The arithmetic of this name.
     *
     * @throws IrException naming the known ones
     */
    public static Arithmetic named(String name) {
        return ALL.stream()
                .filter(arithmetic -> arithmetic.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IrException("arithmetic '" + name + "' is unknown; known are "
                        + ALL.stream().map(Arithmetic::name).collect(Collectors.joining(", "))));
    }
}
