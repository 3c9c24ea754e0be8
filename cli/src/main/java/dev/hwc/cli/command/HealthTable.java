package dev.hwc.cli.command;

import dev.hwc.cli.output.JsonOption;
import dev.hwc.cli.output.Streams;
import dev.hwc.cli.run.HealthCheck;
import dev.hwc.ir.hw.HardwareSpec;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Checks for people, a line each, and as JSON. */
final class HealthTable {
    private HealthTable() {}

    static void print(HealthCheck check, Streams people) {
        String state = check.ok() ? "ok     " : check.required() ? "FAILED " : "absent ";
        people.out().println(state + String.format("%-22s", check.name()) + check.detail());
        people.out().flush();
    }

    static ObjectNode json(List<HealthCheck> checks, Optional<HardwareSpec> hardware) {
        ObjectNode result = JsonOption.result(hardware);
        ArrayNode list = result.putArray("checks");
        for (HealthCheck check : checks) {
            ObjectNode node = list.addObject();
            node.put("name", check.name());
            node.put("ok", check.ok());
            node.put("required", check.required());
            node.put("detail", check.detail());
        }
        return result;
    }

    /** 0 when everything required is as it should be, else 1. */
    static int exitCode(List<HealthCheck> checks) {
        return checks.stream().allMatch(check -> check.ok() || !check.required()) ? 0 : 1;
    }
}
