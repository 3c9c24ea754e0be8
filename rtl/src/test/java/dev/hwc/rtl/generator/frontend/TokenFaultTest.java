package dev.hwc.rtl.generator.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.isa.FaultCode;
import dev.hwc.ir.isa.Instruction;
import dev.hwc.ir.isa.Program;
import dev.hwc.ir.isa.ProgramValidator;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Word;
import dev.hwc.rtl.Campaign;
import dev.hwc.rtl.harness.RequiresVerilator;
import dev.hwc.sim.systolic.queues.DecodedProgram;
import dev.hwc.sim.systolic.testing.RandomCase;
import dev.hwc.sim.systolic.testing.RandomPrograms;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Random programs with one token too many or too few: the fault that isa.md §7 says, and the next job runs. */
@RequiresVerilator
class TokenFaultTest {
    private static final int MAX_CYCLES = 100_000;

    @Test
    void oneWaitOrSignalChangedIsADeadlockOrALeftTokenAndTheNextJobRuns() {
        Random random = new Random(20261128);
        Map<FaultCode, Integer> counts = new EnumMap<>(FaultCode.class);
        try (FrontEndModel model = new FrontEndModel(HardwareSpecs.preset("tiny-4x4"))) {
            int cases = Campaign.cases(150, 5_000);
            for (int i = 0; i < cases; i++) {
                RandomCase sound = RandomPrograms.generate(model.spec(), 1000L + i, i % 2 == 0, 20);
                Program program = spoiled(sound.program(), model.spec(), random);
                FaultCode code = fault(model, program, sound.arguments(), "case " + i);
                if (code != null) {
                    counts.merge(code, 1, Integer::sum);
                }
                FrontEndTest.run(model, sound, "after case " + i);
            }
            assertEquals(Set.of(FaultCode.DEADLOCK, FaultCode.TOKENS_LEFT), counts.keySet());
            counts.forEach((code, count) -> assertTrue(count > cases / 5, counts.toString()));
        }
        Campaign.report("programs with a token too many or too few: " + counts + ", every next job right");
    }

    /** The code, as expected; null where the changed command never starts. */
    private static @Nullable FaultCode fault(FrontEndModel rtl, Program program, long[] arguments, String what) {
        IssueModel model = new IssueModel(DecodedProgram.decode(program, rtl.spec()), arguments);
        rtl.load(program, arguments);
        rtl.run();
        while (!model.halted() && !model.stuck()) {
            assertTrue(model.now() < MAX_CYCLES, what + " does not end");
            rtl.drive(model);
            model.cycle();
            rtl.step();
        }
        rtl.drive(model);
        rtl.step();
        IssueModel.TokenFault expected = model.fault();
        assertEquals(expected == null ? 0 : 1, rtl.peek("io_fault_valid"), what + ": whether there is a fault");
        if (expected == null) {
            return null;
        }
        IssueModel.TokenFault found = new IssueModel.TokenFault(
                FaultCode.values()[(int) rtl.peek("io_fault_bits_code") - 1],
                Queue.of((int) rtl.peek("io_fault_bits_queue")),
                (int) rtl.peek("io_fault_bits_pc"),
                rtl.peek("io_fault_bits_address"));
        assertEquals(expected, found, what);
        rtl.pulse("io_abort");
        return found.code();
    }

    /** The program with one bit of a wait or signal mask changed, still one that the validator accepts. */
    private static Program spoiled(Program program, HardwareSpec spec, Random random) {
        while (true) {
            Queue queue = Queue.of(random.nextInt(4));
            List<Instruction> stream = new ArrayList<>(program.stream(queue));
            int pc = random.nextInt(stream.size());
            if (!stream.get(pc).opcode().command()) {
                continue;
            }
            int bit = Word.SIGNALS + random.nextInt(2 * Word.MASK_BITS);
            stream.set(
                    pc,
                    Words.sealed(Words.flipped(Word.encode(stream.get(pc)), bit))
                            .decode());
            Map<Queue, List<Instruction>> streams = new EnumMap<>(Queue.class);
            for (Queue q : Queue.values()) {
                streams.put(q, q == queue ? stream : program.stream(q));
            }
            Program spoiled = new Program(streams, Map.of(), List.of());
            if (ProgramValidator.first(spoiled, spec).isEmpty()) {
                return spoiled;
            }
        }
    }
}
