package dev.hwc.host.generation;

import dev.hwc.host.HostException;
import java.util.OptionalInt;

/**
 * What to generate.
 *
 * @param prompt token ids, at least one
 * @param count tokens to generate at most, at least one
 * @param stopToken ends generation when it is generated; it belongs to the result
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier; never compared
public record GenerationRequest(int[] prompt, int count, OptionalInt stopToken) {
    public GenerationRequest {
        if (prompt.length == 0) {
            throw new HostException("the prompt has no token; give at least one");
        }
        if (count < 1) {
            throw new HostException("the number of tokens to generate is " + count + "; allowed are 1 and more");
        }
    }

    /** Positions the sequence needs: the last generated token is not run. */
    public int positions() {
        return Math.addExact(prompt.length, count - 1);
    }
}
