package dev.hwc.tests.bench;

import dev.hwc.sim.systolic.array.BlockDot;
import dev.hwc.sim.systolic.array.BlockDots;
import dev.hwc.sim.systolic.array.ScalarBlockDot;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The matrix kernel of the functional simulator and its scalar twin: one row times one column. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class BlockDotBenchmark {
    @Param({"scalar", "vector"})
    public String kernel = "";

    /** Blocks of 32 elements; 28 are the inner dimension of qwen2-0.5b. */
    @Param({"28", "152"})
    public int blocks;

    private BlockDot dot = new ScalarBlockDot();
    private byte[] a = {};
    private byte[] w = {};
    private int[] sums = {};

    @Setup
    public void fill() {
        Random random = new Random(1);
        a = new byte[32 * blocks];
        w = new byte[32 * blocks];
        random.nextBytes(a);
        random.nextBytes(w);
        for (int i = 0; i < a.length; i++) {
            a[i] = (byte) Math.max(a[i], -127);
        }
        dot = kernel.equals("scalar") ? new ScalarBlockDot() : BlockDots.best();
        if (!dot.name().equals(kernel)) {
            throw new IllegalStateException("the kernel of this JVM is " + dot.name() + ", not " + kernel);
        }
        sums = new int[blocks];
        int[] expected = new int[blocks];
        new ScalarBlockDot().i8(a, 0, w, 0, blocks, expected);
        check(expected, i8());
        new ScalarBlockDot().i4(a, 0, w, 0, blocks, expected);
        check(expected, i4());
    }

    private static void check(int[] expected, int[] sums) {
        if (!Arrays.equals(expected, sums)) {
            throw new IllegalStateException("the kernels differ");
        }
    }

    @Benchmark
    public int[] i8() {
        dot.i8(a, 0, w, 0, blocks, sums);
        return sums;
    }

    @Benchmark
    public int[] i4() {
        dot.i4(a, 0, w, 0, blocks, sums);
        return sums;
    }
}
