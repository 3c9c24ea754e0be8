package dev.hwc.ir.tile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.IrException;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every rule of docs/spec/tile-ir.md: what it refuses, and where it stops refusing. */
class TileVerifierTest {
    private static final HardwareSpec EDGE = HardwareSpecs.preset("edge-8x8");

    private static final String VALID = """
            program "valid"
            arg tiles = (1*position+8)/8*1
            ring weights start=0 step=16 slots=4
            ring out start=8 step=8 slots=2
            kernel "start" {
              load {
                reset weights
              }
              matrix {
                reset weights
                reset out
                sync signal=load
              }
              vector {
                reset out
                sync signal=matrix
              }
              store {
                sync wait=matrix
              }
            }
            repeat layer 3 {
              kernel "blk.0-2.product" {
                load {
                  fetch row window=3 off=4*layer
                  loop n @tiles {
                    load.weights off=64*layer+1024*n dst=$weights blocks=8 wait=matrix signal=matrix
                    load.linear off=32+!row dst=4 rows=1 rowBytes=64
                    advance weights
                  }
                }
                matrix {
                  loop n @tiles {
                    matmul a=8*layer w=2+$weights blocks=6 m=1 n=8 wait=load signal=load
                    advance weights
                  }
                  emit dst=$out stride=1 m=1 n=8 wait=vector signal=vector
                  advance out
                }
                vector {
                  vector fn=norm a=$out bmem=load b=4 d=8*layer rows=1 rn=8 k0=7 k1=9 wait=matrix signal=matrix
                  vector fn=copy amem=vector kind=store_int8 d=4 rows=1 rn=32 k0=12 row
                  advance out
                }
              }
            }
            kernel "finish" {
              load {
                sync wait=matrix
              }
              matrix {
                sync wait=vector signal=store
              }
            }
            """;

    @Test
    void acceptsAValidProgram() {
        assertEquals(List.of(), problems(VALID));
        TileVerifier.check(TileText.parse(VALID), EDGE);
    }

    @Test
    void checkListsProblemsInOneLine() {
        String broken = VALID.replace("slots=2", "slots=0").replace("layer 3", "layer 0");
        IrException e = assertThrows(IrException.class, () -> TileVerifier.check(TileText.parse(broken), EDGE));
        assertEquals(
                "tile program 'valid' does not fit hardware 'edge-8x8': ring out has start 8, step 8, 0 slots, allowed"
                        + " start from 0, step and slots from 1, the end at most 16777215 (T3); repeat layer has count"
                        + " 0, allowed 1..16777215 (T4)",
                e.getMessage());
    }

    @Test
    void t1_rejectsNamesThatTheTextCannotHold() {
        var program = TileText.parse(VALID);
        var named = new TileProgram(
                "two\nlines",
                List.of(new JobArgument("tiles", 1, 0, 1, 1), new JobArgument("1st", 1, 0, 1, 1)),
                program.rings(),
                program.nodes());
        assertRules(TileVerifier.problems(named, EDGE), "T1");
        breaks(VALID.replace("ring out", "ring weights start=0 step=1 slots=1\nring out"), "T1");
        breaks(VALID.replace("blk.0-2.product", " product"), "T1");
    }

    @Test
    void t2_rejectsTooManyArgumentsAndDivisionByZero() {
        breaks(VALID.replace(")/8*", ")/0*"), "T2");
        StringBuilder more = new StringBuilder();
        for (int i = 0; i < 31; i++) {
            more.append("arg a").append(i).append(" = (1*position+0)/1*1\n");
        }
        assertEquals(List.of(), problems(VALID.replace("ring weights", more + "ring weights")));
        more.append("arg last = (1*position+0)/1*1\n");
        breaks(VALID.replace("ring weights", more + "ring weights"), "T2");
    }

    @Test
    void t3_rejectsRingsWithoutSlotsOrBeyondTheWrapFields() {
        breaks(VALID.replace("step=16 slots=4", "step=16 slots=0"), "T3");
        breaks(VALID.replace("start=0 step=16", "start=0 step=0"), "T3");
        breaks(VALID.replace("start=0 step=16", "start=-1 step=16"), "T3", "T16");
        String spare = "ring spare start=1 step=4194303 slots=";
        assertEquals(List.of(), problems(VALID.replace("ring out", spare + "3\nring out")));
        breaks(VALID.replace("ring out", spare + "5\nring out"), "T3");
    }

