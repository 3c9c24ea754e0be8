package dev.hwc.demo;

import dev.hwc.demo.check.ModelCheck;
import dev.hwc.demo.corpus.Corpus;
import dev.hwc.demo.corpus.Story;
import dev.hwc.demo.gguf.Block32;
import dev.hwc.demo.gguf.Exporter;
import dev.hwc.demo.gguf.GgufModel;
import dev.hwc.demo.token.PieceTrainer;
import dev.hwc.demo.token.Pieces;
import dev.hwc.demo.train.Schedule;
import dev.hwc.demo.train.Trainer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Command line: writes the corpus, trains, exports and checks the demo model. */
public final class DemoModel {
    private static final long SEED = 1;
    private static final long TRAINING_BYTES = 16_000_000;
    private static final int HELD_OUT_STORIES = 400;
    private static final int SCORED_STORIES = 100;
    private static final Schedule SCHEDULE = new Schedule(7000, 3e-3, 200, 3750);
    private static final int HELD_OUT_TOKENS = 500;
    private static final String USAGE = """
            usage: train                       everything: training, export, check
                   train corpus DIR            write training.txt and held-out.txt only
                   train fit FILE              train and write FILE in F32; goes on from FILE.checkpoint where there is one
                   train export FILE DIR       quantize an F32 file to DIR/demo-q8_0.gguf and DIR/demo-q4_0.gguf
                   train check FILE...         perplexity on held-out stories and greedy continuations
            """;

    private static final List<String> PROMPTS = List.of(
            "Once upon a time",
            "One day, Tom",
            "The little rabbit",
            "It was raining.",
            "Mia and her friend",
            "\"Where is my ball?\"");

    private DemoModel() {}

    /** See {@link #USAGE}; exit code 2 for wrong usage. */
    public static void main(String[] arguments) throws IOException {
        List<String> args = List.of(arguments);
        switch (args.isEmpty() ? "" : args.getFirst()) {
            case "corpus" -> writeCorpus(Path.of(args.get(1)));
            case "fit" -> fit(Path.of(args.get(1)));
            case "export" -> export(Path.of(args.get(1)), Path.of(args.get(2)));
            case "check" ->
                check(args.subList(1, args.size()).stream().map(Path::of).toList());
            default -> {
                System.err.print(USAGE);
                System.exit(2);
            }
        }
    }

    private static Corpus corpus() {
        return Corpus.write(SEED, TRAINING_BYTES, HELD_OUT_STORIES);
    }

    private static List<String> texts(List<Story> stories) {
        return stories.stream().map(Story::text).toList();
    }

    private static void writeCorpus(Path directory) throws IOException {
        Corpus corpus = corpus();
        Pieces pieces = pieces(corpus);
        Files.createDirectories(directory);
        String training = String.join("\n\n", texts(corpus.training())) + "\n";
        Files.writeString(directory.resolve("training.txt"), training);
        Files.writeString(directory.resolve("held-out.txt"), window(texts(corpus.heldOut()), pieces));
        long tokens = texts(corpus.training()).stream()
                .mapToLong(text -> pieces.encodeByChunk(text).length)
                .sum();
        System.out.printf(
                "%d stories, %d bytes, %d tokens; %d held-out stories%n",
                corpus.training().size(),
                training.getBytes(StandardCharsets.UTF_8).length,
                tokens,
                corpus.heldOut().size());
    }

    /** Stories, one after the other, that together fit into the context of the model. */
    private static String window(List<String> stories, Pieces pieces) {
        String window = "";
        for (String story : stories) {
            String longer = window.isEmpty() ? story : window + "\n" + story;
            if (pieces.encodeByChunk(longer).length <= HELD_OUT_TOKENS) {
                window = longer;
            }
        }
        return window;
    }

    private static Pieces pieces(Corpus corpus) {
        return PieceTrainer.train(texts(corpus.training()), Shape.DEMO.vocabulary());
    }

    /** The checkpoint goes once the file is there, so that the next run begins from nothing. */
    private static void fit(Path file) throws IOException {
        Corpus corpus = corpus();
        Pieces pieces = pieces(corpus);
        List<int[]> stories =
                texts(corpus.training()).stream().map(pieces::encodeByChunk).toList();
        Path kept = file.resolveSibling(file.getFileName() + ".checkpoint");
        Checkpoint begin =
                Files.exists(kept) ? Checkpoint.read(kept) : new Checkpoint(0, Trainer.initial(Shape.DEMO, SEED));
        try (Trainer trainer = new Trainer(Shape.DEMO, begin.weights())) {
            Trainer.Keeper keeper = (step, weights) -> new Checkpoint(step, weights).write(kept);
            trainer.train(stories, SCHEDULE, SEED, begin.step(), System.out, keeper);
            Exporter.write(file, Shape.DEMO, pieces, Checkpoint.read(kept).weights(), Block32.F32);
            compareLogits(trainer, file, pieces.encode(texts(corpus.heldOut()).getFirst()));
            Files.delete(kept);
        }
    }

    /** The file, read back and computed by other code, must say what the trainer says. */
    private static void compareLogits(Trainer trainer, Path file, int[] story) throws IOException {
        int[] tokens = Arrays.copyOf(story, 64);
        float[] expected = trainer.logits(tokens);
        float[][] actual = new ModelCheck(file).logits(tokens);
        double worst = 0;
        for (int i = 0; i < expected.length; i++) {
            int vocabulary = Shape.DEMO.vocabulary();
            worst = Math.max(worst, Math.abs(expected[i] - actual[i / vocabulary][i % vocabulary]));
        }
        System.out.printf("largest difference of a logit between trainer and file: %.2e%n", worst);
        if (worst > 1e-3) {
            throw new IllegalStateException("the exported file does not compute what the trainer computes");
        }
    }

    private static float[] weights(Path source) throws IOException {
        GgufModel model = GgufModel.read(source);
        float[] weights = new float[Shape.DEMO.parameterCount()];
        int at = 0;
        for (Shape.Parameter p : Shape.DEMO.parameters()) {
            System.arraycopy(model.tensor(p.name()), 0, weights, at, p.size());
            at += p.size();
        }
        return weights;
    }

    private static void export(Path source, Path directory) throws IOException {
        float[] weights = weights(source);
        Pieces pieces = new ModelCheck(source).pieces();
        Exporter.write(directory.resolve("demo-q8_0.gguf"), Shape.DEMO, pieces, weights, Block32.Q8_0);
        Exporter.write(directory.resolve("demo-q4_0.gguf"), Shape.DEMO, pieces, weights, Block32.Q4_0);
    }

    private static void check(List<Path> files) throws IOException {
        List<String> heldOut = texts(corpus().heldOut());
        for (Path file : files) {
            ModelCheck check = new ModelCheck(file);
            System.out.printf("%s: %d bytes%n", file.getFileName(), Files.size(file));
            print("held-out stories", check.score(heldOut.subList(0, SCORED_STORIES)));
            print("held-out.txt", check.score(List.of(window(heldOut, check.pieces()))));
            PROMPTS.forEach(prompt -> System.out.println("> " + check.continuation(prompt, 200) + "\n"));
        }
    }

    private static void print(String text, ModelCheck.Score score) {
        System.out.printf(
                "%s: %.4f nats per token, perplexity %.4f, %d tokens%n",
                text, score.mean(), score.perplexity(), score.tokens());
    }
}
