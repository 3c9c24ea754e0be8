package dev.hwc.ir.interp;

import dev.hwc.ir.IrException;
import dev.hwc.ir.tensor.Add;
import dev.hwc.ir.tensor.AddPosition;
import dev.hwc.ir.tensor.Attention;
import dev.hwc.ir.tensor.Embed;
import dev.hwc.ir.tensor.Fused;
import dev.hwc.ir.tensor.Gelu;
import dev.hwc.ir.tensor.HeadNorm;
import dev.hwc.ir.tensor.LastToken;
import dev.hwc.ir.tensor.LayerNorm;
import dev.hwc.ir.tensor.Linear;
import dev.hwc.ir.tensor.Mul;
import dev.hwc.ir.tensor.PrimitiveOp;
import dev.hwc.ir.tensor.Relu;
import dev.hwc.ir.tensor.RmsNorm;
import dev.hwc.ir.tensor.Rope;
import dev.hwc.ir.tensor.Scale;
import dev.hwc.ir.tensor.SiluMul;
import dev.hwc.ir.tensor.SoftCap;
import dev.hwc.ir.tensor.TensorOp;
import dev.hwc.ir.tensor.Value;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** One run of a program over some new tokens: the values assigned so far, one array per row. */
final class Step {
    /** Computes row i of a result into y. */
    @FunctionalInterface
    private interface Row {
        void compute(int i, float[] y);
    }

    private final Arithmetic arithmetic;
    private final PreparedWeights weights;
    private final Map<Integer, KvCache> caches;
    private final int[] tokens;
    private final int position;
    private final Map<String, float[][]> values = new HashMap<>();

    /** @param position of the first token in the sequence */
    Step(Arithmetic arithmetic, PreparedWeights weights, Map<Integer, KvCache> caches, int[] tokens, int position) {
        this.arithmetic = arithmetic;
        this.weights = weights;
        this.caches = caches;
        this.tokens = tokens;
        this.position = position;
    }

    void execute(TensorOp op) {
        switch (op) {
            case PrimitiveOp primitive -> values.put(primitive.name(), evaluate(primitive));
            case Fused fused -> fused.body().forEach(this::execute);
        }
    }

    /** The rows of a value assigned before. */
    float[][] value(Value value) {
        return Objects.requireNonNull(values.get(value.name()), value.name());
    }

    private float[][] evaluate(PrimitiveOp op) {
        return switch (op) {
            case Embed embed -> embed(embed);
            case AddPosition add -> addPosition(add);
            case RmsNorm norm -> rmsNorm(norm);
            case LayerNorm norm -> layerNorm(norm);
            case HeadNorm norm -> headNorm(norm);
            case Gelu g -> rows(g, (i, y) -> arithmetic.gelu(value(g.x())[i], y));
            case Relu r -> rows(r, (i, y) -> arithmetic.relu(value(r.x())[i], y));
            case Scale s -> rows(s, (i, y) -> arithmetic.scale(value(s.x())[i], s.factor(), y));
            case SoftCap s -> rows(s, (i, y) -> arithmetic.softCap(value(s.x())[i], s.cap(), y));
            case Linear linear -> linear(linear);
            case Rope rope -> rope(rope);
            case Attention attention -> attention(attention);
            case SiluMul s -> rows(s, (i, y) -> arithmetic.siluMul(value(s.gate())[i], value(s.up())[i], y));
            case Add a -> rows(a, (i, y) -> arithmetic.add(value(a.a())[i], value(a.b())[i], y));
            case Mul m -> rows(m, (i, y) -> arithmetic.mul(value(m.a())[i], value(m.b())[i], y));
            case LastToken last -> lastToken(last);
        };
    }

    private float[][] embed(Embed op) {
        Matrix table = weights.matrix(op.table());
        for (int token : tokens) {
            if (token < 0 || token >= table.rows()) {
                throw new IrException(
                        "token id " + token + " is outside the vocabulary; allowed are 0 to " + (table.rows() - 1));
            }
        }
        return rows(op, (i, y) -> table.row(tokens[i], y));
    }

    private float[][] rmsNorm(RmsNorm op) {
        float[][] x = value(op.x());
        float[] weight = weights.vector(op.weight());
        float[] bias = weights.optionalVector(op.bias());
        return rows(op, (i, y) -> {
            arithmetic.rmsNorm(x[i], weight, op.eps(), y);
            if (bias != null) {
                arithmetic.add(y, bias, y);
            }
        });
    }

    private float[][] layerNorm(LayerNorm op) {
        float[][] x = value(op.x());
        float[] weight = weights.vector(op.weight());
        float[] bias = weights.vector(op.bias());
        return rows(op, (i, y) -> arithmetic.layerNorm(x[i], weight, bias, op.eps(), y));
    }

    private float[][] headNorm(HeadNorm op) {
        float[][] x = value(op.x());
        float[] weight = weights.vector(op.weight());
        float[] normed = new float[op.headDim()];
        return rows(op, (i, y) -> {
            for (int start = 0; start < y.length; start += op.headDim()) {
                float[] head = Arrays.copyOfRange(x[i], start, start + op.headDim());
                arithmetic.rmsNorm(head, weight, op.eps(), normed);
                System.arraycopy(normed, 0, y, start, normed.length);
            }
        });
    }

    private float[][] addPosition(AddPosition op) {
        float[][] x = value(op.x());
        Matrix table = weights.matrix(op.table());
        if (position + tokens.length > table.rows()) {
            throw new IrException("position " + (position + tokens.length - 1) + " is beyond the " + table.rows()
                    + " positions that the model knows; use a shorter text");
        }
        float[] row = new float[table.columns()];
        return rows(op, (i, y) -> {
            table.row(position + i, row);
            arithmetic.add(x[i], row, y);
        });
    }

    private float[][] linear(Linear op) {
        float[][] x = value(op.x());
        Matrix weight = weights.matrix(op.weight());
        float[] bias = weights.optionalVector(op.bias());
        return rows(op, (i, y) -> weight.multiply(x[i], bias, y));
    }

    private float[][] rope(Rope op) {
        float[][] x = value(op.x());
        float[] factors = weights.optionalVector(op.frequencyFactors());
        return rows(op, (i, y) -> arithmetic.rope(x[i], position + i, op, factors, y));
    }

    private float[][] attention(Attention op) {
        float[][] q = value(op.q());
        float[][] k = value(op.k());
        float[][] v = value(op.v());
        KvCache cache = Objects.requireNonNull(caches.get(op.layer()));
        return rows(op, (i, y) -> cache.attend(q[i], k[i], v[i], position + i, y));
    }

    private float[][] lastToken(LastToken op) {
        float[][] x = value(op.x());
        return new float[][] {x[x.length - 1]};
    }

    private float[][] rows(PrimitiveOp op, Row row) {
        var type = op.result().type();
        int columns = Math.toIntExact(type.dim(1).size(tokens.length, position));
        float[][] result = new float[Math.toIntExact(type.dim(0).size(tokens.length, position))][columns];
        for (int i = 0; i < result.length; i++) {
            row.compute(i, result[i]);
        }
        return result;
    }
}
