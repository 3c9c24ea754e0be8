package dev.hwc.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.compiler.CompileException;
import dev.hwc.compiler.image.GemmProgram;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.ir.numerics.BlockProduct;
import dev.hwc.ir.numerics.NumericCounters;
import dev.hwc.ir.numerics.Quantize;
import dev.hwc.ir.numerics.ScaleFormat;
import dev.hwc.sim.memory.FixedMemory;
import dev.hwc.sim.systolic.DeviceMemory;
import dev.hwc.sim.systolic.Job;
import dev.hwc.sim.systolic.Npu;
import dev.hwc.sim.systolic.RunResult;
import dev.hwc.sim.systolic.Window;
import dev.hwc.sim.systolic.queues.DecodedProgram;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Does a product on the simulator equal the sum as numerics.md §4 writes it down? Odd sizes, both
 * weight formats, extreme scales, infinities and NaN; results and counters, bit for bit.
 */
class RandomGemmTest {
    private static final int WINDOWS = 4;

    /** A product A[m,k]·W[n,k]ᵀ. */
    private record Case(HardwareSpec spec, float[][] a, BlockMatrix w) {
        int m() {
            return a.length;
        }

        @Override
        public String toString() {
            return m() + "x" + w.rows() + "x" + w.columns() + " " + w.format().text() + " on " + spec;
        }
    }

    @Test
    void presetsComputeTheSumsOfTheSpecification() {
        int cases = Campaign.cases(2000, 20_000);
        long macs = 0;
        for (int i = 0; i < cases; i++) {
            Random random = new Random(Campaign.seed() + i);
            String preset = HardwareSpecs.PRESETS.get(random.nextInt(HardwareSpecs.PRESETS.size()));
            Case c = draw(HardwareSpecs.preset(preset), random);
            check(c, Campaign.seed() + i);
            macs += (long) c.m() * c.w.rows() * c.w.columns();
        }
        Campaign.report(cases + " random products on the presets, " + macs + " multiply-accumulates");
    }

    @Test
    void randomHardwareComputesTheSumsOfTheSpecification() {
        int cases = Campaign.cases(300, 10_000);
        int refused = 0;
        for (int i = 0; i < cases + refused; i++) {
            Random random = new Random(Campaign.seed() + i);
            Case c = draw(RandomHardware.spec(random), random);
            try {
                check(c, Campaign.seed() + i);
            } catch (CompileException e) {
                refused++;
                assertTrue(refused <= cases, () -> "most products do not fit, the last: " + e.getMessage());
            }
        }
        Campaign.report(cases + " random products on random hardware; " + refused + " more did not fit");
    }

    private static Case draw(HardwareSpec spec, Random random) {
        int m = 1 + random.nextInt(random.nextInt(20) == 0 ? 300 : random.nextBoolean() ? 5 : 40);
        int n = 1 + random.nextInt(random.nextBoolean() ? 12 : 90);
        int k = 1 + random.nextInt(random.nextBoolean() ? 70 : 400);
        BlockMatrix.Format format = random.nextBoolean() ? BlockMatrix.Format.I8 : BlockMatrix.Format.I4;
        boolean extreme = random.nextInt(4) == 0;
        return new Case(spec, activations(m, k, extreme, random), weights(n, k, format, extreme, random));
    }

    private static float[][] activations(int m, int k, boolean extreme, Random random) {
        float[][] a = new float[m][k];
        for (float[] row : a) {
            double magnitude = extreme ? Math.scalb(1.0, random.nextInt(80) - 40) : 1;
            for (int e = 0; e < k; e++) {
                row[e] = (float) (random.nextGaussian() * magnitude);
                if (extreme && random.nextInt(20) == 0) {
                    row[e] = Float.intBitsToFloat(random.nextInt()); // any number, infinity or NaN
                }
            }
        }
        return a;
    }

    private static BlockMatrix weights(int n, int k, BlockMatrix.Format format, boolean extreme, Random random) {
        int blocks = (k + 31) / 32;
        byte[][] codes = new byte[n][blocks * 32];
        short[][] scales = new short[n][blocks];
        int limit = 1 << (format.bits() - 1);
        for (int row = 0; row < n; row++) {
            for (int e = 0; e < k; e++) {
                codes[row][e] = (byte) (random.nextInt(2 * limit) - limit);
            }
            for (int b = 0; b < blocks; b++) {
                short bits = (short) random.nextInt();
                boolean finite = (bits & 0x7C00) != 0x7C00;
                scales[row][b] =
                        extreme && finite ? bits : Float.floatToFloat16((float) random.nextGaussian() / (100 * limit));
            }
        }
        return new BlockMatrix(format, k, codes, scales);
    }

    private static void check(Case c, long seed) {
        NumericCounters counters = new NumericCounters();
        float[][] expected = reference(c, counters);
        GemmProgram program = GemmProgram.compile(c.spec, c.m(), c.w.rows(), c.w.columns(), c.w.format());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment[] windows = new MemorySegment[WINDOWS];
            for (int i = 0; i < WINDOWS; i++) {
                windows[i] = arena.allocate(program.windowBytes(i), 64);
            }
            program.writeWeights(c.w, windows[0]);
            program.writeActivations(c.a, windows[1]);
            RunResult result = run(program, c.spec, windows);
            String place = "-Dhwc.seed=" + seed + ": " + c;
            float[][] found = program.readResult(windows[3]);
            for (int i = 0; i < c.m(); i++) {
                int row = i;
                Bits.assertSame(expected[i], found[i], () -> place + ", row " + row);
            }
            assertEquals(counters.saturatedTerms(), result.activity().saturatedTerms(), place);
            assertEquals(counters.numericExceptions(), result.activity().numericExceptions(), place);
            long least = Math.ceilDiv(program.macs(), c.spec.array().macsPerCycle());
            assertTrue(result.activity().macs() >= program.macs() && result.cycles() >= least, place);
        }
    }

    private static RunResult run(GemmProgram program, HardwareSpec spec, MemorySegment[] segments) {
        List<Window> windows = new ArrayList<>();
        DeviceMemory memory = DeviceMemory.empty();
        long base = 4096;
        for (int i = 0; i < WINDOWS; i++) {
            long bytes = segments[i].byteSize();
            windows.add(i == 3 ? Window.readWrite(base, bytes) : Window.readOnly(base, bytes));
            memory = memory.with(i, segments[i]);
            base += bytes;
        }
        Job job = Job.of(DecodedProgram.decode(program.program(), spec), program.arguments(), windows, memory);
        return new Npu(spec, new FixedMemory(spec.memory())).run(job.asResident());
    }

    /** Numerics.md §4, read aloud. */
    private static float[][] reference(Case c, NumericCounters counters) {
        float[][] y = new float[c.m()][c.w.rows()];
        int blocks = c.w.blocks();
        byte[] codes = new byte[32 * blocks];
        short[] scales = new short[blocks];
        for (int i = 0; i < c.m(); i++) {
            float[] row = Arrays.copyOf(c.a[i], 32 * blocks);
            for (int b = 0; b < blocks; b++) {
                scales[b] = Quantize.group(row, 32 * b, 32, codes, 32 * b, ScaleFormat.BF16, counters);
            }
            for (int j = 0; j < c.w.rows(); j++) {
                long sum = 0;
                for (int b = 0; b < blocks; b++) {
                    int dot = BlockProduct.dot(codes, 32 * b, c.w.codes(j), 32 * b);
                    sum += BlockProduct.term(dot, scales[b], c.w.scales(j)[b], counters);
                }
                y[i][j] = BlockProduct.toFp32(sum);
            }
        }
        return y;
    }
}
