package dev.hwc.tests.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.device.Register;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.isa.BufferAddress;
import dev.hwc.ir.isa.FaultCode;
import dev.hwc.ir.isa.Instruction;
import dev.hwc.ir.isa.MemoryAddress;
import dev.hwc.ir.isa.Program;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.rtl.harness.Disturbance;
import dev.hwc.rtl.harness.RequiresVerilator;
import dev.hwc.rtl.harness.RtlJobs;
import dev.hwc.sim.memory.FixedMemory;
import dev.hwc.sim.systolic.DeviceFault;
import dev.hwc.sim.systolic.RunResult;
import dev.hwc.sim.systolic.Window;
import dev.hwc.sim.systolic.testing.ProgramWriter;
import dev.hwc.sim.systolic.testing.RandomCase;
import dev.hwc.sim.systolic.testing.RandomPrograms;
import dev.hwc.tests.Campaign;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Programs and memories that do wrong, on the whole accelerator: the right fault, and the next job is
 * right without a reset. {@code -Dhwc.rtl.injections=N} tries more disturbed bursts per kind.
 */
class RtlFaultTest {
    private static final HardwareSpec SPEC = HardwareSpecs.preset("tiny-4x4");
    private static final long PROGRAM_BYTES = 1 << 18;
    private static final int INJECTIONS = Integer.getInteger("hwc.rtl.injections", Campaign.cases(20, 200));
    private static final int BUS_TIMEOUT = 1000;
    private static final Tokens NONE = Tokens.NONE;

    private static Twins twins() {
        Twins twins = new Twins(SPEC, PROGRAM_BYTES, RandomCase.WINDOW_BYTES, RandomCase.WINDOW_BYTES);
        twins.hardware().write(Register.BUS_TIMEOUT, BUS_TIMEOUT);
        return twins;
    }

    private static void assertNextJobIsRight(Twins twins, long seed, String place) {
        prepareNextJob(twins, seed);
        twins.runAndCompare(CopyProgram.of(64), new long[0], false, place + ", next job");
    }

    private static void prepareNextJob(Twins twins, long seed) {
        RandomCase data = RandomPrograms.generate(SPEC, seed, true, 1);
        twins.fill(1, data.contents(1));
        twins.fill(2, data.contents(2));
        twins.memories(new FixedMemory(SPEC.memory()), new FixedMemory(SPEC.memory()));
    }

    private static Instruction sync(Queue queue, Tokens tokens) {
        return new Instruction.Sync(queue, tokens, false);
    }

    /** Row 0 is outside the buffer, row 1 outside the window. */
    private static List<Instruction> twoWrongRows() {
        int halfwords = SPEC.storeWords() * SPEC.wordBytes() / 2;
        return List.of(
                new Instruction.Set(Queue.STORE, 2, halfwords - 2),
                new Instruction.Set(Queue.STORE, 3, RandomCase.WINDOW_BYTES),
                new Instruction.Store(NONE, new MemoryAddress(2, 0, 0), new BufferAddress(2, 0), 2, 8, 3, 0));
    }

    private static Map<String, List<Instruction>> faulty() {
        int words = SPEC.loadWords();
        Map<String, List<Instruction>> programs = new LinkedHashMap<>();
        programs.put(
                "window", List.of(CopyProgram.linear(1, RandomCase.WINDOW_BYTES - 4, BufferAddress.at(0), 8, NONE)));
        programs.put("no such window", List.of(CopyProgram.linear(5, 0, BufferAddress.at(0), 8, NONE)));
        programs.put(
                "store to a read-only window",
                List.of(new Instruction.Store(NONE, new MemoryAddress(1, 0, 64), BufferAddress.at(0), 1, 8, 0, 0)));
        programs.put(
                "alignment",
                List.of(
                        new Instruction.Set(Queue.LOAD, 3, 6),
                        new Instruction.LoadLinear(NONE, new MemoryAddress(1, 0, 0), BufferAddress.at(0), 2, 8, 3)));
        programs.put(
                "buffer",
                List.of(
                        new Instruction.Set(Queue.LOAD, 2, words - 1),
                        CopyProgram.linear(1, 0, new BufferAddress(2, 0), 64, NONE)));
        programs.put("static destination", List.of(CopyProgram.linear(1, 0, BufferAddress.at(words - 1), 64, NONE)));
        programs.put(
                "loop count",
                List.of(
                        new Instruction.Set(Queue.STORE, 1, 1),
                        new Instruction.Loop(Queue.STORE, (1 << 24) - 1, 1),
                        new Instruction.Next(Queue.STORE)));
        programs.put(
                "deadlock",
                List.of(
                        sync(Queue.MATRIX, NONE.awaiting(Queue.VECTOR).signalling(Queue.VECTOR)),
                        sync(Queue.VECTOR, NONE.awaiting(Queue.MATRIX).signalling(Queue.MATRIX))));
        programs.put("tokens left", List.of(sync(Queue.LOAD, NONE.signalling(Queue.STORE))));
        programs.put("next without loop", List.of(new Instruction.Next(Queue.VECTOR)));
        programs.put("row 0 outside the buffer, row 1 outside the window", twoWrongRows());
        return programs;
    }

