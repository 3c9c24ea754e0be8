package dev.hwc.ir.tile;

import java.util.List;

/**
 * A program for the four engines: arguments, rings, and kernels in order.
 *
 * @param arguments at most 32; the index is the argument's number
 */
public record TileProgram(String name, List<JobArgument> arguments, List<Ring> rings, List<TileNode> nodes) {
    public TileProgram {
        arguments = List.copyOf(arguments);
        rings = List.copyOf(rings);
        nodes = List.copyOf(nodes);
    }
}
