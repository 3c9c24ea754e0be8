package dev.hwc.ir.format.gguf;

import dev.hwc.ir.format.DamagedModel;
import dev.hwc.ir.format.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Bytes as a GGUF file through the whole loader: a target for Jazzer ({@code scripts/fuzz gguf}). */
public final class GgufFuzzTarget {
    private static final Path FILE = DamagedModel.temporary("gguf").resolve("model.gguf");

    private GgufFuzzTarget() {}

    /** Loads what there is to load once, so that no input pays for it. */
    public static void fuzzerInitialize() throws IOException {
        for (int vocabulary = 0; vocabulary < GgufMutator.VOCABULARIES; vocabulary++) {
            Files.write(FILE, GgufMutator.model(new Random(1), vocabulary));
            DamagedModel.load(() -> Model.ofGguf(FILE), GgufFuzzTarget::use);
        }
    }

    /** Fails unless the file loads or is refused as it should be. */
    public static void fuzzerTestOneInput(byte[] data) throws IOException {
        Files.write(FILE, data);
        DamagedModel.fuzz(() -> Model.ofGguf(FILE), GgufFuzzTarget::use);
    }

    static boolean isRefused(String name, byte[] data) throws IOException {
        Files.write(FILE, data);
        return DamagedModel.isRefused(name, () -> Model.ofGguf(FILE), GgufFuzzTarget::use);
    }

    private static void use(Model model) {
        model.tokenizer().encode("t1 t2", true);
    }

    /** Writes the files from which a search begins into a folder. */
    public static void main(String[] args) throws IOException {
        for (int seed = 0; seed < 30; seed++) {
            byte[] model = GgufMutator.model(new Random(seed), seed % GgufMutator.VOCABULARIES);
            Files.write(Path.of(args[0]).resolve("model-" + seed), model);
        }
    }
}
