package dev.hwc.rtl.generator.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.FaultCode;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorMemory;
import dev.hwc.ir.isa.VectorTarget;
import dev.hwc.rtl.Campaign;
import dev.hwc.rtl.generator.ExpectedFault;
import dev.hwc.rtl.harness.RequiresVerilator;
import dev.hwc.sim.systolic.DeviceFault;
import dev.hwc.sim.systolic.queues.Command;
import dev.hwc.sim.systolic.queues.Sequencer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The vector unit against its twins: bits, cycles (timing.md T15), exceptions and faults (isa.md §7). */
@RequiresVerilator
class VectorUnitTest {
    /** Activation rows are filled to 32 elements. */
    static final HardwareSpec FOUR = spec("vector-4", 4, 8, 4);
    /** To 64. */
    static final HardwareSpec EIGHT = spec("vector-8", 8, 32, 32);
    /** To 128. */
    static final HardwareSpec SIXTEEN = spec("vector-16", 16, 64, 64);

    private static HardwareSpec spec(String name, int lanes, int columns, int beat) {
        return new HardwareSpec(
                name,
                100,
                new HardwareSpec.Array(4, columns, 1),
                lanes,
                new HardwareSpec.Buffers(64, 16, 32, 32, 32, 16, 64),
                new HardwareSpec.Port(beat, 512, 4, 4),
                new HardwareSpec.MemorySpec("fixed", 10, beat));
    }

    @Test
    void everyFunctionAndDestinationGivesTheBitsOfTheSimulatorOnFourLanes() {
        everyForm(FOUR, Campaign.cases(3, 12), 1);
    }

    @Test
    @EnabledIfSystemProperty(named = "hwc.campaign", matches = "true") // a minute of building
    void everyFunctionAndDestinationGivesTheBitsOfTheSimulatorOnEightLanes() {
        everyForm(EIGHT, 12, 2);
    }

    @Test
    @EnabledIfSystemProperty(named = "hwc.campaign", matches = "true") // minutes of building
    void everyFunctionAndDestinationGivesTheBitsOfTheSimulatorOnSixteenLanes() {
        everyForm(SIXTEEN, 6, 3);
    }

    private static void everyForm(HardwareSpec spec, int rounds, long seed) {
        try (VectorTwin twin = new VectorTwin(spec)) {
            Random random = new Random(seed);
            VectorCommands commands = new VectorCommands(spec, random);
            for (int round = 0; round < rounds; round++) {
                for (Command form : VectorCommands.forms()) {
                    commands.fill(twin.pads, new int[] {0, 2, 40}[round % 3]);
                    if (round % 3 < 2) {
                        commands.fillScales(twin.pads);
                    }
                    twin.load();
                    for (int i = 0; i < 4; i++) { // one right after the other
                        Command c = commands.command(form, new int[] {300, 40, 9}[random.nextInt(3)]);
                        String what = describe(c) + " (seed " + seed + ", round " + round + ")";
                        twin.run(c, what);
                        if (i % 2 == 1) {
                            twin.expectCompletion(c, what);
                            twin.compare(what);
                        }
                    }
                }
            }
        }
    }

    static String describe(Command c) {
        return c.function.text() + " of " + c.rows + " rows of " + c.length + (c.flag1 ? " growing" : "") + ", A "
                + c.memoryA.text() + " " + c.a + " +" + c.strideA + ", B " + c.memoryB.text() + " " + c.b + " +"
                + c.strideB + ", to " + c.target.text() + " " + c.d + " +" + c.strideD + ", K0 " + c.k0 + ", K1 "
                + c.k1 + ", format " + c.format + ", row scale " + c.flag0;
    }

