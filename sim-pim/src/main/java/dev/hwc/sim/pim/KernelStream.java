package dev.hwc.sim.pim;

import dev.hwc.sim.pim.program.PimProgram;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Kernels one behind the other as one stream of commands of a channel: open rows, modes and refreshes that are due carry
 * over from kernel to kernel, and every command is read by the checker. What {@link PimEngine} says of single kernels is
 * held against this.
 *
 * @param cycles from the first clock to the last data
 * @param commands of one channel
 * @param violations of timing
 */
public record KernelStream(long cycles, long commands, long violations, List<String> firstViolations) {

    /** A matrix [rows, columns] times a vector. */
    public record Gemv(int rows, int columns, PimFormat format) {}

    /**
     * Issues kernels in the mappings that the engine takes for them.
     *
     * @throws PimException if the device has not the format or the capacity for one of them
     */
    public static KernelStream run(PimSpec spec, int channels, List<Gemv> kernels) {
        Mapper mapper = new Mapper(spec);
        Map<Gemv, PimProgram> programs = new HashMap<>();
        PimProgram whole = new PimProgram();
        for (Gemv kernel : kernels) {
            whole.append(programs.computeIfAbsent(
                    kernel,
                    k -> mapper.best(k.format(), k.rows(), k.columns(), channels)
                            .program()));
        }
        long[] lines = new long[1];
        CommandStream stream = CommandStream.of(spec, whole, CommandStream.Controller.OURS, line -> lines[0]++);
        return new KernelStream(
                stream.schedule().cycles(),
                lines[0] - CommandStream.LINES_AROUND,
                stream.violations(),
                stream.firstViolations());
    }
}
