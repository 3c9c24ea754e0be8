package dev.hwc.rtl.harness;

import chisel3.BuildInfo;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.rtl.Emit;
import dev.hwc.rtl.RtlException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipFile;

/**
 * Which generator this is: a hash over all that makes SystemVerilog and C++ of a description. That is
 * the content of this module and of {@code ir}, be they jars or folders of classes, and the version of
 * Chisel. Finding it out starts neither Scala nor Chisel.
 */
final class GeneratorVersion {
    private static final String TEXT = compute();

    private GeneratorVersion() {}

    /** 64 bits in hex. */
    static String text() {
        return TEXT;
    }

    private static String compute() {
        List<String> parts = new ArrayList<>();
        for (Path place : Stream.of(place(Emit.class), place(HardwareSpec.class))
                .distinct()
                .toList()) {
            parts.addAll(Files.isDirectory(place) ? ofFolder(place) : ofJar(place));
        }
        parts.add(String.valueOf(place(BuildInfo.class).getFileName()));
        parts.add(System.getenv().getOrDefault("CHISEL_FIRTOOL_PATH", ""));
        return BuildFolder.hash(parts);
    }

    /** The jar or folder that a class was loaded from. */
    private static Path place(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new RtlException("the place of " + type + " is no file: " + e.getMessage(), e);
        }
    }

    private static List<String> ofJar(Path jar) {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return zip.stream()
                    .filter(entry -> !entry.isDirectory() && !entry.getName().startsWith("META-INF/"))
                    .map(entry -> entry.getName() + " " + entry.getCrc())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new RtlException(jar + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static List<String> ofFolder(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            List<String> parts = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                CRC32 crc = new CRC32();
                crc.update(Files.readAllBytes(file));
                parts.add(folder.relativize(file) + " " + crc.getValue());
            }
            return parts;
        } catch (IOException e) {
            throw new RtlException(folder + " cannot be read: " + e.getMessage(), e);
        }
    }
}
