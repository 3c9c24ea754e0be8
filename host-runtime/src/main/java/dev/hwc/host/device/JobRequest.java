package dev.hwc.host.device;

import java.util.List;

/**
 * One job.
 *
 * @param arguments at most 32; missing ones are 0
 * @param windows at most 8; the index is the window's number in the program
 * @param resident whether the previous job on the device ran the same program, so that it need not
 *     be read again
 */
public record JobRequest(LoadedProgram program, List<Long> arguments, List<Region> windows, boolean resident) {
    public JobRequest {
        arguments = List.copyOf(arguments);
        windows = List.copyOf(windows);
    }
}
