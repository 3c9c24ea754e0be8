package dev.hwc.compiler.image;

import dev.hwc.compiler.CompileException;
import dev.hwc.compiler.codegen.CheckedGenerator;
import dev.hwc.compiler.lower.GemmLowering;
import dev.hwc.compiler.lower.ModelLayout;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.Program;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.ir.tile.TileProgram;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * One matrix product C[m,n] = A[m,k]·W[n,k]ᵀ as a program, with the layout of its operands. A is fp32
 * and quantized on the device; W is in a hardware format; C is fp32.
 */
public final class GemmProgram {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long PAGE = 4096;

    private final HardwareSpec spec;
    private final int m;
    private final int n;
    private final int k;
    private final GemmLowering lowering;
    private final TileProgram tiles;
    private final Program program;

    private GemmProgram(HardwareSpec spec, int m, int n, int k, BlockMatrix.Format format) {
        this.spec = spec;
        this.m = m;
        this.n = n;
        this.k = k;
        this.lowering = new GemmLowering(spec, m, n, k, format);
        this.tiles = lowering.program();
        this.program = CheckedGenerator.generate(tiles, spec, 0);
    }

    /**
     * Compiles a product.
     *
     * @throws CompileException when it does not fit the hardware
     */
    public static GemmProgram compile(HardwareSpec spec, int m, int n, int k, BlockMatrix.Format format) {
        return new GemmProgram(spec, m, n, k, format);
    }

    public TileProgram tiles() {
        return tiles;
    }

    public Program program() {
        return program;
    }

    /** Arguments of the job; a product has none. */
    public long[] arguments() {
        return new long[0];
    }

    /** Multiply-accumulates of the product itself, without padding. */
    public long macs() {
        return (long) m * n * k;
    }

    /** Multiply-accumulates of the array: those and what pads n to whole tiles and k to whole blocks (timing.md §9). */
    public long arrayMacs() {
        return (long) m * lowering.resultElements() * ((k + 31) / 32 * 32);
    }

    /** Bytes of a window: 0 weights and programs, 1 A, 3 C; others are empty. */
    public long windowBytes(int window) {
        return switch (window) {
            case ModelLayout.WEIGHTS ->
                programOffset() + page(4L * 16 * spec.buffers().instructions());
            case ModelLayout.CONSTANTS -> page(4L * m * lowering.rowElements());
            case ModelLayout.IO -> page(4L * m * lowering.resultElements());
            default -> 0;
        };
    }

    /** Where the programs stand in window 0. */
    public long programOffset() {
        return page(lowering.stream().bytes());
    }

    private static long page(long bytes) {
        return (bytes + PAGE - 1) / PAGE * PAGE;
    }

    /** Bytes of weights, with scales and padding. */
    public long weightBytes() {
        return lowering.stream().bytes();
    }

    /** Writes W [n,k] into window 0. */
    public void writeWeights(BlockMatrix weights, MemorySegment window) {
        if (weights.rows() != n
                || weights.columns() != k
                || weights.format() != lowering.stream().format()) {
            throw new CompileException("weights are " + weights.rows() + "x" + weights.columns() + " "
                    + weights.format().text() + "; the program was compiled for " + n + "x" + k + " "
                    + lowering.stream().format().text());
        }
        WeightPacker.pack(spec, lowering.stream(), weights, window);
    }

    /** Writes A [m][k] into window 1; padding stays zero. */
    public void writeActivations(float[][] a, MemorySegment window) {
        for (int row = 0; row < m; row++) {
            long at = 4L * row * lowering.rowElements();
            MemorySegment.copy(a[row], 0, window, FLOAT, at, k);
        }
    }

    /** Reads C [m][n] from window 3. */
    public float[][] readResult(MemorySegment window) {
        float[][] c = new float[m][n];
        for (int row = 0; row < m; row++) {
            MemorySegment.copy(window, FLOAT, 4L * row * lowering.resultElements(), c[row], 0, n);
        }
        return c;
    }
}
