package dev.hwc.ir.format.safetensors;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.OneLine;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A folder with config.json and model.safetensors, or several shards that model.safetensors.index.json
 * names. It owns the mappings: tensors must not be used after {@link #close()}.
 */
public final class TensorFolder implements AutoCloseable {
    private static final String CONFIG = "config.json";
    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";
    private static final long MAXIMUM_JSON = 64L << 20;
    private static final long ALIGNMENT = 64;

    private final Path path;
    private final JsonNode config;
    private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    private final Arena arena;

    private TensorFolder(Path path, Arena arena) {
        this.path = path;
        this.arena = arena;
        this.config = json(path.resolve(CONFIG));
        for (String shard : shards()) {
            for (StoredTensor tensor : SafetensorsFile.read(path.resolve(shard), arena)) {
                if (tensors.put(tensor.name(), tensor) != null) {
                    throw new IrException(shard + ": " + OneLine.of(tensor.name()) + " is in two files of the folder");
                }
            }
        }
    }

    /**
     * Maps and checks a folder.
     *
     * @throws IrException when a file is missing, corrupt, or has an unsupported type
     */
    public static TensorFolder open(Path path) {
        Arena arena = Arena.ofShared();
        try {
            return new TensorFolder(path, arena);
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    private Set<String> shards() {
        if (!Files.exists(path.resolve(INDEX))) {
            return Set.of(SINGLE);
        }
        Set<String> shards = new TreeSet<>();
        json(path.resolve(INDEX)).path("weight_map").valueStream().forEach(shard -> shards.add(shard.asString("")));
        for (String shard : shards) {
            if (!shard.matches("[A-Za-z0-9_-][A-Za-z0-9._-]*\\.safetensors")) {
                throw new IrException(INDEX + " names the shard '" + OneLine.of(shard)
                        + "'; allowed are names of .safetensors files in the folder");
            }
        }
        return shards;
    }

    private static JsonNode json(Path file) {
        try {
            if (Files.size(file) > MAXIMUM_JSON) {
                throw new IrException(file.getFileName() + " has more than " + MAXIMUM_JSON + " bytes");
            }
            return JsonMapper.shared().readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new IrException(file + " cannot be read; a model folder has config.json and .safetensors files", e);
        } catch (JacksonException e) {
            throw new IrException(file.getFileName() + " is no JSON: " + OneLine.of(e.getOriginalMessage()), e);
        }
    }

    /** The folder's name, as in messages. */
    public String name() {
        return String.valueOf(path.getFileName());
    }

    /** The content of config.json. */
    public JsonNode config() {
        return config;
    }

    public Optional<StoredTensor> tensor(String name) {
        return Optional.ofNullable(tensors.get(name));
    }

    /** The names of all tensors, in order. */
    public List<String> names() {
        return List.copyOf(tensors.keySet());
    }

    /** Memory for weights in another form: zeros, outside the heap, valid until the folder is closed. */
    MemorySegment allocate(long bytes) {
        return arena.allocate(bytes, ALIGNMENT);
    }

    @Override
    public void close() {
        arena.close();
    }
}
