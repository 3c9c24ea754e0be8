package dev.hwc.sim.systolic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.device.Stall;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.isa.BufferAddress;
import dev.hwc.ir.isa.Instruction;
import dev.hwc.ir.isa.MemoryAddress;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorMemory;
import dev.hwc.ir.isa.VectorTarget;
import dev.hwc.ir.numerics.BlockMatrix.Format;
import dev.hwc.sim.memory.FixedMemory;
import dev.hwc.sim.systolic.queues.DecodedProgram;
import dev.hwc.sim.systolic.testing.ProgramWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Cycles of small programs against formulas written by hand from timing.md. */
class ClosedFormTest {
    private static final Tokens NONE = Tokens.NONE;

    private static RunResult run(HardwareSpec spec, ProgramWriter writer) {
        Job job = Job.of(
                        DecodedProgram.decode(writer.program(), spec),
                        new long[0],
                        List.of(Window.readWrite(0, 1L << 36)),
                        null)
                .asResident();
        return new Npu(spec, new FixedMemory(spec.memory())).run(job);
    }

    private static HardwareSpec ideal(String preset) {
        HardwareSpec spec = HardwareSpecs.preset(preset);
        return spec.withMemory(spec.idealMemory());
    }

    private static Instruction matmul(int blocks, int slot, Tokens tokens) {
        return new Instruction.MatMul(
                tokens, BufferAddress.at(0), BufferAddress.at(0), blocks, 0, 1, 1, slot, Format.I8, false);
    }

    /** Descriptor: sent at 1, seen at 3, 512 bytes at B bytes a cycle from cycle 4 on; S = last beat + 3. */
    private static long start(HardwareSpec spec) {
        return 6L + 512 / spec.port().beatBytes();
    }

    /** Cycle by which all terms of an m×n matmul are counted that no emit waits for; f its last feed cycle (T19). */
    private static long counted(long f, int m, int n) {
        return f + m + n + 14;
    }

    /** All queues halted at h: the record's beats, its answer one cycle (and the transfer) later, then 1. */
    private static long end(HardwareSpec spec, long h) {
        int beats = Math.max(1, 16 / spec.port().beatBytes());
        long seen = h + beats + 2; // first beat at h + 1
        return seen + 1 + beats - 1 + 1;
    }

    @Test
    void emptyProgramTakesDescriptorHaltAndRecord() {
        HardwareSpec spec = ideal("edge-8x8");
        RunResult result = run(spec, new ProgramWriter());
        long s = start(spec);
        assertEquals(s, result.start());
        assertEquals(end(spec, s + 2), result.cycles()); // pushed at S, starts S+1, completes S+2
    }

    @Test
    void oneTile() {
        HardwareSpec spec = ideal("edge-8x8");
        ProgramWriter writer = new ProgramWriter();
        writer.add(matmul(3, 0, NONE), new Instruction.Emit(NONE, BufferAddress.at(0), 1, 8, 8, 0));
        RunResult result = run(spec, writer);
        long matmul = start(spec) + 1;
        long feedEnd = matmul + 96 - 1;
        long emission = feedEnd + 8 + 20;
        long halt = emission + 8 - 1 + 1; // starts one cycle after the last row
        assertEquals(end(spec, halt + 1), result.cycles());
        assertEquals(96, result.activity().busy(Queue.MATRIX));
        assertEquals(96, result.activity().macs());
    }

    @Test
    void emissionOfSumsLongReadyBeginsEightCyclesAfterItsStart() {
        HardwareSpec spec = ideal("edge-8x8");
        ProgramWriter writer = new ProgramWriter();
        writer.add(matmul(1, 0, NONE), matmul(3, 1, NONE), new Instruction.Emit(NONE, BufferAddress.at(0), 1, 8, 8, 0));
        RunResult result = run(spec, writer);
        long emit = start(spec) + 1 + 32 + 96;
        long halt = emit + 8 + 8 - 1 + 1; // starts one cycle after the last row
        assertEquals(end(spec, halt + 1), result.cycles());
    }

    @Test
    void backToBackMatmulsLeaveNoGap() {
        HardwareSpec spec = ideal("edge-8x8");
        ProgramWriter writer = new ProgramWriter();
        for (int i = 0; i < 20; i++) {
            writer.add(matmul(2, i % 4, NONE));
        }
        long first = start(spec) + 1;
        long last = first + 19 * 64;
        assertEquals(end(spec, counted(last + 63, 1, 1)), run(spec, writer).cycles());
    }