    @Test
    void t4_rejectsCountsOutOfRange() {
        breaks(VALID.replace("layer 3", "layer 0"), "T4");
        breaks(VALID.replace("kernel \"finish\"", "repeat r 16777216 {\n}\nkernel \"finish\""), "T4");
        assertEquals(
                List.of(), problems(VALID.replace("kernel \"finish\"", "repeat r 16777215 {\n}\nkernel \"finish\"")));
        assertEquals(List.of(), problems(VALID.replace("loop n @tiles", "loop n 16777215")));
        breaks(VALID.replace("loop n @tiles", "loop n 16777216"), "T4");
        breaks(VALID.replace("loop n @tiles", "loop n -1"), "T4");
        breaks(VALID.replace("loop n @tiles", "loop n $weights"), "T4");
        assertEquals(List.of(), problems(VALID.replace("loop n @tiles", "loop n 2+@tiles")));
    }

    @Test
    void t5_rejectsVariablesOfNoLoopAround() {
        breaks(VALID.replace("off=4*layer", "off=4*n"), "T5");
    }

    @Test
    void t6_rejectsAVariableThatHidesAnother() {
        breaks(VALID.replace("loop n @tiles", "loop layer @tiles").replace("64*layer+1024*n", "1024*layer"), "T6");
    }

    @Test
    void t7_rejectsSevenLoopsInsideEachOther() {
        String open = "loop a 1 {\nloop b 1 {\nloop c 1 {\nloop d 1 {\nloop e 1 {\n";
        String six = VALID.replace("fetch row", open + "}\n}\n}\n}\n}\nfetch row");
        assertEquals(List.of(), problems(six));
        breaks(six.replace("loop e 1 {\n}", "loop e 1 {\nloop f 1 {\n}\n}"), "T7");
    }

    @Test
    void t8_rejectsTwoBasesAndFactorsOnBases() {
        breaks(VALID.replace("off=64*layer+", "off=@tiles+!row+"), "T8");
        breaks(VALID.replace("dst=$weights", "dst=2*$weights"), "T8");
        breaks(VALID.replace("off=64*layer+1024*n", "off=64*n+1024*n"), "T8");
        breaks(VALID.replace("off=64*layer", "off=0*layer"), "T8");
    }

    @Test
    void t9_rejectsNamesThatAreNotDeclared() {
        breaks(VALID.replace("loop n @tiles", "loop n @tile"), "T9");
        breaks(VALID.replaceFirst("advance weights", "advance weight"), "T9", "T17");
        breaks(VALID.replace("!row", "!column"), "T9");
        breaks(VALID.replace("      fetch row window=3 off=4*layer\n", ""), "T9");
    }

    @Test
    void t9_rejectsAValueFetchedInALoopThatHasEnded() {
        breaks(VALID.replace("fetch row window=3 off=4*layer", "loop f 1 {\nfetch row window=3 off=0\n}"), "T9");
    }

    @Test
    void t10_rejectsAPointerWhoseBaseMovesInsideItsLoops() {
        breaks(VALID.replace("dst=$weights", "dst=n+$weights"), "T10");
        breaks(VALID.replace("off=32+!row", "off=layer+!row"), "T10");
        assertEquals(List.of(), problems(VALID.replace("off=32+!row", "off=16*n+!row")));
    }

    @Test
    void t11_rejectsCommandsOfAnotherEngine() {
        for (Opcode opcode : List.of(Opcode.EMIT, Opcode.HALT, Opcode.SET, Opcode.LOAD_REGISTER)) {
            var command = new TileStatement.Command(opcode, Tokens.NONE, 0, Map.of());
            assertRules(TileVerifier.problems(with(Queue.LOAD, command), EDGE), "T11");
        }
        var flags = new TileStatement.Command(Opcode.SYNC, Tokens.NONE, 2, Map.of());
        assertRules(TileVerifier.problems(with(Queue.LOAD, flags), EDGE), "T11");
        var fetch = new TileStatement.Fetch("row", 3, Expr.ZERO);
        assertRules(TileVerifier.problems(with(Queue.VECTOR, fetch), EDGE), "T11");
    }

    @Test
    void t12_rejectsOperandsThatTheOpcodeDoesNotHave() {
        for (String name : List.of("rd", "ra", "slot", "k0")) {
            var command = new TileStatement.Command(
                    Opcode.LOAD_WEIGHTS, Tokens.NONE, 0, Map.of(name, Expr.of(1), "blocks", Expr.of(8)));
            assertRules(TileVerifier.problems(with(Queue.LOAD, command), EDGE), "T12");
        }
    }

