package dev.hwc.host.device;

/**
 * What a device says about itself.
 *
 * @param backEnd {@code sim}, or the name of another back end
 * @param hardware name of the hardware description
 * @param hash of the hardware description; programs carry the same
 * @param clockMhz clock of the accelerator
 * @param memory the memory behind its port, for reports
 */
public record Capabilities(String backEnd, String hardware, String hash, int clockMhz, String memory) {}
