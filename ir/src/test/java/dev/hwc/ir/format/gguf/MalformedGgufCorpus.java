package dev.hwc.ir.format.gguf;

import static dev.hwc.ir.format.gguf.GgufRecipe.ARRAY;
import static dev.hwc.ir.format.gguf.GgufRecipe.BOOL;
import static dev.hwc.ir.format.gguf.GgufRecipe.F32;
import static dev.hwc.ir.format.gguf.GgufRecipe.I32;
import static dev.hwc.ir.format.gguf.GgufRecipe.STRING;
import static dev.hwc.ir.format.gguf.GgufRecipe.U32;
import static dev.hwc.ir.format.gguf.GgufRecipe.array;
import static dev.hwc.ir.format.gguf.GgufRecipe.f32;
import static dev.hwc.ir.format.gguf.GgufRecipe.join;
import static dev.hwc.ir.format.gguf.GgufRecipe.string;
import static dev.hwc.ir.format.gguf.GgufRecipe.u32;
import static dev.hwc.ir.format.gguf.GgufRecipe.u64;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/**
 * GGUF files that a loader of llama models must refuse, one fault each, and files with random
 * damage. The sizes of the model around the fault depend on the seed.
 */
public final class MalformedGgufCorpus {
    private final Random random;
    private final List<Case> cases = new ArrayList<>();

    private MalformedGgufCorpus(long seed) {
        random = new Random(seed);
    }

    /** A file's content and what is wrong with it. */
    @SuppressWarnings("ArrayRecordComponent") // cases are never compared
    public record Case(String name, byte[] bytes) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** A file without any fault, from which the others are made. */
    public static byte[] valid(long seed) {
        return GgufRecipe.model(new Random(seed)).render();
    }

    /** Files that must all be refused; the same seed gives the same files. */
    public static List<Case> faults(long seed) {
        MalformedGgufCorpus corpus = new MalformedGgufCorpus(seed);
        corpus.truncations();
        corpus.header();
        corpus.metadata();
        corpus.alignment();
        corpus.directory();
        corpus.types();
        corpus.placement();
        corpus.tokenizer();
        corpus.model();
        return corpus.cases;
    }

