package dev.hwc.rtl.harness;

import dev.hwc.rtl.Port;
import dev.hwc.rtl.RtlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Remembers which kept build belongs to a block, a hardware and a generator, so that a second start
 * needs no Chisel. One small file each: the folder's name, then a line per port.
 */
final class BuildIndex {
    private static final String INPUT = "in";
    private static final String OUTPUT = "out";

    private final Path file;

    /** The entry of a key, which is a valid file name. */
    BuildIndex(String key) {
        file = BuildFolder.createDirectories(BuildFolder.root().resolve("index"))
                .resolve(key);
    }

    /** The build, when it is known and still there. */
    Optional<ModelBuilder.Built> read() {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            List<String> lines = Files.readAllLines(file);
            Path library = BuildFolder.root().resolve(lines.getFirst()).resolve(ModelBuilder.LIBRARY);
            return Files.isRegularFile(library)
                    ? Optional.of(new ModelBuilder.Built(
                            library,
                            lines.stream().skip(1).map(BuildIndex::port).toList()))
                    : Optional.empty();
        } catch (IOException e) {
            throw new RtlException(file + " cannot be read: " + e.getMessage() + "; delete it", e);
        }
    }

    private static Port port(String line) {
        String[] fields = line.split(" ", -1);
        return new Port(fields[1], fields[0].equals(INPUT), Integer.parseInt(fields[2]));
    }

    /** Remembers a build; the file appears whole. */
    void write(ModelBuilder.Built built) {
        List<String> lines = new ArrayList<>();
        Path library = built.library();
        lines.add(library.getName(library.getNameCount() - 2).toString());
        for (Port port : built.ports()) {
            lines.add((port.input() ? INPUT : OUTPUT) + " " + port.name() + " " + port.width());
        }
        Path scratch = BuildFolder.scratch("index");
        Path fresh = scratch.resolve("entry");
        try {
            Files.write(fresh, lines);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new RtlException(file + " cannot be written: " + e.getMessage(), e);
        } finally {
            BuildFolder.delete(scratch);
        }
    }
}
