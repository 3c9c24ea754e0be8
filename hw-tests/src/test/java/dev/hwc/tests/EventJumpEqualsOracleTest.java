package dev.hwc.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.compiler.CompileException;
import dev.hwc.compiler.image.CompiledModel;
import dev.hwc.compiler.image.StepProgram;
import dev.hwc.compiler.lower.TilingOptions;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.sim.activity.Activity;
import dev.hwc.sim.memory.FixedMemory;
import dev.hwc.sim.memory.MemoryModel;
import dev.hwc.sim.memory.StallingMemory;
import dev.hwc.sim.systolic.DeviceMemory;
import dev.hwc.sim.systolic.Job;
import dev.hwc.sim.systolic.Npu;
import dev.hwc.sim.systolic.RunResult;
import dev.hwc.sim.systolic.oracle.CycleOracle;
import dev.hwc.sim.systolic.queues.DecodedProgram;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Does jumping from event to event miss a cycle? Compiled prefill and decode steps on the jumping
 * simulator and on the oracle that steps every cycle: same cycles, same counters, same data. And are
 * compiled programs free of races? Results written at a command's end instead of its start leave the
 * same data, whatever the memory's delays. Random programs are tested in sim-systolic.
 */
class EventJumpEqualsOracleTest {
    private static final int CONTEXT = 96;
    /** Pieces of a text, shortened to what a step can hold. */
    private static final List<Integer> PIECES = List.of(10, 1, 7, 1, 40);

    /** A simulator with its own KV cache and in- and outputs. */
    private record Device(Function<Job, RunResult> machine, MemorySegment kv, MemorySegment io, DeviceMemory memory) {
        static Device of(Function<Job, RunResult> machine, CompiledModel compiled, Arena arena) {
            MemorySegment kv = arena.allocate(compiled.windowBytes().get(2), 64);
            MemorySegment io = arena.allocate(compiled.windowBytes().get(3), 64);
            DeviceMemory memory = DeviceMemory.empty()
                    .with(0, compiled.weights().orElseThrow())
                    .with(1, compiled.constants().orElseThrow())
                    .with(2, kv)
                    .with(3, io);
            return new Device(machine, kv, io, memory);
        }
    }

    private long cycles;
    private int steps;

    @ParameterizedTest
    @ValueSource(strings = {"tiny-4x4", "edge-8x8", "npu-32x32"})
    void compiledStepsTakeTheSameCycles(String preset) {
        HardwareSpec spec = HardwareSpecs.preset(preset);
        try (Model model = TestModels.open("stories260K/stories260K-ffn192-Q4_0")) {
            HardwareSpec ideal = spec.withMemory(spec.idealMemory());
            compare(model, ideal, TilingOptions.DEFAULT, () -> new FixedMemory(ideal.memory()), preset + ", ideal");
            compare(model, spec, TilingOptions.DEFAULT, () -> new FixedMemory(spec.memory()), preset + ", fixed");
            int seeds = Campaign.cases(2, 20);
            for (int i = 0; i < seeds; i++) {
                long seed = Campaign.seed() + i;
                compare(model, spec, TilingOptions.DEFAULT, stalling(spec, seed, 30), preset + ", seed " + seed);
            }
        }
        report(preset);
    }

    @Test
    void compiledStepsTakeTheSameCyclesOnRandomHardware() {
        int cases = Campaign.cases(8, 300);
        try (Model model = TestModels.open("stories260K/stories260K-ffn192-Q8_0")) {
            for (int i = 0, found = 0; found < cases; i++) {
                long seed = Campaign.seed() + i;
                Random random = new Random(seed);
                HardwareSpec spec = RandomHardware.spec(random);
                TilingOptions options = RandomHardware.tiling(random);
                String place = "-Dhwc.seed=" + seed + ": " + options + ", " + spec;
                if (fits(model, spec, options)) {
                    compare(model, spec, options, stalling(spec, seed, random.nextInt(200)), place);
                    found++;
                }
            }
        }
        report(cases + " random hardwares");
    }

    private static boolean fits(Model model, HardwareSpec spec, TilingOptions options) {
        try {
            CompiledModel.compile(model, spec, CONTEXT, options).close();
            return true;
        } catch (CompileException e) {
            return false;
        }
    }

    private static Supplier<MemoryModel> stalling(HardwareSpec spec, long seed, int extra) {
        HardwareSpec.MemorySpec memory = spec.memory();
        return () -> new StallingMemory(seed, memory.latencyCycles(), memory.bytesPerCycle(), extra);
    }

    private void report(String what) {
        Campaign.report("event jump = oracle, no races: " + what + ", " + steps + " compiled steps, " + cycles
                + " cycles on both");
    }

    private void compare(
            Model model, HardwareSpec spec, TilingOptions options, Supplier<MemoryModel> memory, String place) {
        int[] text = model.tokenizer().encode("Once upon a time there was a dog that liked to play. He ran", true);
        try (CompiledModel compiled = CompiledModel.compile(model, spec, CONTEXT, options);
                Arena arena = Arena.ofShared()) {
            Physics physics = Physics.of(model, spec);
            Device jump = Device.of(new Npu(spec, memory.get())::run, compiled, arena);
            Device late = Device.of(new Npu(spec, memory.get(), true, Npu.DEFAULT_WATCHDOG)::run, compiled, arena);
            Device oracle = Device.of(new CycleOracle(spec, memory.get())::run, compiled, arena);
            int position = 0;
            for (int piece : PIECES) {
                int n = Math.min(piece, compiled.maxTokens());
                int[] tokens = new int[n];
                for (int i = 0; i < n; i++) {
                    tokens[i] = text[(position + i) % text.length];
                }
                String at = place + ", " + n + " tokens at " + position;
                RunResult expected = step(oracle, compiled, tokens, position);
                assertSame(expected, step(jump, compiled, tokens, position), at);
                assertSame(expected, step(late, compiled, tokens, position), at + ", late effects");
                assertSameData(oracle, jump, at);
                assertSameData(oracle, late, at + ", late effects");
                physics.check(expected, n, true, 2 * spec.memory().bytesPerCycle());
                position += n;
                cycles += expected.cycles();
                steps++;
            }
        }
    }

    /** The first step also reads its programs. */
    private static RunResult step(Device device, CompiledModel compiled, int[] tokens, int position) {
        StepProgram step = compiled.step(tokens.length);
        compiled.writeTokens(tokens, device.io);
        Job job = Job.of(
                DecodedProgram.decode(step.program(), compiled.spec()),
                compiled.arguments(step, position),
                SimulatedSession.windows(compiled),
                device.memory);
        return device.machine.apply(position == 0 ? job : job.asResident());
    }

    private static void assertSame(RunResult expected, RunResult actual, String place) {
        assertEquals(expected.cycles(), actual.cycles(), () -> place + ": cycles");
        assertEquals(expected.start(), actual.start(), () -> place + ": start");
        long[] counters = expected.activity().slots();
        for (int i = 0; i < counters.length; i++) {
            String name = Activity.names().get(i);
            assertEquals(counters[i], actual.activity().slots()[i], () -> place + ": " + name);
        }
        assertEquals(expected.activity(), actual.activity(), () -> place + ": operators");
    }

    private static void assertSameData(Device expected, Device actual, String place) {
        assertEquals(-1, expected.kv.mismatch(actual.kv), () -> place + ": first different byte of the KV cache");
        assertEquals(-1, expected.io.mismatch(actual.io), () -> place + ": first different byte of the logits");
    }
}
