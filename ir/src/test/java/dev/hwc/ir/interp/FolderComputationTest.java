package dev.hwc.ir.interp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.format.safetensors.FolderRecipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders without recorded outputs against {@link PlainDecoder}: OPT, packed BitNet, scaled rotations. */
class FolderComputationTest {
    private static final int[] TOKENS = {1, 17, 30, 4, 39, 9, 25, 3};
    private static final double BASE = 10_000;
    private static final int HEAD = 8;

    @TempDir
    private Path folder;

    private final Random random = new Random(11);

    @Test
    void optIsItsFormula() throws IOException {
        FolderRecipe recipe = opt("");
        PlainDecoder plain = new PlainDecoder(recipe, 2, 4, 4, HEAD, 100);
        try (Model model = Model.ofFolder(recipe.write(folder))) {
            assertEquals("[20,32]", model.weight("position_embd.weight").spec().shape());
            same(plain.opt(TOKENS), model);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"do_layer_norm_before\": false",
                "\"word_embed_proj_dim\": 16",
                "\"enable_bias\": false",
                "\"activation_function\": \"gelu\""
            })
    void otherKindsOfOptAreRefused(String key) throws IOException {
        Path path = opt(", " + key).write(folder);
        IrException problem = assertThrows(IrException.class, () -> Model.ofFolder(path));
        assertTrue(String.valueOf(problem.getMessage()).contains("config.json: "), problem.getMessage());
    }

    private FolderRecipe opt(String more) {
        FolderRecipe recipe = new FolderRecipe("""
                {"model_type": "opt", "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4,
                 "ffn_dim": 48, "vocab_size": 40, "max_position_embeddings": 20%s}""".formatted(more));
        matrix(recipe, "model.decoder.embed_tokens.weight", 40, 32);
        matrix(recipe, "model.decoder.embed_positions.weight", 22, 32);
        vectors(recipe, "model.decoder.final_layer_norm", 32);
        for (int i = 0; i < 2; i++) {
            String name = "model.decoder.layers." + i + ".";
            vectors(recipe, name + "self_attn_layer_norm", 32);
            vectors(recipe, name + "final_layer_norm", 32);
            for (String part : new String[] {"q_proj", "k_proj", "v_proj", "out_proj"}) {
                matrix(recipe, name + "self_attn." + part + ".weight", 32, 32);
                vector(recipe, name + "self_attn." + part + ".bias", 32);
            }
            matrix(recipe, name + "fc1.weight", 48, 32);
            vector(recipe, name + "fc1.bias", 48);
            matrix(recipe, name + "fc2.weight", 32, 48);
            vector(recipe, name + "fc2.bias", 32);
        }
        return recipe;
    }

    /** 256 inputs make TQ2_0, fewer F32; the scale 0.375 is exact in a half, so both are exact. */
    @ParameterizedTest
    @CsvSource({"256, 64, autobitlinear", "64, 48, autobitlinear", "256, 256, bitlinear"})
    void packedBitNetIsItsFormula(int width, int inner, String kind) throws IOException {
        String config = """
                {"model_type": "bitnet", "hidden_act": "relu2", "hidden_size": %d, "num_hidden_layers": 2,
                 "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8, "intermediate_size": %d,
                 "vocab_size": 40, "max_position_embeddings": 64, "rms_norm_eps": 1e-5,
                 "quantization_config": {"quant_method": "bitnet", "linear_class": "%s"}}""".formatted(width, inner, kind);
        FolderRecipe packed = new FolderRecipe(config);
        FolderRecipe plain = new FolderRecipe(config);
        float[] table = numbers(40 * width);
        for (FolderRecipe recipe : new FolderRecipe[] {packed, plain}) {
            recipe.put("model.embed_tokens.weight", table, width);
        }
        norm(packed, plain, "model.norm", width);
        for (int i = 0; i < 2; i++) {
            String name = "model.layers." + i + ".";
            norm(packed, plain, name + "input_layernorm", width);
            norm(packed, plain, name + "post_attention_layernorm", width);
            norm(packed, plain, name + "self_attn.attn_sub_norm", 32);
            norm(packed, plain, name + "mlp.ffn_sub_norm", inner);
            boolean divides = kind.equals("bitlinear");
            ternary(packed, plain, name + "self_attn.q_proj", 32, width, divides);
            ternary(packed, plain, name + "self_attn.k_proj", 16, width, divides);
            ternary(packed, plain, name + "self_attn.v_proj", 16, width, divides);
            ternary(packed, plain, name + "self_attn.o_proj", width, 32, divides);
            ternary(packed, plain, name + "mlp.gate_proj", inner, width, divides);
            ternary(packed, plain, name + "mlp.up_proj", inner, width, divides);
            ternary(packed, plain, name + "mlp.down_proj", width, inner, divides);
        }
        try (Model model = Model.ofFolder(packed.write(folder))) {
            GgmlType expected = width % 256 == 0 ? GgmlType.TQ2_0 : GgmlType.F32;
            assertSame(expected, model.weight("blk.1.attn_q.weight").type());
            same(
                    new PlainDecoder(plain, 2, 4, 2, HEAD, 100).llama(TOKENS, 1e-5, FolderComputationTest::angle, 1),
                    model);
        }
    }

