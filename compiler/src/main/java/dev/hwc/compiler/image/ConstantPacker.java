package dev.hwc.compiler.image;

import dev.hwc.compiler.lower.ModelLayout;
import dev.hwc.compiler.lower.Network;
import dev.hwc.compiler.lower.WindowMasks;
import dev.hwc.compiler.weights.WeightSource;
import dev.hwc.ir.format.model.HardwareWeights;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.ir.tensor.Parameter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Writes rotation table, norms and biases (window 1) as fp32. */
final class ConstantPacker {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final ModelLayout layout;
    private final WeightSource weights;
    private final MemorySegment target;

    private ConstantPacker(ModelLayout layout, WeightSource weights, MemorySegment target) {
        this.layout = layout;
        this.weights = weights;
        this.target = target;
    }

    static void pack(ModelLayout layout, WeightSource weights, MemorySegment target) {
        ConstantPacker packer = new ConstantPacker(layout, weights, target);
        if (layout.network().rotates()) {
            packer.rotations();
        }
        for (ModelLayout.LayerGroup group : layout.groups()) {
            for (int l = 0; l < group.layers().size(); l++) {
                long offset = group.constantOffset() + l * group.constantStride();
                group.constants().get(l).all().forEach((vector, at) -> packer.vector(vector, offset + at));
            }
        }
        packer.outputNorm();
        packer.positions();
        packer.lines();
        layout.masks().ifPresent(packer::masks);
    }

    /** cos and sin per pair, 1 and 0 where nothing rotates (numerics N25). */
    private void rotations() {
        Network.Layer layer = layout.network().layers().getFirst();
        int headSize = layer.headSize();
        float[] factors = layer.frequencyFactors() == null
                ? new float[0]
                : weights.weight(layer.frequencyFactors().name()).row(0);
        for (int position = 0; position < layout.context(); position++) {
            long row = layout.ropeOffset() + 4L * headSize * position;
            for (int pair = 0; pair < headSize / 2; pair++) {
                boolean rotates = 2 * pair < layer.rotaryDims();
                double angle = rotates ? angle(layer, factors, position, pair) : 0;
                target.set(FLOAT, row + 8L * pair, (float) StrictMath.cos(angle));
                target.set(FLOAT, row + 8L * pair + 4, (float) StrictMath.sin(angle));
            }
        }
    }

    private static double angle(Network.Layer layer, float[] factors, int position, int pair) {
        double frequency = StrictMath.pow(layer.ropeBase(), -2.0 * pair / layer.rotaryDims());
        double angle = position * frequency;
        return factors.length == 0 ? angle : angle / factors[pair];
    }

    private void outputNorm() {
        Network.Norm norm = layout.network().outputNorm();
        vector(norm.weight(), layout.outputNormOffset());
        if (norm.bias() != null) {
            vector(
                    norm.bias(),
                    layout.outputNormOffset()
                            + ModelLayout.vectorBytes(layout.network().width()));
        }
    }

    /** The table of positions as the hardware's arithmetic has it (numerics N34). */
    private void positions() {
        Parameter positions = layout.network().positions();
        if (positions == null) {
            return;
        }
        BlockMatrix table = HardwareWeights.of(weights.weight(positions.name()));
        long rowBytes = ModelLayout.vectorBytes(layout.network().width());
        float[] values = new float[table.columns()];
        for (int row = 0; row < Math.min(table.rows(), layout.context()); row++) {
            table.row(row, values);
            for (int i = 0; i < values.length; i++) {
                target.set(FLOAT, layout.positionOffset() + row * rowBytes + 4L * i, values[i]);
            }
        }
    }

    /** Where the mask of each position begins, and shifted copies of a long row of masks. */
    private void masks(WindowMasks masks) {
        for (int position = 0; position < masks.context(); position++) {
            target.set(INT, masks.offset() + 4L * position, Math.toIntExact(masks.mask(position)));
        }
        for (int copy = 0; copy < WindowMasks.COPIES; copy++) {
            for (int i = 0; i < masks.copyElements(); i++) {
                target.set(FLOAT, masks.copy(copy) + 4L * i, masks.element(copy, i));
            }
        }
    }

    /** Rows of copies of one number each. */
    private void lines() {
        layout.lines().forEach((value, offset) -> {
            for (int i = 0; i < ModelLayout.lineElements(); i++) {
                target.set(FLOAT, offset + 4L * i, value);
            }
        });
    }

    private void vector(Parameter parameter, long offset) {
        float[] values = weights.weight(parameter.name()).row(0);
        for (int i = 0; i < values.length; i++) {
            target.set(FLOAT, offset + 4L * i, values[i]);
        }
    }
}
