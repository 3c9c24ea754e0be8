package dev.hwc.host.device;

import dev.hwc.compiler.image.Windows;
import dev.hwc.compiler.lower.ModelLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The windows of a model without data: jobs take their time and compute nothing. */
public final class ReservedWindows {
    private ReservedWindows() {}

    /** Reserves them on a device, in their order. */
    public static List<Region> of(ModelLayout layout, Device device) {
        List<Long> bytes = Windows.bytes(layout);
        List<Region> windows = new ArrayList<>(List.of(
                device.reserve(bytes.get(ModelLayout.WEIGHTS), Region.Access.READ),
                device.reserve(bytes.get(ModelLayout.CONSTANTS), Region.Access.READ),
                device.reserve(bytes.get(ModelLayout.KV_CACHE), Region.Access.READ_WRITE),
                device.reserve(bytes.get(ModelLayout.IO), Region.Access.READ_WRITE)));
        if (layout.pimBytes() > 0) {
            windows.add(device.products(
                    layout.pimWindow(), layout.pimAttention(), Optional.empty(), Windows.pimBytes(layout)));
        }
        return windows;
    }
}
