package dev.hwc.cli.output;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** The version of hwc, written by the build. */
public final class Version {
    private static final String RESOURCE = "/dev/hwc/cli/version.properties";

    private Version() {}

    /** As in the build file, e.g. {@code 0.1.0}. */
    public static String text() {
        try (InputStream resource = Objects.requireNonNull(Version.class.getResourceAsStream(RESOURCE))) {
            Properties properties = new Properties();
            properties.load(resource);
            return properties.getProperty("version", "unknown");
        } catch (IOException e) {
            throw new UncheckedIOException("resource " + RESOURCE, e);
        }
    }
}
