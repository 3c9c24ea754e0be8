package dev.hwc.ir.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hwc.ir.IrException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgramTextTest {
    private static final long SEED = 7;

    private static final String EXAMPLE = """
            queue load
              # embed
              arg rd=r1 index=2
              # blk.*.qkv
              loop count=4 rs=r3
                load.weights window=1 ra=r2 off=4096 dst=8 blocks=2 format=i4 wait=matrix signal=matrix,vector
                add rd=r2 rs=r2 imm=1099511627775
              next
              halt
            queue matrix
              # blk.*.qkv
              sync drain wait=load
              matmul w=8 blocks=2 m=1 n=4 format=i4 unit signal=load
              halt
            queue vector
              vector fn=copy amem=load kind=activation_a8 d=3 rows=1 rn=r5
              vector fn=softmax bmem=load kind=activation_a8 rows=1 rn=r5 row grow
              halt signal=store
            queue store
              halt
            """;

    @Test
    void parsesWhatItPrints() {
        Random random = new Random(SEED);
        for (int i = 0; i < 1000; i++) {
            Program program = RandomIsa.program(random);
            String text = ProgramText.print(program);
            assertEquals(program, ProgramText.parse(text), () -> "seed " + SEED + ":\n" + text);
        }
    }

    @Test
    void printsOneInstructionPerLineWithLoopsIndented() {
        Program program = ProgramText.parse(EXAMPLE);
        assertEquals(EXAMPLE, ProgramText.print(program));
        assertEquals(List.of("embed", "blk.*.qkv"), program.labels());
        assertEquals("embed", program.label(Queue.LOAD, 0));
        assertEquals("blk.*.qkv", program.label(Queue.LOAD, 5));
        assertEquals("", program.label(Queue.VECTOR, 0));
        var matmul = (Instruction.MatMul) program.stream(Queue.MATRIX).get(1);
        assertEquals(new Tokens(0, Queue.LOAD.bit()), matmul.tokens());
    }

    @Test
    void declaresLabelsThatAppearInAnotherOrder() {
        var halt = new Instruction.Halt(Queue.LOAD, Tokens.NONE);
        Program program = new Program(
                Map.of(Queue.LOAD, List.of(halt)), Map.of(Queue.LOAD, List.of(1)), List.of("never used", "head"));
        String text = ProgramText.print(program);
        assertEquals("label never used\nlabel head\nqueue load\n  # head\n  halt\n", text);
        assertEquals(program, ProgramText.parse(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "halt | line 1, column 1: 'halt' stands before the first 'queue' line",
                "queue lod | line 1, column 7: 'lod' is not a queue; expected load, matrix, vector, store",
                "queue | line 1, column 1: 'queue' is followed by 0 words; expected one: load, matrix, vector, store",
                "queue load;queue load | line 2, column 7: queue load stands twice; keep one",
                "queue store;  emit | line 2, column 3: 'emit' is not an instruction of queue store; "
                        + "expected sync, halt, set, arg, add, wrap, loop, next, store",
                "queue load;  set rd=r1 im=3 | line 2, column 13: 'im' is not a field of set; expected rd=, imm=",
                "queue load;  set rd=1 | line 2, column 10: rd is '1'; allowed r0..r15 (I4)",
                "queue load;;  set rd=r16 | line 3, column 10: rd is 'r16'; allowed r0..r15 (I4)",
                "queue load; wrap step=16777216 | line 2, column 12: step is '16777216'; allowed 0..16777215 (I4)",
                "queue load; set imm=-1 | line 2, column 10: imm is '-1'; allowed 0..1099511627775 (I4)",
                "queue load; set rd=r1 rd=r2 | line 2, column 12: 'rd' is given twice; keep one",
                "queue load; sync drian | line 2, column 7: 'drian' is not a flag of sync; "
                        + "expected drain, wait=, signal=",
                "queue load; next x | line 2, column 7: 'x' is not a flag of next; expected nothing",
                "queue load; next wait=store | line 2, column 2: next is a control instruction "
                        + "and carries no tokens (I7)",
                "queue load; sync wait=vector,vector | line 2, column 12: queue vector is given twice; keep one",
                "queue load; sync wait=vector, | line 2, column 12: '' is not a queue; "
                        + "expected load, matrix, vector, store",
                "queue vector; vector fn=tanh | line 2, column 12: fn is 'tanh'; allowed copy, add, mul, rope, "
                        + "silumul, norm, softmax, dequant (I4)",
                "queue load; halt; # late | line 3, column 2: label 'late' stands after instructions without one; "
                        + "the first line of queue load must be a label",
                "label a;label a | line 2, column 1: label 'a' is declared twice; keep one",
                "queue load;label a | line 2, column 1: 'label' stands after a queue; labels are declared before "
                        + "the first queue",
            })
    void namesLineAndColumnOfAnError(String text, String message) {
        IrException e = assertThrows(IrException.class, () -> ProgramText.parse(text.replace(';', '\n')));
        assertEquals(message, e.getMessage());
    }

    @Test
    void refusesLabelsTheTextCannotHold() {
        for (List<String> labels : List.of(List.of("a", "a"), List.of(" a"), List.of("a\nb"))) {
            assertThrows(IrException.class, () -> new Program(Map.of(), Map.of(), labels));
        }
        var halt = new Instruction.Halt(Queue.LOAD, Tokens.NONE);
        Map<Queue, List<Instruction>> streams = Map.of(Queue.LOAD, List.of(halt));
        for (List<Integer> sources : List.of(List.of(0, 0), List.of(1), List.of(-1))) {
            assertThrows(IrException.class, () -> new Program(streams, Map.of(Queue.LOAD, sources), List.of("a")));
        }
    }
}
