package dev.hwc.compiler.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hwc.compiler.CompileException;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.isa.ProgramText;
import dev.hwc.ir.tile.TileProgram;
import dev.hwc.ir.tile.TileText;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CheckedGeneratorTest {
    private static final HardwareSpec EDGE = HardwareSpecs.preset("edge-8x8");

    private static final String VALID = """
            program "p"
            arg tiles = (1*position+0)/16*1
            repeat layer 3 {
              kernel "k" {
                load {
                  loop n @tiles {
                    load.linear off=64*n rows=1 rowBytes=64 wait=vector signal=vector
                  }
                }
                vector {
                  loop n @tiles {
                    sync signal=load
                    sync wait=load
                  }
                }
              }
            }
            """;

    @Test
    void handsOutAValidProgram() {
        TileProgram tiles = TileText.parse(VALID);
        assertEquals(CodeGenerator.generate(tiles), CheckedGenerator.generate(tiles, EDGE, 0, 64));
    }

    @Test
    void refusesABrokenTileProgramWithItsText() {
        String text = VALID.replace("off=64*n", "off=64*m");
        refuses(
                text,
                "tile program 'p' does not fit hardware 'edge-8x8': kernel 'k' load: load.linear off=64*m rows=1 "
                        + "rowBytes=64 wait=vector signal=vector: off is 64*m, allowed variables of the loops around "
                        + "it (T5)",
                text);
    }

    @Test
    void refusesInstructionsThatBreakTheirRulesWithTheListing() {
        String text = VALID.replace("rowBytes=64", "rowBytes=63");
        refuses(
                text,
                "program does not fit hardware 'edge-8x8': queue load pc 4: load.linear: rowBytes is 63, allowed "
                        + "multiples of 4 (I11)",
                ProgramText.print(CodeGenerator.generate(TileText.parse(text))));
    }

    @Test
    void refusesADeadlockThatOnlyALatePositionHas() {
        String text = VALID.replace(
                "        sync signal=load\n        sync wait=load\n",
                "        sync wait=load\n        sync signal=load\n");
        CheckedGenerator.generate(TileText.parse(text), EDGE, 0, 15); // tiles = 0
        refuses(
                text,
                "program p at position 64: token deadlock: queue load pc 4 load.linear (k) waits for vector; "
                        + "queue vector pc 3 sync (k) waits for load",
                text);
    }

    @Test
    void refusesMoreInstructionsThanTheHardwareHolds() {
        String more = "        sync wait=load\n";
        String text = VALID.replace(more, more + "        sync\n".repeat(1024));
        refuses(
                text,
                "program p needs 1032 instructions in queue vector; edge-8x8 holds 1024; use fewer tokens or a larger "
                        + "instruction memory (buffers.instructions)",
                "");
    }

    private static void refuses(String tiles, String message, String text) {
        TileProgram program = TileText.parse(tiles);
        CompileException e =
                assertThrows(CompileException.class, () -> CheckedGenerator.generate(program, EDGE, 0, 64));
        assertEquals(message, e.getMessage());
        assertEquals(text.isEmpty() ? Optional.empty() : Optional.of(text), e.programText());
    }
}
