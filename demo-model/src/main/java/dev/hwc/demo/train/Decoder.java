package dev.hwc.demo.train;

import dev.hwc.demo.Shape;
import dev.hwc.demo.Shape.Parameter;
import dev.hwc.demo.train.Gemm.View;
import java.util.Arrays;

/**
 * Forward and backward pass of the llama decoder for one sequence at a time, in fp32. Weights are one flat array in the
 * order of {@link Shape#parameters()}; the gradient has the same layout. One instance per thread: it owns the memory of
 * all activations.
 */
final class Decoder {
    private static final int TENSORS_PER_BLOCK = 9;

    private final Shape shape;
    private final int[] offsets;
    private final Gemm gemm = new Gemm();
    private final Attention attention;
    private final int capacity;
    private final Block[] blocks;
    private final float[] last;
    private final float[] lastNormed;
    private final float[] lastInverse;
    private final float[] logits;
    private final float[] dx;
    private final float[] dNormed;
    private final float[] dMixed;
    private final float[] dHidden;

    /** Activations of one block that the backward pass needs; names as in Decoder#forward. */
    private static final class Block {
        final float[] input;
        final float[] normed;
        final float[] inverse;
        final Attention.State attention;
        final float[] middle;
        final float[] middleNormed;
        final float[] middleInverse;
        final float[] gate;
        final float[] up;
        final float[] hidden;

        Block(Shape shape, int time) {
            input = new float[time * shape.width()];
            normed = new float[time * shape.width()];
            inverse = new float[time];
            attention = new Attention.State(shape, time);
            middle = new float[time * shape.width()];
            middleNormed = new float[time * shape.width()];
            middleInverse = new float[time];
            gate = new float[time * shape.hidden()];
            up = new float[time * shape.hidden()];
            hidden = new float[time * shape.hidden()];
        }
    }

    /** @param capacity longest sequence, a multiple of 64 */
    Decoder(Shape shape, int capacity) {
        this.shape = shape;
        this.capacity = capacity;
        this.offsets = offsets(shape);
        this.attention = new Attention(shape, capacity, gemm);
        this.blocks = new Block[shape.layers()];
        Arrays.setAll(blocks, ignored -> new Block(shape, capacity));
        int wide = capacity * shape.width();
        this.last = new float[wide];
        this.lastNormed = new float[wide];
        this.lastInverse = new float[capacity];
        this.logits = new float[capacity * shape.vocabulary()];
        this.dx = new float[wide];
        this.dNormed = new float[wide];
        this.dMixed = new float[capacity * shape.queryWidth()];
        this.dHidden = new float[capacity * shape.hidden()];
    }

    /**
     * Adds the gradient of {@code scale · Σ nll}.
     *
     * @param tokens inputs and one more token, so that each input has a target
     * @return Σ nll in nats over all targets
     */
    double backward(float[] weights, int[] tokens, float[] gradient, float scale) {
        int time = tokens.length - 1;
        forward(weights, tokens, time);
        double loss = lossGradient(tokens, time, scale);
        int width = shape.width();
        int vocabulary = shape.vocabulary();
        View dLogits = View.of(logits, 0, vocabulary);
        gemm.multiply(time, width, vocabulary, dLogits, matrix(weights, 0, width), View.of(dNormed, 0, width), false);
        gemm.multiply(
                vocabulary,
                width,
                time,
                dLogits.transposed(),
                View.of(lastNormed, 0, width),
                matrix(gradient, 0, width),
                true);
        Arrays.fill(dx, 0, time * width, 0);
        int at = offsets[offsets.length - 1];
        Elementwise.normBackward(dNormed, last, weights, at, lastInverse, dx, gradient, time, width);
        for (int layer = shape.layers() - 1; layer >= 0; layer--) {
            feedForwardBackward(weights, gradient, layer, time);
            attentionBackward(weights, gradient, layer, time);
        }
        for (int t = 0; t < time; t++) {
            for (int i = 0; i < width; i++) {
                gradient[tokens[t] * width + i] += dx[t * width + i];
            }
        }
        return loss;
    }

    /** Logits [time · vocabulary] of a sequence whose length is a multiple of 64. */
    float[] logits(float[] weights, int[] tokens) {
        forward(weights, tokens, tokens.length);
        return Arrays.copyOf(logits, tokens.length * shape.vocabulary());
    }

