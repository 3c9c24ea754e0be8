package dev.hwc.host.device;

import dev.hwc.compiler.image.Windows;
import dev.hwc.compiler.lower.ModelLayout;
import dev.hwc.ir.device.PimAttention;
import dev.hwc.ir.device.PimProduct;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The windows of a model without data: jobs take their time and compute nothing. */
public final class ReservedWindows {
    private ReservedWindows() {}

    /** Reserves those of a layout on a device, in their order. */
    public static List<Region> of(ModelLayout layout, Device device) {
        return of(Windows.all(layout), layout.pimWindow(), layout.pimAttention(), device);
    }

    /**
     * Reserves them on a device, in their order.
     *
     * @param bytes of each
     * @param products what stands in the last one; none when memory does not compute
     * @param attention of the layers, in the same window
     */
    public static List<Region> of(
            List<Long> bytes, List<PimProduct> products, List<PimAttention> attention, Device device) {
        List<Region> windows = new ArrayList<>(List.of(
                device.reserve(bytes.get(ModelLayout.WEIGHTS), Region.Access.READ),
                device.reserve(bytes.get(ModelLayout.CONSTANTS), Region.Access.READ),
                device.reserve(bytes.get(ModelLayout.KV_CACHE), Region.Access.READ_WRITE),
                device.reserve(bytes.get(ModelLayout.IO), Region.Access.READ_WRITE)));
        if (!products.isEmpty()) {
            windows.add(device.products(products, attention, Optional.empty(), bytes.get(PimProduct.WINDOW)));
        }
        return windows;
    }
}
