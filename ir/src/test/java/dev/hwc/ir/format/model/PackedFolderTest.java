package dev.hwc.ir.format.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.safetensors.FolderRecipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders whose matrices GPTQ packed: fused ones, and the biases that packing tools add. */
class PackedFolderTest {
    private static final int WIDTH = 32;
    private static final int INNER = 64;
    private static final int VOCABULARY = 40;
    private static final int QKV = 64;
    private static final String LAYER = "model.layers.0.";

    @TempDir
    Path folder;

    private final Random random = new Random(4);
    private FolderRecipe recipe = recipe(false);

    private static FolderRecipe recipe(boolean tied) {
        return new FolderRecipe("""
                {"model_type": "phi3", "hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 4,
                 "num_key_value_heads": 2, "intermediate_size": 64, "vocab_size": 40, "max_position_embeddings": 64,
                 "rms_norm_eps": 1e-5, "tie_word_embeddings": %s,
                 "quantization_config": {"quant_method": "gptq", "bits": 4, "group_size": 32, "checkpoint_format": "gptq_v2"}}""".formatted(tied));
    }

    private Model phi3() throws IOException {
        recipe.put("model.embed_tokens.weight", new float[VOCABULARY * WIDTH], WIDTH)
                .put("model.norm.weight", new float[WIDTH])
                .put(LAYER + "input_layernorm.weight", new float[WIDTH])
                .put(LAYER + "post_attention_layernorm.weight", new float[WIDTH]);
        pack("lm_head", VOCABULARY, WIDTH);
        pack(LAYER + "self_attn.o_proj", WIDTH, WIDTH);
        pack(LAYER + "mlp.gate_up_proj", 2 * INNER, WIDTH);
        pack(LAYER + "mlp.down_proj", WIDTH, INNER);
        return Model.ofFolder(recipe.write(folder));
    }

    /** Codes q[in][out] = (in − out) mod 16, zero points out mod 16, scales 1. */
    private void pack(String stem, int outputs, int inputs) {
        int[] codes = new int[inputs / 8 * outputs];
        for (int word = 0; word < codes.length; word++) {
            for (int i = 0; i < 8; i++) {
                codes[word] |= q(word / outputs * 8 + i, word % outputs) << 4 * i;
            }
        }
        int[] zeros = new int[inputs / 32 * outputs / 8];
        for (int word = 0; word < zeros.length; word++) {
            for (int i = 0; i < 8; i++) {
                zeros[word] |= (word % (outputs / 8) * 8 + i) % 16 << 4 * i;
            }
        }
        short[] scales = new short[inputs / 32 * outputs];
        Arrays.fill(scales, Float.floatToFloat16(1));
        recipe.putWords(stem + ".qweight", codes, outputs)
                .putWords(stem + ".qzeros", zeros, outputs / 8)
                .putHalves(stem + ".scales", scales, outputs);
    }

    private static int q(int in, int out) {
        return in - out & 15;
    }

    @Test
    void partsOfFusedMatricesAreTheirRows() throws IOException {
        pack(LAYER + "self_attn.qkv_proj", QKV, WIDTH);
        try (Model model = phi3()) {
            assertRows(model.weight("blk.0.attn_q.weight"), 0);
            assertRows(model.weight("blk.0.attn_k.weight"), 32);
            assertRows(model.weight("blk.0.attn_v.weight"), 48);
            assertRows(model.weight("blk.0.ffn_gate.weight"), 0);
            assertRows(model.weight("blk.0.ffn_up.weight"), INNER);
            assertRows(model.weight("blk.0.ffn_down.weight"), 0);
            assertRows(model.weight("output.weight"), 0);
        }
    }

    /** It is a copy of the table then. */
    @Test
    void aPackedOutputMatrixOfATiedModelIsPassedOver() throws IOException {
        recipe = recipe(true);
        pack(LAYER + "self_attn.qkv_proj", QKV, WIDTH);
        try (Model model = phi3()) {
            assertTrue(model.config().tiedEmbeddings());
        }
    }

    private static void assertRows(WeightTensor weight, int first) {
        assertEquals(GgmlType.Q4_ZP, weight.type(), weight.name());
        for (int row = 0; row < weight.rows(); row++) {
            float[] values = weight.row(row);
            for (int in = 0; in < values.length; in++) {
                int out = first + row;
                assertEquals(q(in, out) - out % 16, values[in], weight.name() + " " + row + " " + in);
            }
        }
    }

    @Test
    void biasesOfZerosAreIgnoredAndOthersRefused() throws IOException {
        pack(LAYER + "self_attn.qkv_proj", QKV, WIDTH);
        float[] bias = new float[WIDTH];
        recipe.put(LAYER + "mlp.down_proj.bias", bias);
        phi3().close();
        bias[random.nextInt(WIDTH)] = 0.25f;
        recipe.put(LAYER + "self_attn.o_proj.bias", bias).write(folder);
        IrException e = assertThrows(IrException.class, () -> Model.ofFolder(folder));
        assertTrue(String.valueOf(e.getMessage()).contains(LAYER + "self_attn.o_proj.bias is not supported"));
    }
}
