package dev.hwc.tests.bench;

import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.gguf.GgufFile;
import dev.hwc.ir.format.gguf.GgufValue;
import dev.hwc.ir.format.gguf.GgufWriter;
import dev.hwc.ir.format.tokenizer.Tokenizer;
import dev.hwc.ir.format.tokenizer.Tokenizers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Opening a file with a vocabulary of 151,936 tokens: metadata alone, and with its tokenizer. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@State(Scope.Thread)
public class GgufBenchmark {
    private static final int TOKENS = 151_936;

    private Path file = Path.of("");

    @Setup
    public void write() throws IOException {
        file = Files.createTempFile("vocabulary", ".gguf");
        Random random = new Random(1);
        List<String> texts = new ArrayList<>();
        float[] scores = new float[TOKENS];
        int[] types = new int[TOKENS];
        for (int i = 0; i < TOKENS; i++) {
            texts.add("\u2581" + Integer.toString(random.nextInt(), 36) + i);
            scores[i] = -i;
            types[i] = 1; // normal
        }
        new GgufWriter()
                .put("general.architecture", GgufValue.text("llama"))
                .put("tokenizer.ggml.model", GgufValue.text("llama"))
                .put("tokenizer.ggml.tokens", GgufValue.texts(texts))
                .put("tokenizer.ggml.scores", GgufValue.floats(scores))
                .put("tokenizer.ggml.token_type", GgufValue.ints(types))
                .tensor("token_embd.weight", GgmlType.F32, List.of(32L, 4L), (row, target) -> Arrays.fill(target, 0))
                .write(file);
        if (tokenizer().vocabularySize() != TOKENS) {
            throw new IllegalStateException("the vocabulary was not read back");
        }
    }

    @TearDown
    public void delete() throws IOException {
        Files.delete(file);
    }

    @Benchmark
    public long open() {
        try (GgufFile gguf = GgufFile.open(file)) {
            return gguf.bytes();
        }
    }

    @Benchmark
    public Tokenizer tokenizer() {
        try (GgufFile gguf = GgufFile.open(file)) {
            return Tokenizers.of(gguf);
        }
    }
}
