package dev.hwc.cli.run;

import java.util.concurrent.Callable;

/**
 * One thing that was checked.
 *
 * @param name short, stable
 * @param ok whether it is as it should be
 * @param required whether hwc's main job needs it
 * @param detail what was found, one line
 */
public record HealthCheck(String name, boolean ok, boolean required, String detail) {
    /** A check that succeeds with the detail an action returns, and fails with the message it throws. */
    public static HealthCheck of(String name, Callable<String> action) {
        try {
            return new HealthCheck(name, true, true, action.call());
        } catch (Exception | LinkageError e) {
            return new HealthCheck(
                    name,
                    false,
                    true,
                    String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }
}