    @Test
    void weightStreamRunsAtTheMemorysBandwidth() {
        HardwareSpec spec = HardwareSpecs.preset("npu-32x32");
        ProgramWriter writer = new ProgramWriter();
        int blocks = 32;
        int loops = 2000;
        writer.add(
                new Instruction.Loop(Queue.LOAD, loops, 0),
                new Instruction.LoadWeights(NONE, new MemoryAddress(0, 1, 0), BufferAddress.at(0), blocks, Format.I4),
                new Instruction.Add(Queue.LOAD, 1, 1, 0, blocks * 32 * 18L),
                new Instruction.Next(Queue.LOAD));
        RunResult result = run(spec, writer);
        long bytes = (long) loops * blocks * 32 * 18;
        assertEquals(bytes + 512, result.activity().bytesRead());
        double bound = (double) bytes / spec.memory().bytesPerCycle();
        assertTrue(result.cycles() >= bound, "faster than the memory");
        assertTrue(result.cycles() <= 1.01 * bound, result.cycles() + " cycles for a bound of " + bound);
    }

    private static Instruction sync(Queue queue, Tokens tokens) {
        return new Instruction.Sync(queue, tokens, false);
    }

    @Test
    void tokenCanBeTakenOneCycleAfterCompletion() {
        HardwareSpec spec = ideal("edge-8x8");
        ProgramWriter writer = new ProgramWriter();
        writer.add(
                sync(Queue.LOAD, NONE.signalling(Queue.MATRIX)),
                sync(Queue.MATRIX, NONE.awaiting(Queue.LOAD).signalling(Queue.STORE)),
                sync(Queue.STORE, NONE.awaiting(Queue.MATRIX)));
        long load = start(spec) + 1;
        long matrix = load + 1 + 1; // completes at load + 1
        long store = matrix + 2;
        long halt = store + 1 + 1; // the sync completes at store + 1, the halt drains
        assertEquals(end(spec, halt + 1), run(spec, writer).cycles());
    }

    @Test
    void loadedDataArriveTwoCyclesAfterTheLastBeat() {
        HardwareSpec spec = HardwareSpecs.preset("edge-8x8");
        ProgramWriter writer = new ProgramWriter();
        writer.add(new Instruction.LoadLinear(NONE, new MemoryAddress(0, 0, 192), BufferAddress.at(0), 1, 192, 0));
        RunResult result = run(spec, writer);
        // 64 bytes up to the multiple of 256, then 128, each beat 4 bytes a cycle after 20 cycles.
        long issue = result.start() + 1;
        long last = issue + 2 + 20 + 192 / 4 - 1;
        long halt = last + 2 + 1;
        long record = halt + 1 + 4 + 2; // four beats of 4 bytes
        assertEquals(record + 20 + 4 - 1 + 1, result.cycles());
        assertEquals(2 + 2, result.activity().burstsRead()); // descriptor and rows
        assertEquals(2, result.activity().busy(Queue.LOAD));
    }

    @Test
    void storeSendsBeatsAndWaitsForItsAnswers() {
        HardwareSpec spec = HardwareSpecs.preset("edge-8x8");
        ProgramWriter writer = new ProgramWriter();
        writer.add(new Instruction.Store(NONE, new MemoryAddress(0, 0, 254), BufferAddress.at(0), 1, 12, 0, 0));
        RunResult result = run(spec, writer);
        // 2 bytes in one beat up to 256, then 10 bytes in three.
        long first = result.start() + 1;
        long seen = first + 2 + 1 + 2;
        long answer = Math.max(first + 2 + 20, seen + 20) + 3 - 1;
        long halt = answer + 1 + 1;
        long record = halt + 1 + 4 + 2;
        assertEquals(record + 20 + 4 - 1 + 1, result.cycles());
        assertEquals(4, result.activity().busy(Queue.STORE));
        assertEquals(16 + 16, result.activity().bytesWritten()); // rows and record
    }

    @Test
    void sequencerIsFiveCommandsAheadOfABusyEngine() {
        HardwareSpec spec = ideal("edge-8x8");
        ProgramWriter writer = new ProgramWriter();
        for (int i = 0; i < 6; i++) {
            writer.add(matmul(4, 0, NONE)); // 128 cycles each
        }
        writer.add(
                new Instruction.Loop(Queue.MATRIX, 1000, 0),
                new Instruction.Next(Queue.MATRIX),
                sync(Queue.MATRIX, NONE));
        RunResult result = run(spec, writer);
        // The sixth is pushed one cycle after the second starts; 1001 control cycles; push of the sync; its start.
        long second = result.start() + 1 + 128;
        long sync = second + 1 + 1001 + 1 + 1;
        assertEquals(end(spec, sync + 2 + 1), result.cycles());
    }