    /** Byte [r][in] holds rows r, r + R, r + 2R, r + 3R, two bits each. */
    private void ternary(FolderRecipe packed, FolderRecipe plain, String name, int rows, int columns, boolean divides) {
        float scale = 0.375f;
        float[] values = new float[rows * columns];
        byte[] bytes = new byte[rows / 4 * columns];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                int trit = random.nextInt(3) - 1;
                values[row * columns + column] = scale * trit;
                bytes[row % (rows / 4) * columns + column] |= (byte) (trit + 1 << 2 * (row / (rows / 4)));
            }
        }
        plain.put(name + ".weight", values, columns);
        packed.putBytes(name + ".weight", bytes, columns);
        packed.put(name + ".weight_scale", new float[] {divides ? 1 / scale : scale});
    }

    private void norm(FolderRecipe packed, FolderRecipe plain, String name, int length) {
        float[] values = numbers(length);
        packed.put(name + ".weight", values);
        plain.put(name + ".weight", values);
    }

    @Test
    void linearScalingDividesPositions() throws IOException {
        FolderRecipe recipe = llama("llama", ", \"rope_scaling\": {\"type\": \"linear\", \"factor\": 2.5}");
        try (Model model = Model.ofFolder(recipe.write(folder))) {
            same(plain(recipe).llama(TOKENS, 1e-5, (t, i) -> angle(t, i) / 2.5, 1), model);
        }
    }

    /** Waves of 2π·10^i tokens, context 300: the first is short (below 75), the third long (above 300). */
    @Test
    void llama3ScalingStretchesLongWaves() throws IOException {
        FolderRecipe recipe = llama("llama", """
                , "rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4,
                 "original_max_position_embeddings": 300}""");
        double[] factors = {1, 1, 8, 8};
        double smooth = (300 / (2 * Math.PI * 10) - 1) / 3;
        assertTrue(smooth > 1);
        double middle = (300 / (2 * Math.PI * 100) - 1) / 3;
        assertTrue(middle < 0);
        try (Model model = Model.ofFolder(recipe.write(folder))) {
            same(plain(recipe).llama(TOKENS, 1e-5, (t, i) -> angle(t, i) / factors[i], 1), model);
        }
        FolderRecipe smoothed = llama("llama", """
                , "rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4,
                 "original_max_position_embeddings": 150}""");
        double s = (150 / (2 * Math.PI * 10) - 1) / 3;
        double[] between = {1, 1 / ((1 - s) / 8 + s), 8, 8};
        try (Model model = Model.ofFolder(smoothed.write(folder))) {
            same(plain(smoothed).llama(TOKENS, 1e-5, (t, i) -> angle(t, i) / between[i], 1), model);
        }
    }

    /** Short factors up to the original context of 16 tokens, long ones beyond; √(1 + ln 4 / ln 16) for both. */
    @ParameterizedTest
    @CsvSource({"8, 1", "16, 1", "17, 2", "64, 2"})
    void longRopeChoosesByTheContext(int positions, int which) throws IOException {
        FolderRecipe recipe = llama("phi3", """
                , "original_max_position_embeddings": 16,
                 "rope_scaling": {"type": "longrope", "short_factor": [1, 1.5, 2, 2.5], "long_factor": [1, 3, 5, 9]}""");
        double[][] factors = {{1, 1.5, 2, 2.5}, {1, 3, 5, 9}};
        try (Model model = Model.ofFolder(recipe.write(folder))) {
            assertEquals(64, model.config().contextLength());
            double magnitude = Math.sqrt(1 + Math.log(4) / Math.log(16));
            same(
                    plain(recipe).llama(TOKENS, 1e-5, (t, i) -> angle(t, i) / factors[which - 1][i], magnitude),
                    model.forContext(positions));
        }
    }

    @Test
    void otherScalingsAreRefused() throws IOException {
        Path path = llama("llama", ", \"rope_scaling\": {\"rope_type\": \"yarn\", \"factor\": 4}")
                .write(folder);
        IrException problem = assertThrows(IrException.class, () -> Model.ofFolder(path));
        assertTrue(String.valueOf(problem.getMessage()).contains("rope_scaling: type is 'yarn'; supported are"));
    }

    /** A window as long as the context is none; a shorter one limits attention. */
    @ParameterizedTest
    @CsvSource({"3, 100, 3", "8, 8, 100", "8, 9, 8"})
    void windowsMatterWhereContextsAreLonger(int window, int positions, int seen) throws IOException {
        FolderRecipe recipe = llama("phi3", ", \"sliding_window\": " + window);
        try (Model model = Model.ofFolder(recipe.write(folder))) {
            same(
                    new PlainDecoder(recipe, 2, 4, 2, HEAD, seen).llama(TOKENS, 1e-5, FolderComputationTest::angle, 1),
                    model.forContext(positions));
        }
    }

    private PlainDecoder plain(FolderRecipe recipe) {
        return new PlainDecoder(recipe, 2, 4, 2, HEAD, 100);
    }

    private static double angle(int position, int pair) {
        return position * Math.pow(BASE, -2.0 * pair / HEAD);
    }

    /** Both the fused tensors of phi3 and their parts: {@link PlainDecoder} reads the parts. */
    private FolderRecipe llama(String type, String more) {
        String config = """
                {"model_type": "%s", "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4,
                 "num_key_value_heads": 2, "intermediate_size": 48, "vocab_size": 40,
                 "max_position_embeddings": 64, "rms_norm_eps": 1e-5, "rope_theta": 10000%s}""".formatted(type, more);
        boolean fused = type.equals("phi3");
        FolderRecipe recipe = new FolderRecipe(config);
        matrix(recipe, "model.embed_tokens.weight", 40, 32);
        vector(recipe, "model.norm.weight", 32);
        for (int i = 0; i < 2; i++) {
            String name = "model.layers." + i + ".";
            vector(recipe, name + "input_layernorm.weight", 32);
            vector(recipe, name + "post_attention_layernorm.weight", 32);
            parts(recipe, fused, name + "self_attn.", "qkv_proj", 32, "q_proj", 32, "k_proj", 16, "v_proj", 16);
            matrix(recipe, name + "self_attn.o_proj.weight", 32, 32);
            parts(recipe, fused, name + "mlp.", "gate_up_proj", 32, "gate_proj", 48, "up_proj", 48);
            matrix(recipe, name + "mlp.down_proj.weight", 32, 48);
        }
        return recipe;
    }

    private void parts(FolderRecipe recipe, boolean fused, String stem, String whole, int columns, Object... parts) {
        int rows = 0;
        for (int i = 1; i < parts.length; i += 2) {
            rows += (Integer) parts[i];
        }
        float[] values = numbers(rows * columns);
        int at = 0;
        for (int i = 0; i < parts.length; i += 2) {
            int count = (Integer) parts[i + 1] * columns;
            float[] part = Arrays.copyOfRange(values, at, at + count);
            at += count;
            if (fused) {
                recipe.remember(stem + parts[i] + ".weight", part);
            } else {
                recipe.put(stem + parts[i] + ".weight", part, columns);
            }
        }
        if (fused) {
            recipe.put(stem + whole + ".weight", values, columns);
        }
    }

    private void matrix(FolderRecipe recipe, String name, int rows, int columns) {
        recipe.put(name, numbers(rows * columns), columns);
    }

    private void vector(FolderRecipe recipe, String name, int length) {
        recipe.put(name, numbers(length));
    }

    private void vectors(FolderRecipe recipe, String name, int length) {
        vector(recipe, name + ".weight", length);
        vector(recipe, name + ".bias", length);
    }

    private float[] numbers(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }

    private static void same(double[] expected, Model model) {
        float[] actual = new Interpreter(model, new F32()).step(TOKENS, 0);
        double largest = 0;
        for (double value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], 2e-5 * largest, "logit " + i);
        }
    }
}
