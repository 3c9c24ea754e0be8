package dev.hwc.sim.systolic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.isa.BufferAddress;
import dev.hwc.ir.isa.Instruction;
import dev.hwc.ir.isa.MemoryAddress;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
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

    /** Descriptor: 512 bytes at B bytes a cycle from cycle 2 on; S = last beat + 3. */
    private static long start(HardwareSpec spec) {
        return 4L + 512 / spec.port().beatBytes();
    }

    /** All queues halted at h: the record's beats, its answer one cycle (and the transfer) later, then 1. */
    private static long end(HardwareSpec spec, long h) {
        int beats = Math.max(1, 16 / spec.port().beatBytes());
        long seen = h + beats; // first beat at h + 1
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
        long emission = feedEnd + 8 + 8 + 40;
        long halt = emission + 8 - 1 + 1; // starts one cycle after the last row
        assertEquals(end(spec, halt + 1), result.cycles());
        assertEquals(96, result.activity().busy(Queue.MATRIX));
        assertEquals(96, result.activity().macs());
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
        assertEquals(end(spec, last + 64 + 8 + 1 + 1), run(spec, writer).cycles());
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
}