    @RequiresVerilator
    @Test
    void faultsOfProgramsAreTheSimulators() {
        try (Twins twins = twins()) {
            faulty().forEach((name, instructions) -> {
                Program program = new ProgramWriter()
                        .add(instructions.toArray(Instruction[]::new))
                        .program();
                DeviceFault expected = twins.simulatedFault(program, new long[0]);
                Twins.assertSameFault(expected, twins.execute(program, new long[0], false), name);
                assertNextJobIsRight(twins, 1, name);
            });
        }
    }

    @RequiresVerilator
    @Test
    void jobsThatTakeTooLongEnd() {
        try (Twins twins = twins()) {
            Program endless = new ProgramWriter()
                    .add(new Instruction.Loop(Queue.LOAD, 1 << 20, 0), new Instruction.Next(Queue.LOAD))
                    .program();
            twins.hardware().write(Register.WATCHDOG, 1); // 65,536 cycles
            RtlJobs.Outcome outcome = twins.execute(endless, new long[0], false);
            assertEquals(FaultCode.WATCHDOG.number(), outcome.record().code());
            assertNextJobIsRight(twins, 2, "watchdog");
        }
    }

    @RequiresVerilator
    @Test
    void disturbedBurstsAreFaultsAndTheNextJobIsRight() {
        Map<Disturbance, FaultCode> reads = new EnumMap<>(Map.of(
                Disturbance.SLVERR, FaultCode.READ_ERROR,
                Disturbance.DECERR, FaultCode.READ_ERROR,
                Disturbance.DROPPED, FaultCode.BUS_TIMEOUT,
                Disturbance.LATE, FaultCode.BUS_TIMEOUT,
                Disturbance.WRONG_ID, FaultCode.BUS_PROTOCOL,
                Disturbance.EARLY_LAST, FaultCode.BUS_PROTOCOL,
                Disturbance.MISSING_LAST, FaultCode.BUS_PROTOCOL));
        Map<Disturbance, FaultCode> writes = new EnumMap<>(Map.of(
                Disturbance.SLVERR, FaultCode.WRITE_ERROR,
                Disturbance.DECERR, FaultCode.WRITE_ERROR,
                Disturbance.DROPPED, FaultCode.BUS_TIMEOUT,
                Disturbance.LATE, FaultCode.BUS_TIMEOUT,
                Disturbance.WRONG_ID, FaultCode.BUS_PROTOCOL));
        try (Twins twins = twins()) {
            int count = inject(twins, reads, false) + inject(twins, writes, true);
            Campaign.report("disturbed bursts on the whole accelerator: " + count
                    + ", all with the right code, every next job right, no reset");
        }
    }

