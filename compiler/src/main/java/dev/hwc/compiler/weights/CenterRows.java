package dev.hwc.compiler.weights;

import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.model.WeightSpec;
import dev.hwc.ir.format.model.WeightTensor;
import java.lang.foreign.MemorySegment;

/**
 * Subtracts from each row its mean: rows of a table, or a vector, whose elements then add up to zero.
 * The mean is that of the decoded values in binary64, the difference is rounded to F32.
 */
public record CenterRows() implements WeightRewrite {
    @Override
    public WeightSpec spec(WeightSpec source) {
        return new WeightSpec(source.name(), source.rows(), source.columns(), GgmlType.F32);
    }

    @Override
    public void write(WeightTensor source, MemorySegment target) {
        long rowBytes = GgmlType.F32.rowBytes(source.columns());
        for (int row = 0; row < source.rows(); row++) {
            float[] values = source.row(row);
            double sum = 0;
            for (float value : values) {
                sum += value;
            }
            double mean = sum / values.length;
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (values[i] - mean);
            }
            GgmlType.F32.quantizer().quantize(values, 0, values.length, target, row * rowBytes);
        }
    }
}
