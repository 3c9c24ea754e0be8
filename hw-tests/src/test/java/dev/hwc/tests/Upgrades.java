package dev.hwc.tests;

import dev.hwc.ir.IrException;
import dev.hwc.ir.hw.HardwareSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** The same hardware with one resource doubled, each behind an ideal memory. */
final class Upgrades {
    private Upgrades() {}

    /** By name what is doubled; only what is legal for this hardware. */
    static Map<String, HardwareSpec> of(HardwareSpec spec) {
        Map<String, HardwareSpec> upgrades = new LinkedHashMap<>();
        HardwareSpec.Array a = spec.array();
        HardwareSpec.Port p = spec.port();
        HardwareSpec.Buffers b = spec.buffers();
        int slots = a.accumulatorSlots();
        add(upgrades, "bandwidth", () -> {
            HardwareSpec.Port wide = new HardwareSpec.Port(
                    2 * p.beatBytes(), p.maxBurstBytes(), p.outstandingReads(), p.outstandingWrites());
            return with(spec, a, spec.vectorLanes(), b, wide);
        });
        add(
                upgrades,
                "array rows",
                () -> array(spec, new HardwareSpec.Array(2 * a.rows(), a.columns(), slots, a.elements())));
        add(
                upgrades,
                "array columns",
                () -> array(spec, new HardwareSpec.Array(a.rows(), 2 * a.columns(), slots, a.elements())));
        add(
                upgrades,
                "array",
                () -> array(spec, new HardwareSpec.Array(2 * a.rows(), 2 * a.columns(), slots, a.elements())));
        add(
                upgrades,
                "accumulator slots",
                () -> array(spec, new HardwareSpec.Array(a.rows(), a.columns(), 2 * slots, a.elements())));
        add(upgrades, "vector lanes", () -> with(spec, a, 2 * spec.vectorLanes(), b, p));
        add(upgrades, "scratchpads", () -> with(spec, a, spec.vectorLanes(), buffers(b, 2, 2, 2, 2, 2, 2), p));
        add(upgrades, "weight buffer", () -> with(spec, a, spec.vectorLanes(), buffers(b, 2, 1, 1, 1, 1, 1), p));
        add(upgrades, "activation buffer", () -> with(spec, a, spec.vectorLanes(), buffers(b, 1, 2, 1, 1, 1, 1), p));
        add(upgrades, "output buffer", () -> with(spec, a, spec.vectorLanes(), buffers(b, 1, 1, 2, 1, 1, 1), p));
        add(upgrades, "vector buffer", () -> with(spec, a, spec.vectorLanes(), buffers(b, 1, 1, 1, 2, 1, 1), p));
        add(upgrades, "load buffer", () -> with(spec, a, spec.vectorLanes(), buffers(b, 1, 1, 1, 1, 2, 1), p));
        add(upgrades, "store buffer", () -> with(spec, a, spec.vectorLanes(), buffers(b, 1, 1, 1, 1, 1, 2), p));
        return upgrades;
    }

    private static void add(Map<String, HardwareSpec> upgrades, String name, Supplier<HardwareSpec> make) {
        try {
            upgrades.put(name, make.get());
        } catch (IrException e) {
            // no legal hardware: the next size is not offered
        }
    }

    private static HardwareSpec array(HardwareSpec spec, HardwareSpec.Array array) {
        return with(spec, array, spec.vectorLanes(), spec.buffers(), spec.port());
    }

    private static HardwareSpec with(
            HardwareSpec spec, HardwareSpec.Array array, int lanes, HardwareSpec.Buffers b, HardwareSpec.Port port) {
        HardwareSpec.MemorySpec ideal = new HardwareSpec.MemorySpec("ideal", 1, port.beatBytes());
        return new HardwareSpec(spec.name(), spec.clockMhz(), array, lanes, b, port, ideal);
    }

    private static HardwareSpec.Buffers buffers(
            HardwareSpec.Buffers b, int weight, int activation, int output, int vector, int load, int store) {
        return new HardwareSpec.Buffers(
                weight * b.weightKib(),
                activation * b.activationKib(),
                output * b.outputKib(),
                vector * b.vectorKib(),
                load * b.loadKib(),
                store * b.storeKib(),
                b.instructions());
    }
}
