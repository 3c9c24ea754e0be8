package dev.hwc.ir.format.gguf;

import dev.hwc.ir.IrException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An open GGUF file (version 2 or 3), mapped into memory and fully checked, so that it can be given
 * files from strangers. It owns the mapping: tensors must not be used after {@link #close()}. Any
 * number of threads may read.
 */
public final class GgufFile implements AutoCloseable {
    private final Path path;
    private final long bytes;
    private final GgufParser.Content content;
    private final Map<String, GgufTensor> byName = new HashMap<>();
    private final Arena arena;

    private GgufFile(Path path, long bytes, GgufParser.Content content, Arena arena) {
        this.path = path;
        this.bytes = bytes;
        this.content = content;
        this.arena = arena;
        content.tensors().forEach(tensor -> byName.put(tensor.name(), tensor));
    }

    /**
     * Maps and checks a file.
     *
     * @throws IrException naming file and byte offset when it cannot be read or breaks the format
     */
    public static GgufFile open(Path path) {
        Arena arena = Arena.ofShared();
        try {
            MemorySegment mapped = map(path, arena);
            GgufParser.Content content = new GgufParser(name(path), mapped).parse();
            return new GgufFile(path, mapped.byteSize(), content, arena);
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    private static MemorySegment map(Path path, Arena arena) {
        if (Files.isDirectory(path)) {
            throw new IrException(path + " is a folder; expected a .gguf file");
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
        } catch (NoSuchFileException e) {
            throw new IrException(path + " does not exist; check the path", e);
        } catch (IOException e) {
            throw new IrException(path + " cannot be read (" + e.getMessage() + ")", e);
        }
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    public Path path() {
        return path;
    }

    /** The file name without folders, as in messages. */
    public String name() {
        return name(path);
    }

    /** Size of the file. */
    public long bytes() {
        return bytes;
    }

    /** 2 or 3. */
    public int version() {
        return content.version();
    }

    /** Alignment of tensor data in bytes. */
    public int alignment() {
        return content.alignment();
    }

    public GgufMetadata metadata() {
        return content.metadata();
    }

    /** In file order. */
    public List<GgufTensor> tensors() {
        return content.tensors();
    }

    public Optional<GgufTensor> tensor(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    @Override
    public void close() {
        arena.close();
    }
}
