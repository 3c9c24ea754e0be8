package dev.hwc.ir.format.model;

import dev.hwc.ir.format.gguf.GgmlType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the rotation frequencies are divided by, from the {@code rope_scaling} of a Hugging Face
 * configuration, as the tensors that GGUF files hold for it. Source of the formulas: transformers,
 * modeling_rope_utils.py.
 */
final class RotationFactors {
    private RotationFactors() {}

    /**
     * The factors' tensors; none where the rotation is not scaled.
     *
     * @param rotated elements of a head that rotate
     * @param base of the frequencies
     * @param original the longest sequence of the training before, where the scaling does not say it
     */
    static List<WeightTensor> of(ConfigKeys scaling, int rotated, double base, int original) {
        return switch (kind(scaling)) {
            case "default" -> List.of();
            case "linear" -> List.of(linear(rotated, scaling.real("factor")));
            case "llama3" -> List.of(tensor(Weights.ROPE_FREQUENCIES, llama3(scaling, rotated, base, original)));
            case "longrope", "su" ->
                List.of(
                        tensor(Weights.ROPE_SHORT, scaling.reals("short_factor", rotated / 2)),
                        tensor(Weights.ROPE_LONG, scaling.reals("long_factor", rotated / 2)));
            default ->
                throw scaling.error(
                        "type", "is '" + kind(scaling) + "'; supported are default, linear, llama3 and longrope");
        };
    }

    /** The name of the scaling; {@code default} where there is none. */
    static String kind(ConfigKeys scaling) {
        return scaling.text("rope_type", scaling.text("type", "default"));
    }

    /** Positions are divided by {@code factor}. */
    static WeightTensor linear(int rotated, double factor) {
        float[] factors = new float[rotated / 2];
        Arrays.fill(factors, (float) factor);
        return tensor(Weights.ROPE_FREQUENCIES, factors);
    }

    /** Long waves are stretched by {@code factor}, short ones not, those between smoothly. */
    private static float[] llama3(ConfigKeys scaling, int rotated, double base, int original) {
        double factor = scaling.real("factor");
        double low = scaling.real("low_freq_factor");
        double high = scaling.real("high_freq_factor");
        double context = scaling.size("original_max_position_embeddings", original);
        if (high <= low) {
            throw scaling.error("high_freq_factor", "is " + high + "; needed is more than low_freq_factor " + low);
        }
        float[] factors = new float[rotated / 2];
        for (int i = 0; i < factors.length; i++) {
            double wave = 2 * Math.PI * StrictMath.pow(base, 2.0 * i / rotated);
            double smooth = Math.clamp((context / wave - low) / (high - low), 0, 1);
            factors[i] = (float) (1 / ((1 - smooth) / factor + smooth));
        }
        return factors;
    }

    /**
     * Factor of queries and keys with long factors: √(1 + ln s / ln original), s by how much the context
     * grew.
     */
    static double magnitude(ConfigKeys scaling, int context, int original) {
        double growth = (double) context / original;
        double computed = growth <= 1 ? 1 : Math.sqrt(1 + Math.log(growth) / Math.log(original));
        return scaling.real("attention_factor", computed);
    }

    private static WeightTensor tensor(String name, float[] factors) {
        return new WeightTensor(
                new WeightSpec(name, 1, factors.length, GgmlType.F32), Optional.of(MemorySegment.ofArray(factors)));
    }
}
