package dev.hwc.rtl.generator.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.isa.FaultCode;
import dev.hwc.ir.isa.Instruction;
import dev.hwc.ir.isa.Program;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.isa.Word;
import dev.hwc.rtl.harness.RequiresVerilator;
import dev.hwc.sim.systolic.testing.ProgramWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Faults that the front end finds or keeps (isa.md §7). */
@RequiresVerilator
class FrontEndFaultTest {
    private static final Queue LOAD = Queue.LOAD;
    private static final Queue MATRIX = Queue.MATRIX;
    private static final int MAX_CYCLES = 2_000;

    private record Found(FaultCode code, Queue queue, int pc, long address) {}

    private static FrontEndModel open() {
        return new FrontEndModel(HardwareSpecs.preset("tiny-4x4"));
    }

    private static Instruction sync(Queue queue, Tokens tokens) {
        return new Instruction.Sync(queue, tokens, false);
    }

    private static Found fault(FrontEndModel model, Program program) {
        model.load(program, new long[32]);
        model.run();
        return untilFault(model);
    }

    private static Found untilFault(FrontEndModel model) {
        for (int cycle = 0; model.peek("io_fault_valid") == 0; cycle++) {
            assertTrue(cycle < MAX_CYCLES, "no fault");
            assertEquals(0, model.peek("io_halted"), "ended without a fault");
            model.step();
        }
        return found(model);
    }

    private static Found found(FrontEndModel model) {
        return new Found(
                FaultCode.values()[(int) model.peek("io_fault_bits_code") - 1],
                Queue.of((int) model.peek("io_fault_bits_queue")),
                (int) model.peek("io_fault_bits_pc"),
                model.peek("io_fault_bits_address"));
    }

    @Test
    void aCommandThatWaitsForATokenNobodyGivesIsADeadlock() {
        try (FrontEndModel model = open()) {
            Program program = new ProgramWriter()
                    .add(new Instruction.Set(MATRIX, 1, 1), sync(MATRIX, Tokens.NONE.awaiting(LOAD)))
                    .program();
            assertEquals(new Found(FaultCode.DEADLOCK, MATRIX, 1, 0), fault(model, program));
        }
    }

    @Test
    void aTokenThatNobodyTakesIsLeftAtTheEnd() {
        try (FrontEndModel model = open()) {
            Program program = new ProgramWriter()
                    .add(new Instruction.Set(LOAD, 1, 1), sync(LOAD, Tokens.NONE.signalling(Queue.VECTOR)))
                    .program();
            assertEquals(new Found(FaultCode.TOKENS_LEFT, LOAD, 2, Queue.VECTOR.ordinal()), fault(model, program));
        }
    }

    @Test
    void the256thTokenOverflowsItsCounter() {
        try (FrontEndModel model = open()) {
            assertEquals(new Found(FaultCode.TOKEN_OVERFLOW, LOAD, 1, MATRIX.ordinal()), fault(model, tokens(256)));
            assertEquals(new Found(FaultCode.TOKENS_LEFT, LOAD, 3, MATRIX.ordinal()), fault(model, tokens(255)));
        }
    }

    private static Program tokens(int count) {
        return new ProgramWriter()
                .add(
                        new Instruction.Loop(LOAD, count, 0),
                        sync(LOAD, Tokens.NONE.signalling(MATRIX)),
                        new Instruction.Next(LOAD))
                .program();
    }

    @Test
    void aLoopCountAboveTheLargestIsAFaultWhenTheLoopExecutes() {
        try (FrontEndModel model = open()) {
            assertEquals(new Found(FaultCode.INSTRUCTION, Queue.STORE, 1, 0), fault(model, loop(1L << 24, 0)));
            assertEquals(new Found(FaultCode.INSTRUCTION, Queue.STORE, 1, 0), fault(model, loop(1, (1 << 24) - 1)));
            assertEquals(new Found(FaultCode.INSTRUCTION, Queue.STORE, 1, 0), fault(model, loop(1L << 39, 0)));
        }
    }

    private static Program loop(long register, int count) {
        Queue queue = Queue.STORE;
        return new ProgramWriter()
                .add(
                        new Instruction.Set(queue, 1, register),
                        new Instruction.Loop(queue, count, 1),
                        new Instruction.Next(queue))
                .program();
    }

    @Test
    void aFaultyProgramIsRefusedBeforeAnythingRuns() {
        try (FrontEndModel model = open()) {
            List<List<Word>> programs = FrontEndModel.words(tokens(1));
            programs.get(Queue.STORE.ordinal()).set(0, new Word(0, 0));
            model.load(new long[32], programs);
            model.run();
            assertEquals(new Found(FaultCode.INSTRUCTION, Queue.STORE, 0, 0), found(model));
            for (int cycle = 0; cycle < 20; cycle++) {
                for (Queue queue : Queue.values()) {
                    assertEquals(0, model.peek("io_retired_" + queue.ordinal() + "_valid"));
                    assertEquals(0, model.peek("io_stalls_" + queue.ordinal()));
                }
                model.step();
            }
        }
    }

    @Test
    void residentProgramsAreRefusedAgainWhenTheyWereFaultyOrNeverRead() {
        try (FrontEndModel model = open()) {
            model.pulse("io_clear");
            model.run();
            assertEquals(new Found(FaultCode.INSTRUCTION, LOAD, 0, 0), found(model));
            List<List<Word>> programs = FrontEndModel.words(tokens(1));
            programs.get(Queue.VECTOR.ordinal()).set(0, new Word(0, 0));
            model.load(new long[32], programs);
            model.pulse("io_clear");
            assertEquals(0, model.peek("io_fault_valid"));
            model.run();
            assertEquals(new Found(FaultCode.INSTRUCTION, Queue.VECTOR, 0, 0), found(model));
        }
    }

    @Test
    void ofFaultsInOneCycleThatOfTheLowestQueueIsKept() {
        try (FrontEndModel model = open()) {
            Program program = new ProgramWriter().program();
            model.load(program, new long[32]);
            model.run();
            report(model, Queue.STORE, FaultCode.WINDOW, 7);
            report(model, Queue.VECTOR, FaultCode.BUFFER, 9);
            model.step();
            silence(model);
            report(model, LOAD, FaultCode.ALIGNMENT, 5);
            model.step();
            assertEquals(new Found(FaultCode.BUFFER, Queue.VECTOR, 9, 90), found(model));
        }
    }

    @Test
    void afterAnAbortTheSameProgramsRunAgain() {
        try (FrontEndModel model = open()) {
            assertEquals(FaultCode.TOKENS_LEFT, fault(model, tokens(3)).code());
            model.pulse("io_abort");
            assertEquals(0, model.peek("io_running"));
            assertEquals(FaultCode.TOKENS_LEFT, found(model).code());
            model.pulse("io_clear");
            assertEquals(0, model.peek("io_fault_valid"));
            model.run();
            assertEquals(new Found(FaultCode.TOKENS_LEFT, LOAD, 3, MATRIX.ordinal()), untilFault(model));
        }
    }

    private static void report(FrontEndModel model, Queue queue, FaultCode code, int pc) {
        String port = "io_" + queue.text() + "_fault_";
        model.poke(port + "valid", 1);
        model.poke(port + "bits_code", code.number());
        model.poke(port + "bits_pc", pc);
        model.poke(port + "bits_address", 10L * pc);
    }

    private static void silence(FrontEndModel model) {
        for (Queue queue : Queue.values()) {
            model.poke("io_" + queue.text() + "_fault_valid", 0);
        }
    }
}
