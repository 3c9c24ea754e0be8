package dev.hwc.rtl.harness;

import dev.hwc.rtl.RtlException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Where built libraries are kept, and what names them: a hash over everything that went in. */
final class BuildFolder {
    private BuildFolder() {}

    /**
     * The folder that {@code -Dhwc.rtl.cache} names; else {@code .hwc-build/rtl} of the project that {@code hwc.root}
     * names; else {@code .cache/hwc/rtl} in the user's home.
     */
    static Path root() {
        String named = System.getProperty("hwc.rtl.cache");
        String project = System.getProperty("hwc.root");
        Path root = named != null
                ? Path.of(named)
                : project != null
                        ? Path.of(project, ".hwc-build", "rtl")
                        : Path.of(System.getProperty("user.home"), ".cache", "hwc", "rtl");
        return createDirectories(root.toAbsolutePath());
    }

    /** A new empty folder beside the kept ones; {@link #keep} or {@link #delete} ends it. */
    static Path scratch(String name) {
        try {
            return Files.createTempDirectory(root(), name + ".new.");
        } catch (IOException e) {
            throw new RtlException("no folder can be made in " + root() + ": " + e.getMessage(), e);
        }
    }

    /** Gives a finished folder its lasting name; if another process was first, its result stays. */
    static void keep(Path scratch, Path target) {
        try {
            Files.move(scratch, target);
        } catch (IOException e) {
            delete(scratch);
            if (!Files.isDirectory(target)) {
                throw new RtlException("build folder " + target + " cannot be written: " + e.getMessage(), e);
            }
        }
    }

    static Path createDirectories(Path directory) {
        try {
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new RtlException("folder " + directory + " cannot be made: " + e.getMessage(), e);
        }
    }

    static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new RtlException("folder " + directory + " cannot be deleted: " + e.getMessage(), e);
        }
    }

    /** Copies C++ sources of this package into a folder. */
    static void copyResources(Path directory, List<String> names) {
        for (String name : names) {
            try {
                Files.write(directory.resolve(name), resource(name));
            } catch (IOException e) {
                throw new RtlException(directory.resolve(name) + " cannot be written: " + e.getMessage(), e);
            }
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = BuildFolder.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("resource " + name + " is missing from the jar");
            }
            return in.readAllBytes();
        }
    }

    /**
     * Runs an action while no other process runs one of the same name. Who waited finds the work done.
     *
     * @param name a valid file name; in one process no two threads may use it at once
     */
    static <T> T locked(String name, Supplier<T> action) {
        Path file = createDirectories(root().resolve("locks")).resolve(name);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.lock();
            return action.get();
        } catch (IOException e) {
            throw new RtlException(file + " cannot be locked: " + e.getMessage(), e);
        }
    }

    /** 64-bit hash (hex) over texts. */
    static String hash(List<String> texts) {
        MessageDigest digest = sha256();
        texts.forEach(text -> digest.update((text + "\n").getBytes(StandardCharsets.UTF_8)));
        return HexFormat.of().formatHex(digest.digest(), 0, 8);
    }

    /** 64-bit hash (hex) over the texts and over names and content of all files in the folder. */
    static String hash(Path directory, List<String> texts) {
        try (Stream<Path> walk = Files.walk(directory)) {
            MessageDigest digest = sha256();
            for (Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
                digest.update(directory.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
                digest.update(Files.readAllBytes(file));
            }
            texts.forEach(text -> digest.update(text.getBytes(StandardCharsets.UTF_8)));
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
