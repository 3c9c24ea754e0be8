package dev.hwc.ir.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.IrException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenCheckTest {
    private static final String REST = "queue vector\nhalt\nqueue store\nhalt\n";

    /** Double buffering: load runs two tiles ahead, r1 = argument 0 tiles more than two. */
    private static final String DOUBLE_BUFFERED = """
            queue load
              sync signal=matrix
              sync signal=matrix
              arg rd=r1 index=0
              loop rs=r1
                sync wait=matrix signal=matrix
              next
              sync wait=matrix
              sync wait=matrix
              halt
            queue matrix
              arg rd=r1 index=0 imm=2
              loop rs=r1
                sync wait=load signal=load
              next
              halt
            """ + REST;

    @Test
    void acceptsDoubleBufferingForEveryCount() {
        Program program = ProgramText.parse(DOUBLE_BUFFERED);
        for (long tiles : new long[] {0, 1, 2, 1000}) {
            assertEquals(2, TokenCheck.check(program, tiles).highest());
        }
    }

    @Test
    void checksMillionsOfInstructions() {
        Program program = ProgramText.parse(DOUBLE_BUFFERED);
        TokenCheck.Result result = TokenCheck.check(program, 1_000_000);
        assertTrue(result.instructions() > 4_000_000, result.toString());
    }

    @Test
    void stopsAtTheLimitOfInstructions() {
        Program program = ProgramText.parse(DOUBLE_BUFFERED);
        String message = message(program, new long[] {1_000_000}, 10_000);
        assertTrue(message.startsWith("token check gave up at queue "), message);
        Program control = ProgramText.parse("""
                queue load
                  loop count=16000000
                    loop count=16000000
                      set rd=r1
                    next
                  next
                  halt
                queue matrix
                  halt
                """ + REST);
        assertTrue(message(control, new long[0], 10_000).contains("limit of instructions"));
    }

    @Test
    void findsADeadlockAndNamesWhoWaits() {
        Program program = ProgramText.parse("""
                queue load
                  # qkv
                  sync wait=matrix
                  sync signal=matrix
                  halt
                queue matrix
                  set rd=r1 imm=4
                  sync wait=load signal=load
                  halt
                """ + REST);
        assertEquals(
                "token deadlock: queue load pc 0 sync (qkv) waits for matrix; queue matrix pc 1 sync waits for load",
                message(program, new long[0], 1000));
    }

    @Test
    void findsADeadlockThatOnlySomeArgumentsHave() {
        Program program = ProgramText.parse(DOUBLE_BUFFERED.replace("index=0 imm=2", "index=1"));
        assertEquals(2, TokenCheck.check(program, 5, 7).highest());
        String message = message(program, new long[] {5, 6}, 1000);
        assertEquals("token deadlock: queue load pc 7 sync waits for matrix (halted)", message);
        message = message(program, new long[] {5, 8}, 1000);
        assertEquals("token deadlock: queue matrix pc 2 sync waits for load (halted)", message);
    }

    @Test
    void findsTokensThatAreLeft() {
        Program program = ProgramText.parse("""
                queue load
                  loop count=3
                    sync signal=matrix,store
                  next
                  halt
                queue matrix
                  sync wait=load
                  halt
                """ + REST);
        assertEquals(
                "tokens left at the end: 2 from load to matrix, 3 from load to store; "
                        + "every signal needs one wait in the other queue",
                message(program, new long[0], 1000));
    }

    @Test
    void findsACounterThatCanOverflowWhateverTheOrder() {
        String text = """
                queue load
                  loop count=COUNT
                    sync signal=matrix
                  next
                  halt
                queue matrix
                  loop count=COUNT
                    sync wait=load
                  next
                  halt
                """ + REST;
        Program fits = ProgramText.parse(text.replace("COUNT", "255"));
        assertEquals(255, TokenCheck.check(fits).highest());
        String message = message(ProgramText.parse(text.replace("COUNT", "256")), new long[0], 10_000);
        assertEquals(
                "token overflow: queue load pc 1 sync can bring the counter to queue matrix to 256, allowed 0..255; "
                        + "let it wait for a token from there",
                message);
    }

    @Test
    void followsRegistersThroughSetAddAndWrap() {
        Program program = ProgramText.parse("""
                queue load
                  set rd=r1 imm=1099511627775
                  add rd=r2 rs=r1 imm=4
                  set rd=r0 imm=77
                  wrap rd=r2 step=3 limit=7 start=5
                  loop rs=r2
                    wrap rd=r2 step=3 limit=7 start=5
                    loop count=0
                      sync signal=vector
                    next
                    sync signal=matrix
                  next
                  halt
                queue matrix
                  loop count=6
                    sync wait=load
                  next
                  halt
                """ + REST);
        // r2 = -1 + 4 = 3, then 3 + 3 = 6 < 7: six rounds.
        assertEquals(6, TokenCheck.check(program).highest());
    }

    @Test
    void refusesCountsItCannotKnowOrThatAreTooLarge() {
        Program memory = ProgramText.parse("""
                queue load
                  load.register rd=r4
                  add rd=r5 rs=r4 imm=1
                  loop rs=r5
                    set rd=r1
                  next
                  halt
                queue matrix
                  halt
                """ + REST);
        assertTrue(message(memory, new long[0], 1000).contains("comes from memory (load.register)"));
        Program large = ProgramText.parse("""
                queue load
                  arg rd=r1
                  loop count=1 rs=r1
                  next
                  halt
                queue matrix
                  halt
                """ + REST);
        String message = message(large, new long[] {0xFFFFFF}, 1000);
        assertTrue(message.contains("the count is 16777216, allowed 0..16777215"), message);
    }

    @Test
    void refusesStreamsWithoutHaltOrWithBrokenLoops() {
        assertTrue(message(ProgramText.parse(REST), new long[0], 9).contains("(I6)"));
        Program open = ProgramText.parse("queue load\nloop count=2\nhalt\n");
        assertTrue(message(open, new long[0], 9).contains("loop without next"));
        Program next = ProgramText.parse("queue load\nnext\nhalt\n");
        assertTrue(message(next, new long[0], 9).contains("next without a loop"));
    }

    /** The verdict must not depend on the order of moves: compares with runs in random order. */
    @Test
    void agreesWithRandomOrders() {
        long seed = 99;
        Random random = new Random(seed);
        int accepted = 0;
        for (int round = 0; round < 3000; round++) {
            Program program = RandomTokens.program(random);
            boolean expected = RandomTokens.ends(program, random);
            boolean actual;
            try {
                TokenCheck.check(program);
                actual = true;
            } catch (IrException e) {
                actual = false;
            }
            String text = "seed " + seed + " round " + round + ":\n" + ProgramText.print(program);
            assertEquals(expected, actual, text);
            accepted += actual ? 1 : 0;
        }
        assertTrue(accepted > 100 && accepted < 2900, "accepted " + accepted);
    }

    private static String message(Program program, long[] arguments, long limit) {
        return String.valueOf(assertThrows(IrException.class, () -> TokenCheck.check(program, arguments, limit))
                .getMessage());
    }
}
