package dev.hwc.compiler.image;

import dev.hwc.compiler.CompileException;
import dev.hwc.ir.isa.Program;
import dev.hwc.ir.tile.JobArgument;
import java.util.List;

/**
 * A step as a host starts it.
 *
 * @param tokens new tokens
 * @param context tokens the KV cache holds
 * @param arguments of the job as functions of the position
 * @param macs multiply-accumulates that the model itself needs at position 0, without padding
 * @param macsPerPosition those that each token before the step adds
 */
public record StepJob(
        Program program, int tokens, int context, List<JobArgument> arguments, long macs, long macsPerPosition) {
    public StepJob {
        arguments = List.copyOf(arguments);
    }

    /**
     * Arguments of a job that continues at a position.
     *
     * @throws CompileException when the step would leave the KV cache
     */
    public List<Long> arguments(long position) {
        if (position < 0 || position + tokens > context) {
            throw new CompileException("a step of " + tokens + " tokens at position " + position
                    + " exceeds the context of " + context + " tokens it was compiled for");
        }
        return arguments.stream().map(a -> a.at(position)).toList();
    }

    /** Multiply-accumulates that the model itself needs at a position, without padding. */
    public long macs(long position) {
        return macs + macsPerPosition * position;
    }
}
