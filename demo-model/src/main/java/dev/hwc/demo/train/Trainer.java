package dev.hwc.demo.train;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.ParameterTracker;
import dev.hwc.demo.Shape;
import dev.hwc.demo.Shape.Parameter;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Trains the demo model with the Deep Java Library on PyTorch: gradients by its autograd, steps by its AdamW, the
 * gradient clipped to a norm. Same seed, same order of sequences. Owns native memory until it is closed.
 */
public final class Trainer implements AutoCloseable {
    private static final float BETA2 = 0.99f;
    private static final float DECAY = 0.05f;
    private static final double MAX_NORM = 1;
    private static final int REPORT = 50;
    private static final int KEEP = 250;

    private final Shape shape;
    private final NDManager manager;
    private final Decoder decoder;

    /** Takes the weights every {@value #KEEP} steps and at the end. */
    @FunctionalInterface
    public interface Keeper {
        /**
         * Called between two steps.
         *
         * @param step the last step taken
         * @param weights in the order of {@link Shape#parameters()}; the receiver's own copy
         */
        void keep(int step, float[] weights) throws IOException;
    }

    /**
     * A trainer that starts from these weights.
     *
     * @param weights all parameters, in the order of {@link Shape#parameters()}; copied
     */
    public Trainer(Shape shape, float[] weights) {
        this.shape = shape;
        this.manager = Engine.getEngine("PyTorch").newBaseManager();
        this.decoder = new Decoder(shape, weights, manager);
    }

    /**
     * Trains up to the end of the schedule.
     *
     * @param stories token ids without begin and end pieces
     * @param seed of the order of the stories
     * @param done steps that went into the weights already; their sequences are passed over, and the optimizer begins
     *     with new moments
     * @param log one line every {@value #REPORT} steps
     */
    public void train(List<int[]> stories, Schedule schedule, long seed, int done, PrintStream log, Keeper keeper)
            throws IOException {
        Batches batches = new Batches(stories, seed);
        for (int step = 1; step <= done; step++) {
            batch(batches, schedule, step);
        }
        Optimizer matrices = optimizer(schedule, done, DECAY);
        Optimizer norms = optimizer(schedule, done, 0);
        double smooth = Double.NaN;
        long start = System.nanoTime();
        for (int step = done + 1; step <= schedule.steps(); step++) {
            double loss = gradient(batch(batches, schedule, step));
            double norm = update(matrices, norms);
            smooth = Double.isNaN(smooth) ? loss : 0.98 * smooth + 0.02 * loss;
            if (step % REPORT == 0) {
                double seconds = (System.nanoTime() - start) * 1e-9;
                double pace = (step - done) * (double) Schedule.TOKENS_PER_STEP / seconds;
                log.printf(
                        "step %d/%d  loss %.4f (smooth %.4f)  gradient %.2f  %.0f tokens/s  %.0f s%n",
                        step, schedule.steps(), loss, smooth, norm, pace, seconds);
            }
            if (step % KEEP == 0 || step == schedule.steps()) {
                keeper.keep(step, decoder.flat());
            }
        }
    }

    private List<int[]> batch(Batches batches, Schedule schedule, int step) {
        int length = schedule.length(step, shape.context());
        return batches.next(Schedule.TOKENS_PER_STEP / length, length + 1);
    }

    /** Leaves the gradient of the mean loss in the weights; returns the loss in nats. */
    double gradient(List<int[]> sequences) {
        try (NDManager step = manager.newSubManager();
                GradientCollector collector = manager.getEngine().newGradientCollector()) {
            NDArray loss = decoder.loss(tokens(step, sequences));
            double nats = loss.getFloat();
            collector.backward(loss);
            return nats;
        }
    }

    /** One step of the optimizer, which also clears the gradient; returns the norm before clipping. */
    private double update(Optimizer matrices, Optimizer norms) {
        try (NDManager step = manager.newSubManager();
                NDList gradients = gradients()) {
            gradients.attach(step);
            NDArray squares = step.create(0f);
            for (NDArray gradient : gradients) {
                squares = squares.add(gradient.square().sum());
            }
            double norm = Math.sqrt(squares.getFloat());
            int at = 0;
            for (Parameter p : shape.parameters()) {
                NDArray gradient = gradients.get(at++);
                if (norm > MAX_NORM) {
                    gradient.muli(MAX_NORM / norm);
                }
                (p.norm() ? norms : matrices).update(p.name(), decoder.weight(p.name()), gradient);
            }
            return norm;
        }
    }

    /** Gradients in the order of {@link Shape#parameters()}; to be closed. */
    NDList gradients() {
        NDList gradients = new NDList();
        decoder.weights().values().forEach(weight -> gradients.add(weight.getGradient()));
        return gradients;
    }

    /** Logits [tokens · vocabulary] of one sequence with the current weights. */
    public float[] logits(int[] tokens) {
        try (NDManager step = manager.newSubManager()) {
            return decoder.logits(tokens(step, List.of(tokens))).toFloatArray();
        }
    }

    @Override
    public void close() {
        manager.close();
    }

    private static NDArray tokens(NDManager manager, List<int[]> sequences) {
        long[] flat =
                sequences.stream().flatMapToInt(Arrays::stream).asLongStream().toArray();
        int rows = sequences.size();
        return manager.create(flat, new ai.djl.ndarray.types.Shape(rows, flat.length / rows));
    }

    private static Optimizer optimizer(Schedule schedule, int done, float decay) {
        // The library counts the updates of each parameter from 1.
        ParameterTracker rate = (parameter, update) -> (float) schedule.rate(done + update, done);
        return Optimizer.adamW()
                .optBeta2(BETA2)
                .optWeightDecays(decay)
                .optLearningRateTracker(rate)
                .build();
    }

    /** Where training starts: normal numbers, narrower for the two matrices of a block that write to the residual stream. */
    public static float[] initial(Shape shape, long seed) {
        Random random = new Random(seed);
        float[] all = new float[shape.parameterCount()];
        int at = 0;
        for (Parameter p : shape.parameters()) {
            boolean residual = p.name().endsWith("output.weight") || p.name().endsWith("down.weight");
            double deviation = 0.5 / Math.sqrt(p.columns()) / (residual ? Math.sqrt(2.0 * shape.layers()) : 1);
            for (int i = 0; i < p.size(); i++) {
                all[at++] = p.norm() ? 1 : (float) (random.nextGaussian() * deviation);
            }
        }
        return all;
    }
}
