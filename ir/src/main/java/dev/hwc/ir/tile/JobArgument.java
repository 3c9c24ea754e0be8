package dev.hwc.ir.tile;

/**
 * A job argument as a function of the position (tokens already in the KV cache): {@code
 * floor((position·scale + add) / divisor) · factor}. The host evaluates it for every job, so that one
 * program serves every position.
 */
public record JobArgument(String name, long scale, long add, long divisor, long factor) {
    /** Value for a position. */
    public long at(long position) {
        return Math.floorDiv(position * scale + add, divisor) * factor;
    }

    /** The function as text, e.g. {@code (1*position+16)/16*1}; the division rounds down. */
    public String formula() {
        return "(" + scale + "*position+" + add + ")/" + divisor + "*" + factor;
    }
}
