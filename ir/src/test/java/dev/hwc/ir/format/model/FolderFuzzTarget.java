package dev.hwc.ir.format.model;

import dev.hwc.ir.format.DamagedModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Bytes as a folder of Hugging Face through the whole loader, config.json up to the first zero byte and
 * model.safetensors after it: a target for Jazzer ({@code scripts/fuzz folder}).
 */
public final class FolderFuzzTarget {
    private static final Path FOLDER = DamagedModel.temporary("folder");

    private FolderFuzzTarget() {}

    /** Loads what there is to load once, so that no input pays for it. */
    public static void fuzzerInitialize() throws IOException {
        for (byte[] seed : seeds()) {
            write(seed);
            DamagedModel.load(() -> Model.ofFolder(FOLDER), model -> {});
        }
    }

    /** Fails unless the folder loads or is refused as it should be. */
    public static void fuzzerTestOneInput(byte[] data) throws IOException {
        write(data);
        DamagedModel.fuzz(() -> Model.ofFolder(FOLDER), model -> {});
    }

    private static void write(byte[] data) throws IOException {
        int end = 0;
        while (end < data.length && data[end] != 0) {
            end++;
        }
        Files.write(FOLDER.resolve("config.json"), Arrays.copyOf(data, end));
        byte[] shard = Arrays.copyOfRange(data, Math.min(end + 1, data.length), data.length);
        Files.write(FOLDER.resolve("model.safetensors"), shard);
    }

    private static byte[][] seeds() {
        return FolderMutator.CONFIGS.stream()
                .map(config -> {
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    bytes.writeBytes(config.getBytes(StandardCharsets.UTF_8));
                    bytes.write(0);
                    bytes.writeBytes(FolderMutator.shard(config));
                    return bytes.toByteArray();
                })
                .toArray(byte[][]::new);
    }

    /** Writes the folders from which a search begins into a folder. */
    public static void main(String[] args) throws IOException {
        byte[][] seeds = seeds();
        for (int i = 0; i < seeds.length; i++) {
            Files.write(Path.of(args[0]).resolve("folder-" + i), seeds[i]);
        }
    }
}
