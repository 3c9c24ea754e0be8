package dev.hwc.cli.command;

import dev.hwc.cli.output.JsonOption;
import dev.hwc.cli.output.Numbers;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.sim.activity.Activity;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the array's elements found in their weights. Elements that multiply look at none, so there the counts are
 * absent.
 *
 * @param all multiply-accumulates of the array, padding included; absent where nobody counts them
 * @param zero those whose weight is 0
 * @param unit those whose weight is 1 or −1
 */
record ElementMacs(OptionalLong all, OptionalLong zero, OptionalLong unit) {
    /** Of some jobs with data. */
    static ElementMacs of(Optional<HardwareSpec> spec, OptionalLong all, List<Activity> jobs) {
        boolean counted = spec.isPresent() && spec.get().array().gated();
        return new ElementMacs(
                all,
                counted ? OptionalLong.of(sum(jobs, Activity::zeroMacs)) : OptionalLong.empty(),
                counted ? OptionalLong.of(sum(jobs, Activity::unitMacs)) : OptionalLong.empty());
    }

    static long sum(List<Activity> jobs, ToLongFunction<Activity> counter) {
        return jobs.stream().mapToLong(counter).sum();
    }

    /** Fields of a result, null where absent. */
    void put(ObjectNode result) {
        JsonOption.put(result, "arrayMacs", all);
        JsonOption.put(result, "zeroMacs", zero);
        JsonOption.put(result, "unitMacs", unit);
    }

    /** For people; nothing where the elements do not look. */
    Optional<String> text() {
        return zero.isPresent() && unit.isPresent()
                ? Optional.of("multiply-accumulates by weights of 0: " + count(zero.getAsLong()) + ", of 1 or −1: "
                        + count(unit.getAsLong()))
                : Optional.empty();
    }

    private String count(long macs) {
        return Numbers.grouped(macs)
                + (all.orElse(0) == 0 ? "" : " (" + Numbers.decimals(100.0 * macs / all.getAsLong(), 1) + " %)");
    }
}
