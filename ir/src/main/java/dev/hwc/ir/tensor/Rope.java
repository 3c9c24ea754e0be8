package dev.hwc.ir.tensor;

import dev.hwc.ir.format.model.RopeStyle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rotary position embedding: in each head, pair i of the first {@code rotaryDims} elements is
 * rotated by the angle position · base^(−2i/rotaryDims) / frequencyFactors[i]; the rest passes
 * through. The row's position is P + its row number. Shapes: x [t, heads·headDim], frequencyFactors
 * [rotaryDims/2] or absent (all 1; present in Llama 3.1 files), result as x. Spec: rope R1-R4.
 */
public record Rope(
        String name,
        Value x,
        int heads,
        int headDim,
        int rotaryDims,
        float base,
        RopeStyle style,
        @Nullable Parameter frequencyFactors)
        implements PrimitiveOp {
    public Rope {
        Check.name(name, "type T2", "value");
        Check.positive(heads, "rope R1", "heads");
        Check.positive(headDim, "rope R1", "headDim");
        Check.rows(x, (long) heads * headDim, "rope R1", "x");
        Check.that(
                rotaryDims >= 2 && rotaryDims % 2 == 0 && rotaryDims <= headDim,
                "rope R2",
                "rotaryDims is %d; allowed are even numbers from 2 to headDim = %d",
                rotaryDims,
                headDim);
        Check.positive(base, "rope R3", "base");
        if (frequencyFactors != null) {
            Check.vector(frequencyFactors, rotaryDims / 2, "rope R4", "frequencyFactors");
        }
    }

    /** A rotation without frequency factors. */
    public Rope(String name, Value x, int heads, int headDim, int rotaryDims, float base, RopeStyle style) {
        this(name, x, heads, headDim, rotaryDims, base, style, null);
    }

    @Override
    public Value result() {
        return new Value(name, x.type());
    }

    @Override
    public String mnemonic() {
        return "rope";
    }

    @Override
    public List<Value> operands() {
        return List.of(x);
    }

    @Override
    public List<Parameter> parameters() {
        return frequencyFactors == null ? List.of() : List.of(frequencyFactors);
    }
}