    @Test
    void aBatchTakesAsManyRowsAsHave2048Blocks() {
        try (VectorTwin twin = new VectorTwin(FOUR)) {
            VectorCommands commands = new VectorCommands(FOUR, new Random(4));
            commands.fill(twin.pads, 1);
            twin.load();
            for (int blocks : new int[] {8, 9, 10, 33, 64}) {
                for (boolean norm : new boolean[] {false, true}) {
                    Command c = new Command();
                    c.function = norm ? VectorFunction.NORM : VectorFunction.COPY;
                    c.target = VectorTarget.ACTIVATION_A8;
                    c.memoryA = VectorMemory.OUTPUT;
                    c.memoryB = VectorMemory.VECTOR;
                    c.length = 32L * blocks - 5;
                    c.strideA = 1;
                    c.k0 = Float.floatToRawIntBits(1f / c.length);
                    c.k1 = Float.floatToRawIntBits(1e-6f);
                    c.rows = Math.min(255, 2048 / blocks + 3);
                    twin.run(c, describe(c));
                    twin.compare(describe(c));
                }
            }
        }
    }

    @Test
    void aGrowingSoftmaxCountsBlocksOfItsLongestRow() {
        try (VectorTwin twin = new VectorTwin(FOUR)) {
            VectorCommands commands = new VectorCommands(FOUR, new Random(5));
            commands.fill(twin.pads, 0);
            commands.fillScales(twin.pads);
            twin.load();
            Command c = new Command();
            c.function = VectorFunction.SOFTMAX;
            c.target = VectorTarget.ACTIVATION_A8;
            c.memoryB = VectorMemory.LOAD;
            c.b = FOUR.loadWords() / 2;
            c.length = 3;
            c.flag1 = true;
            c.rows = 255;
            c.strideA = 2;
            c.k0 = Float.floatToRawIntBits(1f);
            c.k1 = 96;
            c.strideD = 1;
            twin.run(c, describe(c));
            twin.compare(describe(c));
        }
    }

    @Test
    void anAbortMakesTheUnitIdleInTheNextCycleAndTheNextCommandIsSound() {
        try (VectorTwin twin = new VectorTwin(FOUR)) {
            Random random = new Random(6);
            VectorCommands commands = new VectorCommands(FOUR, random);
            commands.fill(twin.pads, 3);
            twin.load();
            for (Command form : VectorCommands.forms()) {
                twin.rig.start(commands.command(form, 200));
                twin.rig.model.step(random.nextInt(120));
                twin.rig.model.poke("io_abort", 1);
                twin.rig.model.step(1);
                twin.rig.model.poke("io_abort", 0);
                twin.rig.read(twin.pads);
                Command c = commands.command(form, 100);
                twin.run(c, "after an abort: " + describe(c));
                twin.compare("after an abort: " + describe(c));
            }
        }
    }

    @Test
    void rowsThatLeaveTheirBuffersAreFaultsWithTheirAddress() {
        try (VectorTwin twin = new VectorTwin(FOUR)) {
            VectorCommands commands = new VectorCommands(FOUR, new Random(7));
            commands.fill(twin.pads, 0);
            twin.load();
            int words = FOUR.outputWords();
            Command a = copy(VectorTarget.VECTOR_FP32);
            a.a = words - 3L; // the third row's second word is outside
            a.strideA = 1;
            fault(twin, a, 4, words - 1);
            Command below = copy(VectorTarget.VECTOR_FP32);
            below.strideA = -1 & Sequencer.MASK;
            fault(twin, below, 4, -1 & Sequencer.MASK);
            Command b = copy(VectorTarget.STORE_FP32);
            b.function = VectorFunction.ADD;
            b.memoryB = VectorMemory.LOAD;
            b.b = FOUR.loadWords() - 1L;
            b.d = FOUR.storeWords(); // is looked at after B
            fault(twin, b, 4, b.b);
            Command d = copy(VectorTarget.STORE_FP32);
            d.d = FOUR.storeWords() - 1L;
            fault(twin, d, 4, d.d);
            Command activation = copy(VectorTarget.ACTIVATION_A8);
            activation.rows = 5;
            activation.strideD = FOUR.activationBlocks();
            fault(twin, activation, 4, FOUR.activationBlocks());
            Command filled = copy(VectorTarget.ACTIVATION_A8);
            filled.function = VectorFunction.SOFTMAX;
            filled.memoryB = VectorMemory.LOAD;
            filled.k1 = 32L * FOUR.activationBlocks();
            filled.d = 1;
            fault(twin, filled, 4, 1);
            filled.k1 = 1L << 39;
            fault(twin, filled, 4, 1);
            Command codes = copy(VectorTarget.STORE_INT8);
            codes.strideD = 4L * FOUR.storeWords() - 8;
            codes.rows = 2;
            fault(twin, codes, 0, 0);
            codes.strideD++;
            fault(twin, codes, 4, 4 * codes.strideD);
            Command scale = copy(VectorTarget.STORE_INT8);
            scale.length = 64;
            scale.k1 = 8L * FOUR.storeWords() - 2;
            scale.rows = 2;
            fault(twin, scale, 0, 0);
            scale.k1++;
            fault(twin, scale, 4, scale.k1 + 1);
        }
    }

