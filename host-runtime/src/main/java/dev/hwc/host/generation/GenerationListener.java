package dev.hwc.host.generation;

/** Is told how generation gets on, in order. */
public interface GenerationListener {
    /** Hears nothing. */
    GenerationListener NONE = new GenerationListener() {};

    /** {@code done} of {@code total} prompt tokens have been run. */
    default void prefilled(int done, int total) {}

    /**
     * A token was chosen.
     *
     * @param logits it was chosen from; must not be changed
     */
    default void token(int id, float[] logits) {}
}
