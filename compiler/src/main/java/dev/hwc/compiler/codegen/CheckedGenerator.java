package dev.hwc.compiler.codegen;

import dev.hwc.compiler.CompileException;
import dev.hwc.ir.IrException;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.Program;
import dev.hwc.ir.isa.ProgramText;
import dev.hwc.ir.isa.ProgramValidator;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.TokenCheck;
import dev.hwc.ir.tile.TileNode;
import dev.hwc.ir.tile.TileProgram;
import dev.hwc.ir.tile.TileText;
import dev.hwc.ir.tile.TileVerifier;
import java.util.List;

/**
 * Generates instructions and hands out only what passed every check: the tile program its rules, the
 * instructions theirs, the tokens a run at chosen positions. For the tokens, repetitions over layers
 * are cut to two passes: rule T18 makes every pass give and take the same numbers, so that further
 * passes bring nothing new, and checking stays fast for deep models.
 */
public final class CheckedGenerator {
    private static final int PASSES = 2;

    private CheckedGenerator() {}

    /**
     * The instructions of a tile program.
     *
     * @param positions positions in the context whose arguments the tokens are checked for
     * @throws CompileException with the program as text, if a check fails
     */
    public static Program generate(TileProgram tiles, HardwareSpec spec, long... positions) {
        Program program = instructions(tiles, spec);
        try {
            requireMemory(tiles, program, spec);
            ProgramValidator.check(program, spec);
        } catch (IrException e) {
            throw failed(e, ProgramText.print(program));
        }
        Program shortened = CodeGenerator.generate(shortened(tiles));
        for (long position : positions) {
            tokens(tiles, shortened, position);
        }
        return program;
    }

    private static Program instructions(TileProgram tiles, HardwareSpec spec) {
        try {
            TileVerifier.check(tiles, spec);
            return CodeGenerator.generate(tiles);
        } catch (IrException | CompileException e) {
            throw failed(e, TileText.print(tiles));
        }
    }

    private static void requireMemory(TileProgram tiles, Program program, HardwareSpec spec) {
        int most = spec.buffers().instructions();
        for (Queue queue : Queue.values()) {
            int size = program.stream(queue).size();
            if (size > most) {
                throw new CompileException("program " + tiles.name() + " needs " + size + " instructions in queue "
                        + queue.text() + "; " + spec.name() + " holds " + most
                        + "; use fewer tokens or a larger instruction memory (buffers.instructions)");
            }
        }
    }

    private static void tokens(TileProgram tiles, Program program, long position) {
        long[] arguments =
                tiles.arguments().stream().mapToLong(a -> a.at(position)).toArray();
        try {
            TokenCheck.check(program, arguments);
        } catch (IrException e) {
            throw failed(
                    new IrException("program " + tiles.name() + " at position " + position + ": " + e.getMessage(), e),
                    TileText.print(tiles));
        }
    }

    private static TileProgram shortened(TileProgram tiles) {
        return new TileProgram(tiles.name(), tiles.arguments(), tiles.rings(), shortened(tiles.nodes()));
    }

    private static List<TileNode> shortened(List<TileNode> nodes) {
        return nodes.stream()
                .<TileNode>map(node -> switch (node) {
                    case TileNode.Kernel kernel -> kernel;
                    case TileNode.Repeat r ->
                        new TileNode.Repeat(r.variable(), Math.min(PASSES, r.count()), shortened(r.body()));
                })
                .toList();
    }

    private static CompileException failed(RuntimeException cause, String text) {
        return new CompileException(String.valueOf(cause.getMessage()), text, cause);
    }
}
