package dev.hwc.ir.interp;

import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.model.WeightSpec;
import dev.hwc.ir.format.model.WeightTensor;
import dev.hwc.ir.tensor.Parameter;
import dev.hwc.ir.tensor.TensorProgram;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/** Weights in −1..1 for the parameters of a program, so that programs run without a model file. */
final class RandomWeights {
    private RandomWeights() {}

    static Function<String, WeightTensor> of(TensorProgram program, Random random) {
        Map<String, WeightTensor> weights = new HashMap<>();
        for (Parameter p : program.parameters()) {
            weights.put(p.name(), tensor(p.name(), p.rows(), p.columns(), p.type(), random));
        }
        return name -> Objects.requireNonNull(weights.get(name));
    }

    static WeightTensor tensor(String name, long rows, long columns, GgmlType type, Random random) {
        float[] values = new float[Math.toIntExact(rows * columns)];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat() * 2 - 1;
        }
        MemorySegment blocks = MemorySegment.ofArray(new byte[Math.toIntExact(rows * type.rowBytes(columns))]);
        type.quantizer().quantize(values, 0, values.length, blocks, 0);
        return new WeightTensor(new WeightSpec(name, rows, columns, type), Optional.of(blocks));
    }
}
