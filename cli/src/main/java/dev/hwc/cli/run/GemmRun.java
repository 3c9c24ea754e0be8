package dev.hwc.cli.run;

import dev.hwc.compiler.image.GemmProgram;
import dev.hwc.host.device.Device;
import dev.hwc.host.device.JobRequest;
import dev.hwc.host.device.JobResult;
import dev.hwc.host.device.LoadedProgram;
import dev.hwc.host.device.Region;
import dev.hwc.host.device.Region.Access;
import dev.hwc.host.device.SimulatorDevice;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.ir.numerics.BlockProduct;
import dev.hwc.ir.numerics.NumericCounters;
import dev.hwc.ir.numerics.Quantize;
import dev.hwc.ir.numerics.ScaleFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * One matrix product on the simulator with random operands, and the same product by the rules of
 * docs/spec/numerics.md §4 in plain loops.
 */
public final class GemmRun {
    private static final int ALIGNMENT = 64;

    private final HardwareSpec spec;
    private final GemmProgram program;
    private final float[][] activations;
    private final BlockMatrix weights;

    /**
     * Draws the operands.
     *
     * @param levels weight codes are drawn from −levels…levels (i8: 127, i4: 7, ternary: 1)
     */
    public GemmRun(HardwareSpec spec, int m, int n, int k, BlockMatrix.Format format, int levels, long seed) {
        this.spec = spec;
        this.program = GemmProgram.compile(spec, m, n, k, format);
        Random random = new Random(seed);
        this.activations = new float[m][k];
        for (float[] row : activations) {
            for (int i = 0; i < k; i++) {
                row[i] = (float) random.nextGaussian();
            }
        }
        int blocks = (k + BlockProduct.BLOCK - 1) / BlockProduct.BLOCK;
        byte[][] codes = new byte[n][blocks * BlockProduct.BLOCK];
        short[][] scales = new short[n][blocks];
        for (int row = 0; row < n; row++) {
            for (int i = 0; i < k; i++) {
                codes[row][i] = (byte) (random.nextInt(2 * levels + 1) - levels);
            }
            for (int b = 0; b < blocks; b++) {
                scales[row][b] = Float.floatToFloat16((float) random.nextGaussian(0, 0.02));
            }
        }
        this.weights = new BlockMatrix(format, k, codes, scales);
    }

    /** Multiply-accumulates of the product, without padding. */
    public long macs() {
        return program.macs();
    }

    /** What the device took and how many results differ from the plain loops in any bit. */
    public record Outcome(JobResult.Ok result, long mismatches) {}

    /** Runs the product and checks every result. */
    public Outcome run() {
        try (Arena arena = Arena.ofConfined();
                Device device = new SimulatorDevice(spec)) {
            MemorySegment weightData = arena.allocate(program.windowBytes(0), ALIGNMENT);
            MemorySegment activationData = arena.allocate(program.windowBytes(1), ALIGNMENT);
            MemorySegment resultData = arena.allocate(program.windowBytes(3), ALIGNMENT);
            program.writeWeights(weights, weightData);
            program.writeActivations(activations, activationData);
            List<Region> windows = List.of(
                    device.attach(weightData, weightData.byteSize(), Access.READ),
                    device.attach(activationData, activationData.byteSize(), Access.READ),
                    device.attach(MemorySegment.NULL, 0, Access.READ), // window 2 is not used
                    device.attach(resultData, resultData.byteSize(), Access.READ_WRITE));
            LoadedProgram loaded = device.load(program.program(), program.programOffset());
            JobResult.Ok ok = device.run(new JobRequest(loaded, List.of(), windows, false))
                    .orThrow();
            return new Outcome(ok, mismatches(program.readResult(resultData)));
        }
    }

    private long mismatches(float[][] results) {
        NumericCounters counters = new NumericCounters();
        int blocks = weights.blocks();
        byte[] codes = new byte[blocks * BlockProduct.BLOCK];
        short[] scales = new short[blocks];
        long mismatches = 0;
        for (int row = 0; row < activations.length; row++) {
            float[] padded = Arrays.copyOf(activations[row], codes.length);
            for (int b = 0; b < blocks; b++) {
                int from = b * BlockProduct.BLOCK;
                scales[b] = Quantize.group(
                        padded, from, BlockProduct.BLOCK, codes, from, ScaleFormat.BF16, counters);
            }
            for (int column = 0; column < weights.rows(); column++) {
                float expected = product(codes, scales, column, counters);
                if (Float.floatToRawIntBits(expected) != Float.floatToRawIntBits(results[row][column])) {
                    mismatches++;
                }
            }
        }
        return mismatches;
    }

    private float product(byte[] codes, short[] scales, int column, NumericCounters counters) {
        long accumulator = 0;
        for (int b = 0; b < scales.length; b++) {
            int from = b * BlockProduct.BLOCK;
            int sum = BlockProduct.dot(codes, from, weights.codes(column), from);
            accumulator += BlockProduct.term(sum, scales[b], weights.scales(column)[b], counters);
        }
        return BlockProduct.toFp32(accumulator);
    }
}
