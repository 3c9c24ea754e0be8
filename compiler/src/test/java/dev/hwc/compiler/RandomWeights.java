package dev.hwc.compiler;

import dev.hwc.compiler.weights.WeightSource;
import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.model.WeightSpec;
import dev.hwc.ir.format.model.WeightTensor;
import dev.hwc.ir.tensor.Parameter;
import dev.hwc.ir.tensor.TensorProgram;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Weights in memory by name: random ones for a program, or shapes without data. */
public final class RandomWeights implements WeightSource {
    private final Map<String, WeightTensor> tensors = new LinkedHashMap<>();

    /** Weights of the given tensors. */
    public static WeightSource of(WeightTensor... tensors) {
        var weights = new RandomWeights();
        for (WeightTensor tensor : tensors) {
            weights.tensors.put(tensor.name(), tensor);
        }
        return weights;
    }

    /** Normally distributed weights for each parameter; their types must be writable. */
    public static WeightSource of(TensorProgram program, Random random) {
        var weights = new RandomWeights();
        program.parameters().forEach(p -> weights.tensors.put(p.name(), tensor(spec(p), random)));
        return weights;
    }

    /** The shapes of a program's parameters. */
    public static WeightSource shapes(TensorProgram program) {
        var weights = new RandomWeights();
        program.parameters().forEach(p -> weights.tensors.put(p.name(), new WeightTensor(spec(p), Optional.empty())));
        return weights;
    }

    /** One tensor; vectors are near 1, matrices have the variance that keeps activations near 1. */
    public static WeightTensor tensor(WeightSpec spec, Random random) {
        int columns = Math.toIntExact(spec.columns());
        long rowBytes = spec.type().rowBytes(columns);
        MemorySegment blocks = MemorySegment.ofArray(new byte[Math.toIntExact(spec.bytes())]);
        float[] row = new float[columns];
        for (long r = 0; r < spec.rows(); r++) {
            fill(row, spec.rows() == 1, random);
            spec.type().quantizer().quantize(row, 0, columns, blocks, r * rowBytes);
        }
        return new WeightTensor(spec, Optional.of(blocks));
    }

    /** Fills a row of a matrix or a vector. */
    public static void fill(float[] row, boolean vector, Random random) {
        for (int i = 0; i < row.length; i++) {
            float x = (float) random.nextGaussian();
            row[i] = vector ? 1 + x / 4 : x / (float) Math.sqrt(row.length);
        }
    }

    /** A matrix of random weights. */
    public static WeightTensor matrix(String name, long rows, long columns, GgmlType type, Random random) {
        return tensor(new WeightSpec(name, rows, columns, type), random);
    }

    private static WeightSpec spec(Parameter parameter) {
        return new WeightSpec(parameter.name(), parameter.rows(), parameter.columns(), parameter.type());
    }

    @Override
    public WeightSpec spec(String name) {
        return weight(name).spec();
    }

    @Override
    public boolean hasData(String name) {
        return weight(name).hasData();
    }

    @Override
    public WeightTensor weight(String name) {
        WeightTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IrException("no weight '" + name + "'; there are " + tensors.keySet());
        }
        return tensor;
    }
}
