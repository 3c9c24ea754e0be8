package dev.hwc.demo.train;

import dev.hwc.demo.Shape;
import dev.hwc.demo.Shape.Parameter;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Trains the demo model in stages: AdamW, warm-up, cosine decay, gradient clipping. The sequences of a step are dealt to the workers in a fixed order and their
 * gradients added in a fixed order, so two runs of the same seed differ by rounding
 * only (the vector exp has another last bit before its loop is compiled).
 */
public final class Trainer {
    /** Tokens of one step. */
    public static final int TOKENS_PER_STEP = 2048;

    private static final int SHORT = 256;
    private static final double FINAL_SHARE = 0.01;
    private static final int WARM_UP = 100;
    private static final int REPORT = 50;
    private static final int KEEP = 500;

    private final Shape shape;
    private final float[] weights;
    private final List<Worker> workers = new ArrayList<>();

    /** Computes a share of the sequences of a step; owns its activations and its gradient. */
    private static final class Worker {
        final Decoder decoder;
        final float[] gradient;

        Worker(Shape shape) {
            decoder = new Decoder(shape, shape.context());
            gradient = new float[shape.parameterCount()];
        }

        double run(float[] weights, List<int[]> sequences, float scale) {
            Arrays.fill(gradient, 0);
            double loss = 0;
            for (int[] sequence : sequences) {
                loss += decoder.backward(weights, sequence, gradient, scale);
            }
            return loss;
        }
    }

    /** Where sequences of the whole context, 512 tokens, stand among those of 256. */
    public enum Lengths {
        /** In the last tenth of the steps. */
        LONG_AT_THE_END,
        /** In every fourth step. */
        EVERY_FOURTH_LONG
    }

    /**
     * One run of the learning rate: warm-up to the peak, then a cosine down to a hundredth of it.
     *
     * @param steps of {@link #TOKENS_PER_STEP} tokens each
     * @param peak highest learning rate
     * @param seed of the order of the stories
     * @param lengths which steps have long sequences
     */
    public record Stage(int steps, double peak, long seed, Lengths lengths) {
        int length(int step, int context) {
            boolean whole = switch (lengths) {
                case LONG_AT_THE_END -> step > steps * 0.9;
                case EVERY_FOURTH_LONG -> step % 4 == 0;
            };
            return whole ? context : SHORT;
        }

        double rate(int step) {
            if (step < WARM_UP) {
                return peak * step / WARM_UP;
            }
            double done = (double) (step - WARM_UP) / (steps - WARM_UP);
            return peak * (FINAL_SHARE + (1 - FINAL_SHARE) * 0.5 * (1 + Math.cos(Math.PI * done)));
        }
    }

    /**
     * A trainer that changes these weights.
     *
     * @param weights all parameters, in the order of {@link Shape#parameters()}
     */
    public Trainer(Shape shape, float[] weights, int threads) {
        this.shape = shape;
        this.weights = weights;
        for (int i = 0; i < threads; i++) {
            workers.add(new Worker(shape));
        }
    }

    /**
     * Trains one stage, with a new optimizer.
     *
     * @param stories token ids without begin and end pieces
     * @param log one line every 50 steps
     * @param keep gets the weights every 500 steps and at the end, in the order of {@link Shape#parameters()}
     */
    public void train(List<int[]> stories, Stage stage, PrintStream log, Consumer<float[]> keep) {
        int steps = stage.steps();
        Batches batches = new Batches(stories, stage.seed());
        AdamW optimizer = new AdamW(weights, decayMask(shape));
        double smooth = Double.NaN;
        long start = System.nanoTime();
        try (ExecutorService pool = Executors.newFixedThreadPool(workers.size())) {
            for (int step = 1; step <= steps; step++) {
                int length = stage.length(step, shape.context());
                double loss = gradient(pool, batches.next(TOKENS_PER_STEP / length, length + 1));
                double norm = optimizer.update(workers.getFirst().gradient, stage.rate(step));
                smooth = Double.isNaN(smooth) ? loss : 0.98 * smooth + 0.02 * loss;
                if (step % REPORT == 0) {
                    double seconds = (System.nanoTime() - start) * 1e-9;
                    log.printf(
                            "step %d/%d  loss %.4f (smooth %.4f)  gradient %.2f  %.0f tokens/s  %.0f s%n",
                            step, steps, loss, smooth, norm, step * (double) TOKENS_PER_STEP / seconds, seconds);
                }
                if (step % KEEP == 0 || step == steps) {
                    keep.accept(weights.clone());
                }
            }
        }
    }

    /** Logits [tokens · vocabulary] of one sequence, a multiple of 64 long, with the current weights. */
    public float[] logits(int[] tokens) {
        return workers.getFirst().decoder.logits(weights, tokens);
    }

    /** Leaves the gradient of the mean loss in the first worker; returns the mean loss. */
    private double gradient(ExecutorService pool, List<int[]> sequences) {
        float scale = 1f / TOKENS_PER_STEP;
        List<Future<Double>> running = new ArrayList<>();
        for (int w = 0; w < workers.size(); w++) {
            Worker worker = workers.get(w);
            List<int[]> share = sequences.subList(
                    w * sequences.size() / workers.size(), (w + 1) * sequences.size() / workers.size());
            running.add(pool.submit(() -> worker.run(weights, share, scale)));
        }
        double loss = 0;
        for (Future<Double> future : running) {
            loss += await(future);
        }
        float[] total = workers.getFirst().gradient;
        for (Worker worker : workers.subList(1, workers.size())) {
            for (int i = 0; i < total.length; i++) {
                total[i] += worker.gradient[i];
            }
        }
        return loss * scale;
    }

    private static double await(Future<Double> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("training was interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a worker failed", e.getCause());
        }
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

    private static float[] decayMask(Shape shape) {
        float[] mask = new float[shape.parameterCount()];
        int at = 0;
        for (Parameter p : shape.parameters()) {
            Arrays.fill(mask, at, at + p.size(), p.norm() ? 0 : 1);
            at += p.size();
        }
        return mask;
    }
}
