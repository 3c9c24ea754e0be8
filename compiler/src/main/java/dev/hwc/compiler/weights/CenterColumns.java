package dev.hwc.compiler.weights;

import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.model.WeightSpec;
import dev.hwc.ir.format.model.WeightTensor;
import java.lang.foreign.MemorySegment;

/**
 * Subtracts from each column of a projection its mean, so that the outputs add up to zero for every
 * input. The mean is that of the decoded values in binary64, the difference is rounded to F32.
 */
public record CenterColumns() implements WeightRewrite {
    @Override
    public WeightSpec spec(WeightSpec source) {
        return new WeightSpec(source.name(), source.rows(), source.columns(), GgmlType.F32);
    }

    @Override
    public void write(WeightTensor source, MemorySegment target) {
        double[] means = new double[Math.toIntExact(source.columns())];
        for (int row = 0; row < source.rows(); row++) {
            float[] values = source.row(row);
            for (int i = 0; i < means.length; i++) {
                means[i] += values[i] / source.rows();
            }
        }
        long rowBytes = GgmlType.F32.rowBytes(source.columns());
        for (int row = 0; row < source.rows(); row++) {
            float[] values = source.row(row);
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (values[i] - means[i]);
            }
            GgmlType.F32.quantizer().quantize(values, 0, values.length, target, row * rowBytes);
        }
    }
}
