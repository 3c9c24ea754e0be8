package dev.hwc.ir.tile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hwc.ir.IrException;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TileTextTest {
    private static final long SEED = 11;

    private static final String EXAMPLE = """
            program "tiny.m1"
            arg keyTiles = (1*position+16)/16*1
            ring weights start=0 step=64 slots=8
            kernel "start" {
              load {
                reset weights
              }
            }
            repeat layer 4 {
              kernel "blk.0-3.qkv" {
                load {
                  loop k @keyTiles {
                    fetch row window=3 off=4+8*k
                    load.weights off=64+952*layer+-3*k dst=$weights blocks=28 format=i4 wait=matrix signal=matrix
                    advance weights
                  }
                }
                vector {
                  vector fn=copy amem=load a=3 kind=store_int8 rows=1 rn=64 k0=0 row wait=load,store
                }
              }
            }
            """;

    @Test
    void parsesWhatItPrints() {
        Random random = new Random(SEED);
        for (int i = 0; i < 2000; i++) {
            TileProgram program = RandomTiles.program(random);
            String text = TileText.print(program);
            assertEquals(program, TileText.parse(text), () -> "seed " + SEED + ":\n" + text);
        }
    }

    @Test
    void printsOneStatementPerLineWithBlocksIndented() {
        TileProgram program = TileText.parse(EXAMPLE);
        assertEquals(EXAMPLE, TileText.print(program));
        assertEquals(List.of(new JobArgument("keyTiles", 1, 16, 16, 1)), program.arguments());
        assertEquals(List.of(new Ring("weights", 0, 64, 8)), program.rings());
        var repeat = (TileNode.Repeat) program.nodes().get(1);
        var kernel = (TileNode.Kernel) repeat.body().getFirst();
        var loop = (TileStatement.Loop) kernel.engine(Queue.LOAD).getFirst();
        var load = (TileStatement.Command) loop.body().get(1);
        assertEquals(Expr.of(64).plus(Expr.loop("layer", 952)).plus(Expr.loop("k", -3)), load.operand("off"));
        assertEquals(Expr.of(1), load.operand("format"));
        assertEquals(Expr.ZERO, load.operand("window"));
        assertEquals(new Tokens(Queue.MATRIX.bit(), Queue.MATRIX.bit()), load.tokens());
    }

    @Test
    void commentsAndEmptyLinesAreFree() {
        assertEquals(
                TileText.parse(EXAMPLE),
                TileText.parse("# by hand\n\n" + EXAMPLE.replace("advance", "\n\t # then\n  advance")));
    }

    @Test
    void zerosAndTheOrderOfOperandsDoNotDistinguishCommands() {
        Tokens none = Tokens.NONE;
        var one = new TileStatement.Command(
                Opcode.STORE, none, 0, Map.of("src", Expr.of(2), "off", Expr.of(4), "rows", Expr.ZERO));
        var other = new TileStatement.Command(Opcode.STORE, none, 0, Map.of("off", Expr.of(4), "src", Expr.of(2)));
        assertEquals(one, other);
        assertEquals(List.of("off", "src"), List.copyOf(one.operands().keySet()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "arg a = 1 | line 1, column 1: found 'arg' with 3 words; expected program \"NAME\"",
                "program tiny | line 1, column 9: found 'tiny'; expected a text in quotation marks",
                "program \"t\";arg a = position/2 | line 2, column 9: 'position/2' is not a formula; expected "
                        + "arg NAME = (SCALE*position+ADD)/DIVISOR*FACTOR",
                "program \"t\";ring r start=0 slots=1 step=2 | line 2, column 16: found 'slots=1'; expected step=",
                "program \"t\";ring r start=x step=1 slots=2 | line 2, column 14: 'x' is not a number of at most "
                        + "nine digits",
                "program \"t\";loop k 4 { | line 2, column 1: found 'loop'; expected kernel or repeat",
                "program \"t\";kernel \"k\" | line 2, column 1: found 'kernel' with 1 words; expected "
                        + "kernel \"LABEL\" {",
                "program \"t\";kernel \"k\" { | line 3, column 1: found the end of the text; expected an engine or }",
                "program \"t\";kernel \"k\" {;  dma {;  } | line 3, column 3: 'dma' is not an engine; expected load, "
                        + "matrix, vector or store",
                "program \"t\";kernel \"k\" {;load {;};load {;};} | line 5, column 1: engine load stands twice; "
                        + "keep one",
                "program \"t\";kernel \"k\" {;store {;  emit;};} | line 4, column 3: 'emit' is not a statement of "
                        + "engine store; expected loop, advance, reset, sync, store",
                "program \"t\";kernel \"k\" {;store {;  store of=3;};} | line 4, column 9: 'of' is not an operand of "
                        + "store; expected window=, off=, src=, rows=, rowBytes=, rsstride=, rdstride=, wait=, signal=",
                "program \"t\";kernel \"k\" {;store {;  store off=3+;};} | line 4, column 15: '' is not a term; "
                        + "expected a number first, then NAME, @ARGUMENT, $RING or !FETCHED, each with NUMBER* before "
                        + "it or not",
                "program \"t\";kernel \"k\" {;store {;  store off=n+3;};} | line 4, column 15: '3' is not a term; "
                        + "expected a number first, then NAME, @ARGUMENT, $RING or !FETCHED, each with NUMBER* before "
                        + "it or not",
                "program \"t\";kernel \"k\" {;store {;  store off=9999999999999999999;};} | line 4, column 13: "
                        + "'9999999999999999999' does not fit 64 bits",
                "program \"t\";kernel \"k\" {;store {;  store off=1 off=2;};} | line 4, column 15: 'off' is given "
                        + "twice; keep one",
                "program \"t\";kernel \"k\" {;store {;  store drain;};} | line 4, column 9: 'drain' is not a flag of "
                        + "store; expected window=, off=, src=, rows=, rowBytes=, rsstride=, rdstride=, wait=, signal=",
                "program \"t\";kernel \"k\" {;store {;  sync wait=dma;};} | line 4, column 13: 'dma' is not an engine; "
                        + "expected load, matrix, vector or store",
                "program \"t\";kernel \"k\" {;vector {;  vector fn=tanh;};} | line 4, column 13: fn is 'tanh'; "
                        + "allowed copy, add, mul, rope, silumul, norm, softmax, dequant",
                "program \"t\";kernel \"k\" {;store {;  loop k 4 {;  } x;};} | line 5, column 5: found 'x' behind }; "
                        + "expected the end of the line",
            })
    void namesLineAndColumnOfAnError(String text, String message) {
        IrException e = assertThrows(IrException.class, () -> TileText.parse(text.replace(';', '\n')));
        assertEquals(message, e.getMessage());
    }

    @Test
    void refusesBlocksTooDeep() {
        String text = "program \"t\"\n" + "repeat r 1 {\n".repeat(100_000);
        IrException e = assertThrows(IrException.class, () -> TileText.parse(text));
        assertEquals("line 34, column 12: more than 32 blocks inside each other", e.getMessage());
    }
}
