package dev.hwc.rtl.generator.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.isa.Queue;
import dev.hwc.rtl.harness.RequiresVerilator;
import dev.hwc.sim.systolic.queues.Command;
import dev.hwc.sim.systolic.queues.DecodedProgram;
import dev.hwc.sim.systolic.testing.RandomCase;
import dev.hwc.sim.systolic.testing.RandomPrograms;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random programs on engines with made-up timing: every cycle of the front end equals the model's. */
@RequiresVerilator
class FrontEndTest {
    private static final long SEED = 20261128;
    private static final int CASES = 60;
    private static final int MAX_CYCLES = 100_000;

    @ParameterizedTest
    @ValueSource(strings = {"tiny-4x4", "edge-16x16", "npu-32x32"})
    void startsStallsAndExecutedInstructionsEqualTheModelInEveryCycle(String preset) {
        long cycles = 0;
        try (FrontEndModel model = new FrontEndModel(HardwareSpecs.preset(preset))) {
            for (long seed : LongStream.range(SEED, SEED + CASES).toArray()) {
                RandomCase random = RandomPrograms.generate(model.spec(), seed, seed % 2 == 0, 40);
                cycles += run(model, random, preset + " seed " + seed);
            }
        }
        assertTrue(cycles > 100L * CASES, "only " + cycles + " cycles were compared");
    }

    /** Cycles of a program that ends well; every one is compared. */
    static long run(FrontEndModel rtl, RandomCase random, String what) {
        DecodedProgram program = DecodedProgram.decode(random.program(), random.spec());
        IssueModel model = new IssueModel(program, random.arguments());
        rtl.load(random.program(), random.arguments());
        rtl.run();
        assertEquals(0, rtl.peek("io_fault_valid"), what + " is refused");
        while (!model.halted()) {
            assertTrue(model.now() < MAX_CYCLES, what + " does not end");
            String place = what + " cycle " + model.now();
            assertEquals(0, rtl.peek("io_halted"), place);
            rtl.drive(model);
            model.cycle();
            for (Queue queue : Queue.values()) {
                compare(rtl, model, queue, place + " queue " + queue.text());
            }
            rtl.step();
        }
        rtl.drive(model);
        assertEquals(0, rtl.peek("io_fault_valid"), what);
        assertEquals(1, rtl.peek("io_halted"), what);
        return model.now();
    }

    private static void compare(FrontEndModel rtl, IssueModel model, Queue queue, String place) {
        int q = queue.ordinal();
        int stall = model.stalls[q];
        assertEquals(stall < 0 ? 0 : 1L << stall, rtl.peek("io_stalls_" + q), place + " stalls");
        int retired = model.retired[q];
        assertEquals(retired < 0 ? 0 : 1, rtl.peek("io_retired_" + q + "_valid"), place + " executes");
        if (retired >= 0) {
            assertEquals(retired, rtl.peek("io_retired_" + q + "_bits"), place + " opcode");
        }
        Command started = model.started[q];
        long start = rtl.peek("io_" + queue.text() + "_start");
        if (started == null || isSync(started)) {
            assertEquals(0, start, place + " starts");
        } else {
            assertEquals(1, start, place + " starts");
            Commands.fields(started)
                    .forEach((field, value) -> assertEquals(
                            value,
                            rtl.peek("io_" + queue.text() + "_command_" + field),
                            place + " " + started.opcode.text() + " pc " + started.pc + " " + field));
        }
    }

    static boolean isSync(@Nullable Command c) {
        return c != null && List.of("sync", "halt").contains(c.opcode.text());
    }
}