    @Test
    void t13_rejectsExpressionsWithoutARegisterAndImmediatesOutOfRange() {
        breaks(VALID.replace("blocks=8", "blocks=8+layer"), "T13");
        assertEquals(List.of(), problems(VALID.replace("blocks=6", "blocks=6+layer"))); // matmul adds rb
        breaks(VALID.replace("blocks=8", "blocks=4096"), "T13");
        breaks(VALID.replace("off=64*layer", "off=-64+64*layer"), "T13");
        breaks(VALID.replace("fn=norm", "fn=8"), "T13");
        breaks(VALID.replace("window=3", "window=8"), "T13");
        breaks(VALID.replace("off=4*layer", "off=1099511627776"), "T13");
    }

    @Test
    void t14_rejectsMissingConstants() {
        breaks(VALID.replace(" k1=9", ""), "T14");
        breaks(VALID.replace(" k0=7", ""), "T14");
        breaks(VALID.replace(" k0=7 k1=9", ""), "T14");
        breaks(VALID.replace("k0=12 row", "k0=12"), "T14");
        assertEquals(List.of(), problems(VALID.replace("k0=12 row", "k0=12 k1=1")));
    }

    @Test
    void t15_rejectsTokensToTheOwnEngine() {
        breaks(VALID.replace("sync wait=matrix\n", "sync wait=matrix signal=load\n"), "T15");
        breaks(VALID.replaceFirst("reset out\n +sync signal=matrix", "reset out\nsync signal=matrix,vector"), "T15");
    }

    @Test
    void t16_rejectsAddressesOutsideTheirBuffer() {
        int units = EDGE.weightUnits();
        String slots = "slots=" + units / 16;
        String ring = "ring weights start=0 step=16 ";
        assertEquals(List.of(), problems(VALID.replace(ring + "slots=4", ring + slots)));
        breaks(VALID.replace(ring + "slots=4", ring + "slots=" + (units / 16 + 1)), "T16");
        int words = EDGE.vectorWords();
        assertEquals(List.of(), problems(VALID.replace("d=8*layer", "d=" + (words - 17) + "+8*layer")));
        breaks(VALID.replace("d=8*layer", "d=" + (words - 16) + "+8*layer"), "T16");
        breaks(VALID.replace("a=8*layer", "a=8+-8*layer"), "T16");
        breaks(VALID.replace("k0=12 row", "k0=65000 row"), "T16");
        breaks(VALID.replace("rowBytes=64", "rowBytes=64").replace("dst=4 rows", "dst=65000 rows"), "T16");
    }

    @Test
    void t17_rejectsARingUsedBeforeItsReset() {
        breaks(VALID.replaceFirst("reset out\n +sync signal=load", "sync signal=load"), "T17");
    }

    @Test
    void t18_rejectsTokensThatAreGivenAndNotTaken() {
        breaks(VALID.replaceFirst("sync signal=load", "sync signal=load\nsync signal=load"), "T18");
        breaks(VALID.replace("loop n @tiles {\n        matmul", "loop n 4 {\n        matmul"), "T18", "T19");
        String drifting = VALID.replace(
                        "advance out\n    }\n    vector", "advance out\n      sync signal=load\n    }\n    vector")
                .replace(
                        "  load {\n    sync wait=matrix\n",
                        "  load {\n    loop t 4 {\n      sync wait=matrix\n    }\n");
        breaks(drifting, "T18");
    }

    @Test
    void t18_comparesCountsForEveryValueOfTheArguments() {
        String twice = VALID.replace(
                "wait=matrix signal=matrix\n        load.linear",
                "wait=matrix signal=matrix\n" + "        sync signal=matrix\n        load.linear");
        assertTrue(
                problems(twice).stream().anyMatch(p -> p.contains("6*tiles given, 3*tiles taken")),
                problems(twice)::toString);
    }

    @Test
    void t19_rejectsARingThatOneEngineMovesMoreOften() {
        breaks(VALID.replace("      advance out\n    }\n  }\n}", "    }\n  }\n}"), "T19");
    }

    /** The valid program with one more statement at the end of its first kernel. */
    private static TileProgram with(Queue queue, TileStatement statement) {
        TileProgram program = TileText.parse(VALID);
        var extra = new TileNode.Kernel("extra", Map.of(queue, List.of(statement)));
        List<TileNode> nodes = new java.util.ArrayList<>(program.nodes());
        nodes.add(extra);
        return new TileProgram(program.name(), program.arguments(), program.rings(), nodes);
    }

    private static List<String> problems(String text) {
        return TileVerifier.problems(TileText.parse(text), EDGE);
    }

    private static void breaks(String text, String... rules) {
        assertRules(problems(text), rules);
    }

    private static void assertRules(List<String> problems, String... rules) {
        List<String> found = problems.stream()
                .map(p -> p.substring(p.lastIndexOf('(') + 1, p.length() - 1))
                .distinct()
                .toList();
        assertEquals(List.of(rules), found, problems::toString);
    }
}