    @RequiresVerilator
    @Test
    void aRecordThatIsNotAnsweredWellEndsItsJobAndTheNextJobIsRight() {
        Program wrong = new ProgramWriter()
                .add(CopyProgram.linear(5, 0, BufferAddress.at(0), 8, NONE))
                .program();
        try (Twins twins = twins()) {
            for (Disturbance kind : List.of(
                    Disturbance.SLVERR,
                    Disturbance.DECERR,
                    Disturbance.DROPPED,
                    Disturbance.WRONG_ID,
                    Disturbance.LATE)) {
                prepareNextJob(twins, 3);
                long written = twins.simulate(CopyProgram.of(64), new long[0], false)
                        .activity()
                        .burstsWritten();
                twins.hardware().disturb(kind, true, written - 1, 3L * BUS_TIMEOUT);
                twins.execute(CopyProgram.of(64), new long[0], false);
                assertNotEquals(0, code(twins), kind + " of the record of a job: the register tells");
                prepareNextJob(twins, 4);
                twins.runAndCompareBytes(CopyProgram.of(64), new long[0], kind + " of a record, next job");
                // No second record is tried, and the engine stands.
                twins.hardware().disturb(kind, true, 0, 3L * BUS_TIMEOUT);
                twins.execute(wrong, new long[0], false);
                assertEquals(
                        FaultCode.WINDOW.number(), code(twins), kind + " of the record of a fault: the register tells");
                prepareNextJob(twins, 5);
                twins.runAndCompareBytes(CopyProgram.of(64), new long[0], kind + " of a fault's record, next job");
            }
        }
    }

    private static int code(Twins twins) {
        return (int) (twins.hardware().read(Register.FAULT) & 0xFF);
    }

    private static int inject(Twins twins, Map<Disturbance, FaultCode> kinds, boolean write) {
        int count = 0;
        for (Map.Entry<Disturbance, FaultCode> kind : kinds.entrySet()) {
            long seed = 1000L * kind.getKey().ordinal();
            for (int injected = 0; injected < INJECTIONS; seed++) {
                String place = kind.getKey() + (write ? " of a write, seed " : " of a read, seed ") + seed;
                if (disturb(twins, kind.getKey(), kind.getValue(), write, seed, place)) {
                    injected++;
                    if (kind.getKey() == Disturbance.LATE) {
                        prepareNextJob(twins, seed);
                        twins.runAndCompareBytes(CopyProgram.of(64), new long[0], place + ", next job");
                    } else {
                        assertNextJobIsRight(twins, seed, place);
                    }
                }
            }
            twins.hardware().run(6L * BUS_TIMEOUT); // what is late has come now
            count += INJECTIONS;
        }
        return count;
    }

    /** False when the program has no such burst. */
    private static boolean disturb(
            Twins twins, Disturbance kind, FaultCode expected, boolean write, long seed, String place) {
        RandomCase random = RandomPrograms.generate(SPEC, seed, true, 6);
        twins.fill(1, random.contents(1));
        twins.fill(2, random.contents(2));
        RunResult clean = twins.simulate(random.program(), random.arguments(), false);
        long bursts =
                write ? clean.activity().burstsWritten() - 1 : clean.activity().burstsRead(); // not the record's
        if (bursts == 0) {
            return false;
        }
        long ticket = new Random(seed).nextLong(bursts);
        long delay = BUS_TIMEOUT * (2L + seed % 4); // an answer comes while the port drains, or during a later job
        twins.hardware().disturb(kind, write, ticket, delay);
        RtlJobs.Outcome outcome = twins.execute(random.program(), random.arguments(), false);
        if (kind == Disturbance.EARLY_LAST && outcome.record().code() == 0) {
            assertEquals(1, twins.burstBeats(write, ticket), place + ": only a burst of one beat has no earlier one");
            return false;
        }
        assertNotEquals(0, outcome.record().code(), place + ": no fault");
        FaultCode found = FaultCode.values()[outcome.record().code() - 1];
        if (kind == Disturbance.DROPPED && found == FaultCode.BUS_PROTOCOL) {
            return true; // bursts share an id: the answer of the next one comes in its place, and its length is wrong
        }
        if (kind == Disturbance.DROPPED && found == FaultCode.INSTRUCTION) {
            Window programs = twins.windows().getFirst();
            long address = twins.burstAddress(write, ticket);
            assertTrue(
                    !write && address >= programs.base() && address < programs.base() + programs.limit(),
                    place + ": no burst of a program, address " + address);
            return true; // the same, and its length is right: instructions stand where they do not belong
        }
        assertEquals(expected, found, place);
        if (kind != Disturbance.DROPPED) { // what is missing in the end is the answer of the last burst with this id
            assertEquals(twins.burstAddress(write, ticket), outcome.record().value(), place + ": address");
        }
        return true;
    }
}
