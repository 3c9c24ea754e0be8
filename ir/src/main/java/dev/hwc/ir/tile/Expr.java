package dev.hwc.ir.tile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An affine expression: {@code constant + Σ coefficient·term}. Its text form is {@code
 * 64+128*n+$weights}: the constant unless it is 0, then the terms in their order.
 *
 * @param terms loop variables in nesting order (outermost first) and at most one of argument, ring
 *     or fetched value, each name once
 */
public record Expr(long constant, List<Term> terms) {
    /** What a term stands for. */
    public enum Kind {
        /** A loop variable; any coefficient. */
        LOOP(""),
        /** A job argument; coefficient 1. */
        ARG("@"),
        /** The current slot of a ring; coefficient 1. */
        RING("$"),
        /** A value fetched from memory; coefficient 1. */
        FETCHED("!");

        private final String sigil;

        Kind(String sigil) {
            this.sigil = sigil;
        }

        /** Prefix in the text form. */
        public String sigil() {
            return sigil;
        }
    }

    /** One term. */
    public record Term(Kind kind, String name, long coefficient) {}

    public static final Expr ZERO = of(0);

    public Expr {
        terms = List.copyOf(terms);
    }

    public static Expr of(long constant) {
        return new Expr(constant, List.of());
    }

    /** {@code coefficient·variable}; zero coefficients vanish. */
    public static Expr loop(String variable, long coefficient) {
        return coefficient == 0 ? ZERO : single(Kind.LOOP, variable, coefficient);
    }

    public static Expr arg(String name) {
        return single(Kind.ARG, name, 1);
    }

    public static Expr ring(String name) {
        return single(Kind.RING, name, 1);
    }

    public static Expr fetched(String name) {
        return single(Kind.FETCHED, name, 1);
    }

    private static Expr single(Kind kind, String name, long coefficient) {
        return new Expr(0, List.of(new Term(kind, name, coefficient)));
    }

    public Expr plus(long value) {
        return value == 0 ? this : new Expr(constant + value, terms);
    }

    /** The sum; terms keep their order, equal terms are merged. */
    public Expr plus(Expr other) {
        List<Term> sum = new ArrayList<>(terms);
        for (Term term : other.terms) {
            int at = find(sum, term);
            if (at < 0) {
                sum.add(term);
            } else {
                sum.set(at, new Term(term.kind(), term.name(), sum.get(at).coefficient() + term.coefficient()));
            }
        }
        sum.removeIf(term -> term.coefficient() == 0);
        return new Expr(constant + other.constant, sum);
    }

    /**
     * The expression several times.
     *
     * @throws IllegalArgumentException if a term is no loop variable
     */
    public Expr times(long factor) {
        if (base().isPresent()) {
            throw new IllegalArgumentException(this + " times " + factor + ": only loop variables have coefficients");
        }
        return new Expr(
                constant * factor,
                terms.stream()
                        .map(term -> new Term(term.kind(), term.name(), term.coefficient() * factor))
                        .toList());
    }

    private static int find(List<Term> terms, Term term) {
        for (int i = 0; i < terms.size(); i++) {
            if (terms.get(i).kind() == term.kind() && terms.get(i).name().equals(term.name())) {
                return i;
            }
        }
        return -1;
    }

    public boolean isConstant() {
        return terms.isEmpty();
    }

    /** Coefficient of a loop variable, 0 if it does not occur. */
    public long coefficient(String variable) {
        return terms.stream()
                .filter(t -> t.kind() == Kind.LOOP && t.name().equals(variable))
                .mapToLong(Term::coefficient)
                .findFirst()
                .orElse(0);
    }

    /** The one term that is not a loop variable, if there is one. */
    public Optional<Term> base() {
        return terms.stream().filter(t -> t.kind() != Kind.LOOP).findFirst();
    }

    /** Whether any term is a loop variable. */
    public boolean usesLoops() {
        return terms.stream().anyMatch(t -> t.kind() == Kind.LOOP);
    }

    /** The text form, without blanks; {@link TileText} reads it back. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        if (constant != 0 || terms.isEmpty()) {
            parts.add(String.valueOf(constant));
        }
        for (Term term : terms) {
            String factor = term.coefficient() == 1 ? "" : term.coefficient() + "*";
            parts.add(factor + term.kind().sigil() + term.name());
        }
        return String.join("+", parts);
    }
}