    /** Files with one to eight random bytes changed, which may happen to stay valid. */
    public static List<Case> damaged(long seed, int count) {
        Random random = new Random(seed);
        List<Case> cases = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] bytes = GgufRecipe.model(random).render();
            int changes = 1 + random.nextInt(8);
            int reach = random.nextBoolean() ? bytes.length : Math.min(bytes.length, 1500);
            for (int change = 0; change < changes; change++) {
                bytes[random.nextInt(reach)] = (byte) random.nextInt(256);
            }
            cases.add(new Case("damage " + i + " of seed " + seed, bytes));
        }
        return cases;
    }

    private void fault(String name, Consumer<GgufRecipe> change) {
        GgufRecipe recipe = GgufRecipe.model(random);
        change.accept(recipe);
        cases.add(new Case(name, recipe.render()));
    }

    private void truncations() {
        GgufRecipe recipe = GgufRecipe.model(random);
        byte[] whole = recipe.render();
        Set<Integer> lengths = new LinkedHashSet<>();
        for (int boundary : recipe.boundaries()) {
            lengths.add(boundary);
            lengths.add(boundary + 1 + random.nextInt(3));
        }
        lengths.add(whole.length - 1);
        for (int length : lengths) {
            cases.add(new Case("truncated to " + length + " bytes", Arrays.copyOf(whole, length)));
        }
    }

    private void header() {
        fault("bad magic", r -> r.magic = "GGUX");
        fault("old magic", r -> r.magic = "ggjt");
        for (int version : new int[] {0, 1, 4, -1, 3 << 24}) {
            fault("version " + version, r -> r.version = version);
        }
        for (long count : new long[] {1, 100_000, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE, -100}) {
            fault("tensor count off by " + count, r -> r.extraTensors = count);
            fault("metadata count off by " + count, r -> r.extraKeys = count);
        }
        fault("more keys than allowed", r -> {
            for (int i = 0; i < 66_000; i++) {
                r.put("k" + i, BOOL, new byte[1]);
            }
        });
    }

    private void metadata() {
        for (long length : new long[] {1L << 20 | 1, 1L << 32, Long.MAX_VALUE, -1}) {
            fault("key of length " + length, r -> r.pairs.getFirst().key = join(u64(length), new byte[9]));
            fault("string of length " + length, r -> r.pairs.getFirst().payload = join(u64(length), new byte[9]));
        }
        fault("string of 2 MiB", r -> r.put("big", STRING, string("x".repeat(2 << 20))));
        fault("key of 65536 bytes", r -> r.put("x".repeat(65_536), BOOL, new byte[1]));
        fault("empty key", r -> r.put("", BOOL, new byte[1]));
        fault("key that is not UTF-8", r -> r.pairs.getFirst().key = join(u64(2), new byte[] {(byte) 0xC3, 'x'}));
        fault("duplicate key", r -> r.put("general.architecture", STRING, string("llama")));
        fault("unknown value type", r -> r.put("x", 13, new byte[8]));
        fault("negative value type", r -> r.put("x", -1, new byte[8]));
        fault("bool of 2", r -> r.put("x", BOOL, new byte[] {2}));
        fault("array of arrays", r -> r.put("x", ARRAY, array(ARRAY, array(U32, u32(1)))));
        fault("array of unknown type", r -> r.put("x", ARRAY, array(77, u32(1))));
        for (long length : new long[] {1L << 30, 1L << 61, Long.MAX_VALUE, -1}) {
            fault("array of length " + length, r -> r.put("x", ARRAY, join(u32(U32), u64(length), new byte[16])));
            fault("strings of length " + length, r -> r.put("x", ARRAY, join(u32(STRING), u64(length), new byte[16])));
        }
        fault("deeply nested array", r -> r.put("x", ARRAY, nested(100_000)));
    }

    private static byte[] nested(int depth) {
        byte[][] levels = new byte[depth][];
        Arrays.fill(levels, join(u32(ARRAY), u64(1)));
        return join(levels);
    }

    private void alignment() {
        for (int alignment : new int[] {0, 3, 48, 1 << 21, 1 << 31, -1}) {
            fault("alignment " + alignment, r -> r.set("general.alignment", U32, u32(alignment)));
        }
        fault("alignment as string", r -> r.set("general.alignment", STRING, string("32")));
        fault("alignment as float", r -> r.set("general.alignment", F32, f32(32)));
    }

    private void directory() {
        fault("duplicate tensor", r -> r.tensors.get(1).name = r.tensors.getFirst().name);
        fault("duplicate tensor with line ends in its name", r -> {
            r.tensors.get(0).name = string("a\nb\r\u2028c");
            r.tensors.get(1).name = r.tensors.get(0).name;
        });
        fault("tensor with a name of 100000 characters too many", r -> r.matrix("x".repeat(100_000), 4));
        fault("empty tensor name", r -> r.tensors.getFirst().name = string(""));
        fault("tensor name of 1 MiB + 1", r -> r.tensors.getFirst().name = string("x".repeat((1 << 20) + 1)));
        fault("tensor name that is not UTF-8", r -> r.tensors.getFirst().name = join(u64(1), new byte[] {-1}));
        fault("no dimensions", r -> r.tensors.getFirst().shape = new long[0]);
        fault("five dimensions", r -> r.tensors.getFirst().shape = new long[] {1, 1, 1, 1, 1});
        for (long size : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40}) {
            fault("row length " + size, r -> r.tensors.getFirst().shape[0] = size);
            fault("row count " + size, r -> r.tensors.getFirst().shape[1] = size);
        }
        long[][] overflowing = {
            {(1L << 42) + 1, 1L << 42},
            {1L << 62, 4},
            {1L << 32, 1L << 32},
            {1L << 31, 1L << 31, 1L << 31, 1L << 31},
            {(1L << 62) + 2, 1},
            {1, 1L << 62, 1, 16}
        };
        for (long[] shape : overflowing) {
            fault("product overflows: " + Arrays.toString(shape), r -> r.tensors.getFirst().shape = shape);
        }
    }

    private void types() {
        for (int type : new int[] {4, 5, 31, 32, 33, 36, 37, 38, 43, 99, -1, Integer.MIN_VALUE}) {
            fault("tensor type " + type, r -> r.tensors.getFirst().type = type);
        }
        for (int type : new int[] {2, 8, 14, 34}) {
            fault("row of 8 in blocks of type " + type, r -> {
                r.tensors.getLast().type = type;
                r.tensors.getLast().shape = new long[] {8};
            });
        }
    }

    private void placement() {
        for (long offset : new long[] {1, 8, 33}) {
            fault("offset " + offset + " is misaligned", r -> r.tensors.get(1).offset = offset);
        }
        for (long offset : new long[] {1L << 20, 1L << 62, Long.MAX_VALUE & -32, -32}) {
            fault("offset " + offset + " is outside", r -> r.tensors.getLast().offset = offset);
        }
        fault("two tensors share their data", r -> r.tensors.get(1).offset = 0);
        fault("a tensor reaches into the next", r -> r.tensors.get(1).offset -= 32);
        fault("no data section", r -> r.tensors.forEach(tensor -> tensor.dataBytes = 0));
    }

    private void tokenizer() {
        String tokens = "tokenizer.ggml.tokens";
        String scores = "tokenizer.ggml.scores";
        String types = "tokenizer.ggml.token_type";
        fault("tokens are numbers", r -> r.set(tokens, ARRAY, array(U32, u32(1), u32(2))));
        fault("tokens are a string", r -> r.set(tokens, STRING, string("a b c")));
        fault("no tokens", r -> r.set(tokens, ARRAY, array(STRING)));
        fault("more tokens than embeddings", r -> {
            byte[][] many = new byte[100][];
            Arrays.setAll(many, id -> string("u" + id));
            r.set(tokens, ARRAY, array(STRING, many));
            r.pairs.remove(r.pair(scores));
            r.pairs.remove(r.pair(types));
        });
        fault("tokens are missing", r -> r.pairs.remove(r.pair(tokens)));
        fault("scores are whole numbers", r -> r.set(scores, ARRAY, array(I32, u32(1))));
        fault("scores are strings", r -> r.set(scores, ARRAY, array(STRING, string("1"))));
        fault("one score only", r -> r.set(scores, ARRAY, array(F32, f32(1))));
        fault("a score is NaN", r -> {
            byte[] payload = r.pair(scores).payload;
            System.arraycopy(f32(Float.NaN), 0, payload, 12, 4);
        });
        fault("token types are floats", r -> r.set(types, ARRAY, array(F32, f32(1))));
        fault("one token type only", r -> r.set(types, ARRAY, array(I32, u32(1))));
        fault("token type 7", r -> System.arraycopy(u32(7), 0, r.pair(types).payload, 12, 4));
        fault("BOS outside the vocabulary", r -> r.set("tokenizer.ggml.bos_token_id", U32, u32(1 << 20)));
        fault("BOS is a string", r -> r.set("tokenizer.ggml.bos_token_id", STRING, string("1")));
        fault("add_bos is a number", r -> r.set("tokenizer.ggml.add_bos_token", U32, u32(1)));
        fault("unsupported tokenizer", r -> r.set("tokenizer.ggml.model", STRING, string("rwkv")));
        fault("tokenizer name is a number", r -> r.set("tokenizer.ggml.model", U32, u32(1)));
    }

    private void model() {
        fault("architecture is missing", r -> r.pairs.removeFirst());
        fault("unsupported architecture", r -> r.set("general.architecture", STRING, string("mamba")));
        for (String size : List.of("embedding_length", "block_count", "feed_forward_length", "attention.head_count")) {
            for (int value : new int[] {0, 7, 1 << 30, -1}) {
                fault(size + " is " + value, r -> r.set("llama." + size, U32, u32(value)));
            }
        }
        fault("three KV heads for four heads", r -> r.set("llama.attention.head_count_kv", U32, u32(3)));
        fault("KV heads per layer", r -> r.set("llama.attention.head_count_kv", ARRAY, array(U32, u32(2))));
        fault("context of 0", r -> r.set("llama.context_length", U32, u32(0)));
        for (float epsilon : new float[] {0, -1, Float.NaN, Float.POSITIVE_INFINITY}) {
            fault("epsilon " + epsilon, r -> r.set("llama.attention.layer_norm_rms_epsilon", F32, f32(epsilon)));
        }
        fault("odd rope dimensions", r -> r.put("llama.rope.dimension_count", U32, u32(1)));
        fault("scaled rope", r -> r.put("llama.rope.scaling.type", STRING, string("yarn")));
        fault("experts", r -> r.put("llama.expert_count", U32, u32(8)));
        fault("missing weight", r -> r.tensors.removeLast());
        fault("weight of another shape", r -> r.tensors.getLast().shape = new long[] {4});
        fault("weight that does not belong", r -> r.matrix("rope_factors_long.weight", 4));
    }
}
