package dev.hwc.host.device;

import dev.hwc.host.HostException;

/** A device that failed: a job ended in a fault, or the device was used against its rules. */
public final class DeviceException extends HostException {
    private static final long serialVersionUID = 1L;

    public DeviceException(String message) {
        super(message);
    }
}
