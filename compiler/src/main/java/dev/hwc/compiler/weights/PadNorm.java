package dev.hwc.compiler.weights;

import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.model.WeightSpec;
import dev.hwc.ir.format.model.WeightTensor;
import java.lang.foreign.MemorySegment;

/**
 * Selects among the elements of a norm's weight and multiplies them; places without a source are zero. The
 * product is one of binary64, rounded to F32.
 */
public record PadNorm(Selection elements, double factor) implements WeightRewrite {
    @Override
    public WeightSpec spec(WeightSpec source) {
        return new WeightSpec(source.name(), source.rows(), elements.size(), GgmlType.F32);
    }

    @Override
    public void write(WeightTensor source, MemorySegment target) {
        float[] padded = elements.select(source.row(0));
        for (int i = 0; i < padded.length; i++) {
            padded[i] = (float) (padded[i] * factor);
        }
        GgmlType.F32.quantizer().quantize(padded, 0, padded.length, target, 0);
    }
}
