package dev.hwc.compiler.image;

import dev.hwc.compiler.CompileException;
import dev.hwc.compiler.codegen.CodeGenerator;
import dev.hwc.compiler.lower.Lowering;
import dev.hwc.compiler.lower.Network;
import dev.hwc.compiler.lower.TilingOptions;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.Program;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.tile.TileProgram;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/** A network with its first layers only, to measure what tilings cost. */
final class LayerSample {
    private final Lowering lowering;
    private final StepCost cost;
    private final Map<Case, OptionalLong> known = new HashMap<>();

    private record Case(TileProgram tiles, long position) {}

    LayerSample(Network network, int layers, HardwareSpec spec, int context, TilingOptions options, StepCost cost) {
        this.lowering = new Lowering(network.first(layers), spec, context, options);
        this.cost = cost;
    }

    /** Cycles of a step under some options; empty when these do not fit the hardware. */
    OptionalLong cycles(int tokens, boolean logits, TilingOptions options, long position) {
        try {
            TileProgram tiles = lowering.program(tokens, logits, options);
            return known.computeIfAbsent(new Case(tiles, position), c -> measured(tokens, c));
        } catch (CompileException e) {
            return OptionalLong.empty();
        }
    }

    private OptionalLong measured(int tokens, Case c) {
        Program program = CodeGenerator.generate(c.tiles());
        int most = lowering.layout().spec().buffers().instructions();
        for (Queue queue : Queue.values()) {
            if (program.stream(queue).size() > most) {
                return OptionalLong.empty();
            }
        }
        long[] arguments = c.tiles().arguments().stream()
                .mapToLong(a -> a.at(c.position()))
                .toArray();
        return OptionalLong.of(
                cost.cycles(new StepProgram(tokens, c.tiles(), program, 0), lowering.layout(), arguments));
    }
}