    private void forward(float[] weights, int[] tokens, int time) {
        if (time > capacity || time % Attention.ROWS != 0) {
            throw new IllegalArgumentException(
                    "sequence of " + time + " tokens; allowed: multiples of 64 up to " + capacity);
        }
        int width = shape.width();
        for (int t = 0; t < time; t++) {
            System.arraycopy(weights, tokens[t] * width, blocks[0].input, t * width, width);
        }
        for (int layer = 0; layer < shape.layers(); layer++) {
            Block b = blocks[layer];
            float[] output = layer + 1 < shape.layers() ? blocks[layer + 1].input : last;
            int norm = offset(layer, 0);
            Elementwise.norm(b.input, weights, norm, b.normed, b.inverse, time, width, Shape.EPSILON);
            linear(weights, offset(layer, 1), b.normed, width, b.attention.query, shape.queryWidth(), time, false);
            linear(weights, offset(layer, 2), b.normed, width, b.attention.key, shape.keyWidth(), time, false);
            linear(weights, offset(layer, 3), b.normed, width, b.attention.value, shape.keyWidth(), time, false);
            attention.forward(b.attention, time);
            System.arraycopy(b.input, 0, b.middle, 0, time * width);
            linear(weights, offset(layer, 4), b.attention.mixed, shape.queryWidth(), b.middle, width, time, true);
            norm = offset(layer, 5);
            Elementwise.norm(b.middle, weights, norm, b.middleNormed, b.middleInverse, time, width, Shape.EPSILON);
            linear(weights, offset(layer, 6), b.middleNormed, width, b.gate, shape.hidden(), time, false);
            linear(weights, offset(layer, 7), b.middleNormed, width, b.up, shape.hidden(), time, false);
            Elementwise.gated(b.gate, b.up, b.hidden, time * shape.hidden());
            System.arraycopy(b.middle, 0, output, 0, time * width);
            linear(weights, offset(layer, 8), b.hidden, shape.hidden(), output, width, time, true);
        }
        int norm = offsets[offsets.length - 1];
        Elementwise.norm(last, weights, norm, lastNormed, lastInverse, time, width, Shape.EPSILON);
        linear(weights, 0, lastNormed, width, logits, shape.vocabulary(), time, false);
    }

    /** Replaces logits by the gradient of the loss: (softmax − one-hot) · scale. */
    private double lossGradient(int[] tokens, int time, float scale) {
        int vocabulary = shape.vocabulary();
        double loss = 0;
        for (int t = 0; t < time; t++) {
            int at = t * vocabulary;
            Elementwise.softmax(logits, at, vocabulary, vocabulary);
            loss -= Math.log(Math.max(logits[at + tokens[t + 1]], 1e-30f));
            for (int i = 0; i < vocabulary; i++) {
                logits[at + i] *= scale;
            }
            logits[at + tokens[t + 1]] -= scale;
        }
        return loss;
    }

    private void feedForwardBackward(float[] weights, float[] gradient, int layer, int time) {
        Block b = blocks[layer];
        int width = shape.width();
        int hidden = shape.hidden();
        linearBackward(weights, gradient, offset(layer, 8), b.hidden, hidden, dx, width, dHidden, time, false);
        Elementwise.gatedBackward(dHidden, b.gate, b.up, time * hidden);
        linearBackward(
                weights, gradient, offset(layer, 6), b.middleNormed, width, b.gate, hidden, dNormed, time, false);
        linearBackward(weights, gradient, offset(layer, 7), b.middleNormed, width, b.up, hidden, dNormed, time, true);
        int norm = offset(layer, 5);
        Elementwise.normBackward(dNormed, b.middle, weights, norm, b.middleInverse, dx, gradient, time, width);
    }

    private void attentionBackward(float[] weights, float[] gradient, int layer, int time) {
        Block b = blocks[layer];
        Attention.State s = b.attention;
        int width = shape.width();
        linearBackward(
                weights, gradient, offset(layer, 4), s.mixed, shape.queryWidth(), dx, width, dMixed, time, false);
        attention.backward(s, dMixed, time);
        int key = shape.keyWidth();
        linearBackward(
                weights,
                gradient,
                offset(layer, 1),
                b.normed,
                width,
                s.query,
                shape.queryWidth(),
                dNormed,
                time,
                false);
        linearBackward(weights, gradient, offset(layer, 2), b.normed, width, s.key, key, dNormed, time, true);
        linearBackward(weights, gradient, offset(layer, 3), b.normed, width, s.value, key, dNormed, time, true);
        int norm = offset(layer, 0);
        Elementwise.normBackward(dNormed, b.input, weights, norm, b.inverse, dx, gradient, time, width);
    }

    /** y [time, out] = x [time, in] · Wᵀ, W [out, in] at {@code at}; added to y when {@code add}. */
    private void linear(float[] weights, int at, float[] x, int in, float[] y, int out, int time, boolean add) {
        View w = matrix(weights, at, in).transposed();
        gemm.multiply(time, out, in, View.of(x, 0, in), w, View.of(y, 0, out), add);
    }

    /** dW += dyᵀ·x and dx = dy·W (dx += when {@code add}). */
    private void linearBackward(
            float[] weights,
            float[] gradient,
            int at,
            float[] x,
            int in,
            float[] dy,
            int out,
            float[] dxOut,
            int time,
            boolean add) {
        View outer = View.of(dy, 0, out);
        gemm.multiply(out, in, time, outer.transposed(), View.of(x, 0, in), matrix(gradient, at, in), true);
        gemm.multiply(time, in, out, outer, matrix(weights, at, in), View.of(dxOut, 0, in), add);
    }

    private static View matrix(float[] flat, int at, int columns) {
        return View.of(flat, at, columns);
    }

    private int offset(int layer, int tensor) {
        return offsets[1 + layer * TENSORS_PER_BLOCK + tensor];
    }

    private static int[] offsets(Shape shape) {
        int[] offsets = new int[shape.parameters().size()];
        int at = 0;
        int i = 0;
        for (Parameter p : shape.parameters()) {
            offsets[i++] = at;
            at += p.size();
        }
        return offsets;
    }
}
