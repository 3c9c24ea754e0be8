package dev.hwc.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.compiler.image.CompiledModel;
import dev.hwc.compiler.image.StepProgram;
import dev.hwc.compiler.lower.TilingOptions;
import dev.hwc.host.device.SimulatedCost;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.sim.memory.FixedMemory;
import dev.hwc.sim.systolic.DeviceMemory;
import dev.hwc.sim.systolic.Job;
import dev.hwc.sim.systolic.Npu;
import dev.hwc.sim.systolic.RunResult;
import dev.hwc.sim.systolic.Window;
import dev.hwc.sim.systolic.queues.DecodedProgram;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One sequence of a compiled model on the simulator, with data or, for a shape, with timing only.
 * Every step is held against {@link Physics}, and none may saturate or meet a number that is not
 * finite: the models of these tests are ordinary.
 */
public final class SimulatedSession implements AutoCloseable {
    private static final long DESCRIPTOR_PAGE = 4096;

    private final CompiledModel compiled;
    private final Physics physics;
    private final Npu npu;
    private final Arena arena = Arena.ofShared();
    private final @Nullable MemorySegment kv;
    private final @Nullable MemorySegment io;
    private final @Nullable DeviceMemory memory;
    private final Map<StepProgram, DecodedProgram> programs = new IdentityHashMap<>();
    private boolean scrambled;
    private int position;
    private long cycles;

    /** Compiles a model for a hardware with its own memory, with the tiling that the search finds. */
    SimulatedSession(Model model, HardwareSpec spec, int context) {
        this(model, spec, CompiledModel.compile(model, spec, context, new SimulatedCost(spec)));
    }

    /** Compiles a model for a hardware with its own memory and a given tiling. */
    SimulatedSession(Model model, HardwareSpec spec, int context, TilingOptions options) {
        this(model, spec, CompiledModel.compile(model, spec, context, options));
    }

    private SimulatedSession(Model model, HardwareSpec spec, CompiledModel compiledModel) {
        compiled = compiledModel;
        physics = Physics.of(model, spec);
        npu = new Npu(spec, new FixedMemory(spec.memory()));
        if (compiled.weights().isPresent()) {
            kv = arena.allocate(compiled.windowBytes().get(2), 64);
            io = arena.allocate(compiled.windowBytes().get(3), 64);
            memory = DeviceMemory.empty()
                    .with(0, compiled.weights().orElseThrow())
                    .with(1, compiled.constants().orElseThrow())
                    .with(2, kv)
                    .with(3, io);
        } else {
            kv = null;
            io = null;
            memory = null;
        }
    }

    /**
     * Fills KV cache, token table and logits with random bytes. Scores of tokens that are not there
     * yet are computed from them and thrown away, so the counters are not checked any more.
     */
    void scramble(Random random) {
        fill(Objects.requireNonNull(kv), random);
        fill(Objects.requireNonNull(io), random);
        scrambled = true;
    }

    private static void fill(MemorySegment segment, Random random) {
        for (long at = 0; at + 8 <= segment.byteSize(); at += 8) {
            segment.set(ValueLayout.JAVA_LONG, at, random.nextLong());
        }
    }

    CompiledModel compiled() {
        return compiled;
    }

    /** Tokens in the KV cache. */
    int position() {
        return position;
    }

    /** Cycles of all steps so far. */
    long cycles() {
        return cycles;
    }

    /** Forgets tokens from a position on. */
    void rewind(int to) {
        position = to;
    }

    /** Runs new tokens in the pieces that the compiler chose and returns the last logits. */
    float[] prefill(int[] tokens) {
        float[] logits = new float[0];
        int from = 0;
        for (int size : compiled.promptSteps(tokens.length, position)) {
            int to = from + size;
            logits = step(to == tokens.length, Arrays.copyOfRange(tokens, from, to));
            from = to;
        }
        return logits;
    }

    /** Runs new tokens in one step and returns the last one's logits, none without data. */
    float[] step(int... tokens) {
        return step(true, tokens);
    }

    /** As above; without logits the step leaves them out and returns none. */
    float[] step(boolean logits, int... tokens) {
        StepProgram step = compiled.step(tokens.length, logits);
        if (io != null) {
            compiled.writeTokens(tokens, io);
        }
        RunResult result = npu.run(job(step));
        physics.check(result, tokens.length, logits, compiled.spec().memory().bytesPerCycle());
        if (!scrambled) {
            assertEquals(0, result.activity().saturatedTerms(), "saturated terms");
            assertEquals(0, result.activity().numericExceptions(), "numeric exceptions");
        }
        position += tokens.length;
        cycles += result.cycles();
        return io == null || !logits ? new float[0] : compiled.readLogits(step, io);
    }

    private Job job(StepProgram step) {
        DecodedProgram program =
                programs.computeIfAbsent(step, s -> DecodedProgram.decode(s.program(), compiled.spec()));
        return Job.of(program, compiled.arguments(step, position), windows(compiled), memory)
                .asResident();
    }

    /** The four windows of a compiled model, one after the other behind the job descriptor. */
    public static List<Window> windows(CompiledModel compiled) {
        List<Window> windows = new ArrayList<>();
        long base = DESCRIPTOR_PAGE;
        for (int number = 0; number < 4; number++) {
            long bytes = compiled.windowBytes().get(number);
            windows.add(number < 2 ? Window.readOnly(base, bytes) : Window.readWrite(base, bytes));
            base += bytes;
        }
        return windows;
    }

    @Override
    public void close() {
        compiled.close();
        arena.close();
    }
}
