package dev.hwc.reports.model;

/**
 * Bytes that crossed the ports of one on-chip level during a phase.
 *
 * @param name e.g. {@code weight}, {@code activation}, {@code output}, {@code vector}
 */
public record BufferTraffic(String name, long bytesRead, long bytesWritten) {
    public BufferTraffic {
        Check.present(name, "name");
        Check.atLeast(0, bytesRead, "bytesRead");
        Check.atLeast(0, bytesWritten, "bytesWritten");
    }
}
