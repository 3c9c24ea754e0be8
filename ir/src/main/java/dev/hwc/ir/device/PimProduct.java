package dev.hwc.ir.device;

import dev.hwc.ir.numerics.BlockMatrix;
import java.util.List;

/**
 * A product that memory computes, as a job sees it in the window of that memory
 * (docs/spec/pim-window.md): rows of fp32 operands are written, rows of fp32 results are read. The
 * matrices of a product have the same operand, their results lie one behind the other.
 *
 * @param offset of its first byte in the window, a multiple of {@link #LINE}
 * @param inputs elements of an operand
 * @param parts the matrices
 * @param rows operands it has room for
 * @param kernels that compute it one after the other, each an equal share of the outputs of every part:
 *     the results of the first can be read while the next one runs
 */
public record PimProduct(long offset, int inputs, List<Part> parts, int rows, int kernels) {
    /** The window of a job in which products stand. */
    public static final int WINDOW = 4;
    /** Rows of operands and results begin at multiples of this many bytes. */
    public static final long LINE = 64;
    /** Into how many kernels a product may be cut. */
    public static final List<Integer> KERNELS = List.of(1, 2, 4);

    /**
     * One matrix.
     *
     * @param outputs its rows; a multiple of 4
     */
    public record Part(int outputs, BlockMatrix.Format format) {}

    public PimProduct {
        parts = List.copyOf(parts);
    }

    /** The same product of another layer. */
    public PimProduct at(long other) {
        return new PimProduct(other, inputs, parts, rows, kernels);
    }

    /** Bytes from operand to operand. */
    public long inputStride() {
        return lines(4L * inputs);
    }

    /** Bytes from row to row of the results. */
    public long outputStride() {
        return lines(4L * parts.stream().mapToInt(Part::outputs).sum());
    }

    /** Where an operand stands. */
    public long input(int row) {
        return offset + row * inputStride();
    }

    /** Where the results of an operand stand. */
    public long output(int row) {
        return offset + rows * inputStride() + row * outputStride();
    }

    /** Where the results of a part stand, from {@link #output} on. */
    public long partOffset(int part) {
        return 4L * parts.subList(0, part).stream().mapToInt(Part::outputs).sum();
    }

    /** The first output of a part that a kernel computes; of the one behind the last, all outputs. */
    public int firstOutput(Part part, int kernel) {
        return kernel == kernels ? part.outputs() : (int) ((long) part.outputs() * kernel / kernels / 32 * 32);
    }

    /** Bytes of the window that it takes. */
    public long bytes() {
        return rows * (inputStride() + outputStride());
    }

    private static long lines(long bytes) {
        return (bytes + LINE - 1) / LINE * LINE;
    }
}