    private static long vectorCycles(
            VectorFunction function, VectorMemory b, VectorTarget target, int rows, int n, boolean grow) {
        HardwareSpec spec = ideal("edge-8x8");
        ProgramWriter writer = new ProgramWriter();
        writer.add(
                new Instruction.Set(Queue.VECTOR, 7, n),
                new Instruction.Vector(
                        NONE,
                        function,
                        VectorMemory.OUTPUT,
                        BufferAddress.at(0),
                        b,
                        BufferAddress.at(0),
                        target,
                        BufferAddress.at(0),
                        rows,
                        7,
                        0,
                        0,
                        0,
                        8,
                        Format.I8,
                        false,
                        grow));
        RunResult result = run(spec, writer);
        long busy = result.activity().busy(Queue.VECTOR);
        assertEquals(end(spec, result.start() + 2 + busy + 2), result.cycles());
        return busy;
    }

    @Test
    void vectorCyclesFollowTheTable() {
        VectorTarget fp32 = VectorTarget.VECTOR_FP32;
        VectorTarget a8 = VectorTarget.ACTIVATION_A8;
        VectorMemory output = VectorMemory.OUTPUT;
        VectorMemory load = VectorMemory.LOAD;
        // 100 elements are 13 words of 8.
        assertEquals(1 + 13 + 16, vectorCycles(VectorFunction.COPY, output, fp32, 1, 100, false));
        assertEquals(1 + 13 + 16, vectorCycles(VectorFunction.ADD, load, fp32, 1, 100, false));
        assertEquals(1 + 2 * 13 + 16, vectorCycles(VectorFunction.ADD, output, fp32, 1, 100, false));
        assertEquals(1 + 13 + 56, vectorCycles(VectorFunction.SILUMUL, load, fp32, 1, 100, false));
        assertEquals(1 + 13 + 8 + 13 + 64 + 13 + 16, vectorCycles(VectorFunction.NORM, load, fp32, 1, 100, false));
        // To a8: one more pass, and zeros up to 128 elements are 16 - 13 words.
        assertEquals(1 + 13 + 32 + 13 + 16 + 3, vectorCycles(VectorFunction.COPY, output, a8, 1, 100, false));
        assertEquals(1 + 13 + 72 + 13 + 56 + 3, vectorCycles(VectorFunction.SILUMUL, load, a8, 1, 100, false));
        // Softmax of rows of 31 and 32 elements: 4 words each, no zeros.
        assertEquals(
                1 + 8 + 12 + 8 + 64 + 8 + 72 + 8 + 56, vectorCycles(VectorFunction.SOFTMAX, load, a8, 2, 31, true));
        // 2048 blocks of words a batch: rows of 4096 elements, 128 blocks, go 16 at a time.
        assertEquals(1 + 40 * 512 + 3 * 16, vectorCycles(VectorFunction.COPY, output, fp32, 40, 4096, false));
    }

    @Test
    void fifthEmissionWaitsForTheFirst() {
        HardwareSpec spec = ideal("edge-8x8");
        ProgramWriter writer = new ProgramWriter();
        for (int i = 0; i < 5; i++) {
            writer.add(new Instruction.Emit(NONE, BufferAddress.at(0), 1, 8, 8, 0));
        }
        RunResult result = run(spec, writer);
        long first = result.start() + 1 + 8 + 20; // of a slot that was never fed
        long firstEnd = first + 7;
        long fifth = firstEnd + 1;
        // Its own drain counts from its start, which is later than the fourth emission's end.
        long last = fifth + 8 + 20 + 7;
        assertEquals(end(spec, last + 1 + 1), result.cycles());
        assertEquals(fifth - (result.start() + 5), result.activity().stalled(Queue.MATRIX, Stall.SLOT));
    }

    @Test
    void matmulOfNoBlocksPassesInOneCycle() {
        HardwareSpec spec = ideal("edge-8x8");
        ProgramWriter writer = new ProgramWriter();
        writer.add(new Instruction.MatMul(
                NONE, new BufferAddress(5, 65_535), new BufferAddress(5, 65_535), 0, 3, 8, 8, 0, Format.I8, false));
        RunResult result = run(spec, writer);
        assertEquals(end(spec, counted(result.start() + 1, 8, 8)), result.cycles());
        assertEquals(0, result.activity().macs());
    }
}
