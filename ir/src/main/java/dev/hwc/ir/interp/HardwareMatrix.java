package dev.hwc.ir.interp;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.model.HardwareWeights;
import dev.hwc.ir.format.model.WeightTensor;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.ir.numerics.BlockProduct;
import dev.hwc.ir.numerics.Fp32;
import dev.hwc.ir.numerics.NumericCounters;
import dev.hwc.ir.numerics.ScaleFormat;
import org.jspecify.annotations.Nullable;

/** Weights in a hardware format, multiplied by activations quantized per row (N13, N22, N23). */
final class HardwareMatrix implements Matrix {
    private final BlockMatrix weights;
    private final NumericCounters counters;

    private HardwareMatrix(BlockMatrix weights, NumericCounters counters) {
        this.weights = weights;
        this.counters = counters;
    }

    static HardwareMatrix of(WeightTensor tensor, NumericCounters counters) {
        int most = BlockProduct.MAX_BLOCKS * BlockProduct.BLOCK;
        if (tensor.columns() > most) {
            throw new IrException("weight " + tensor.name() + " has " + tensor.columns()
                    + " columns; hardware arithmetic adds up at most " + most);
        }
        return new HardwareMatrix(HardwareWeights.of(tensor), counters);
    }

    @Override
    public int rows() {
        return weights.rows();
    }

    @Override
    public int columns() {
        return weights.columns();
    }

    @Override
    public void row(int row, float[] y) {
        weights.row(row, y);
    }

    @Override
    public void multiply(float[] x, float @Nullable [] bias, float[] y) {
        BlockRow activations = BlockRow.quantize(x, 0, x.length, ScaleFormat.BF16, counters);
        for (int row = 0; row < y.length; row++) {
            float product = activations.product(weights, row, counters);
            y[row] = bias == null ? product : Fp32.add(product, bias[row]);
        }
    }
}