    @Test
    void randomLengthsAndRowsThatLeaveTheirBuffersAreTheSimulatorsFaultsAndTheNextCommandIsSound() {
        int cases = Campaign.cases(100, 5_000);
        Random random = new Random(8);
        ExpectedFault rules = new ExpectedFault(FOUR, List.of());
        Map<FaultCode, Integer> counts = new EnumMap<>(FaultCode.class);
        try (VectorTwin twin = new VectorTwin(FOUR)) {
            VectorCommands commands = new VectorCommands(FOUR, random);
            commands.fill(twin.pads, 3);
            twin.load();
            for (int i = 0; i < cases; i++) {
                Command form =
                        VectorCommands.forms().get(i % VectorCommands.forms().size());
                boolean length = random.nextBoolean();
                Command c;
                DeviceFault expected;
                do {
                    c = length ? commands.strayLength(form, 60) : commands.stray(form, 60);
                    expected = rules.of(c);
                } while (expected == null);
                fault(twin, c, expected.code().number(), expected.address());
                twin.rig.read(twin.pads);
                Command next = commands.command(form, 60);
                twin.run(next, "after " + describe(c) + ": " + describe(next));
                twin.compare("after " + describe(c) + ": " + describe(next));
                counts.merge(expected.code(), 1, Integer::sum);
            }
        }
        counts.forEach((code, count) -> assertTrue(count > 2 * cases / 5, counts.toString()));
        Campaign.report("faults of the vector unit: " + counts + ", every next command right");
    }

    @Test
    void aLengthThatIsNotAllowedIsAFaultOfTheInstruction() {
        try (VectorTwin twin = new VectorTwin(FOUR)) {
            Command c = copy(VectorTarget.VECTOR_FP32);
            for (long n : List.of(0L, 65_537L, 1L << 39)) {
                c.length = n;
                fault(twin, c, 1, n);
            }
            Command odd = copy(VectorTarget.VECTOR_FP32);
            odd.function = VectorFunction.ROPE;
            odd.memoryB = VectorMemory.VECTOR;
            odd.length = 7;
            fault(twin, odd, 1, 7);
            Command growing = copy(VectorTarget.ACTIVATION_A8);
            growing.function = VectorFunction.SOFTMAX;
            growing.memoryB = VectorMemory.LOAD;
            growing.flag1 = true;
            growing.length = 65_534;
            growing.rows = 4;
            fault(twin, growing, 1, 65_534);
        }
    }

    private static Command copy(VectorTarget target) {
        Command c = new Command();
        c.pc = 77;
        c.function = VectorFunction.COPY;
        c.target = target;
        c.length = 8;
        c.rows = 3;
        return c;
    }

    /** Runs a command that has this fault, or none for code 0, and aborts. */
    private static void fault(VectorTwin twin, Command c, int code, long address) {
        String what = describe(c);
        twin.rig.start(c);
        for (int i = 0; i < 100 && twin.rig.peek("fault_code") == 0; i++) {
            twin.rig.model.step(100);
        }
        assertEquals(code, twin.rig.peek("fault_code"), what);
        assertEquals(code == 0 ? 1 : 0, twin.rig.peek("completed"), what);
        if (code != 0) {
            assertEquals(address, twin.rig.peek("fault_address"), what);
            assertEquals(c.pc, twin.rig.peek("fault_pc"), what);
        }
        twin.rig.model.poke("io_abort", 1);
        twin.rig.model.step(1);
        twin.rig.model.poke("io_abort", 0);
        assertEquals(1, twin.rig.peek("free"), what + ": idle after the abort");
    }
}
