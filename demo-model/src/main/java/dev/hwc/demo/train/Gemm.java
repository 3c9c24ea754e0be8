package dev.hwc.demo.train;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Matrix products on float arrays. Both operands are first packed, A in strips of four rows and B in panels of sixteen
 * columns, so that the kernel reads memory in order whatever the strides were. Not safe for use by several threads.
 * Source of the scheme: Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication".
 */
final class Gemm {
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_256;
    private static final int ROWS = 4;
    private static final int COLUMNS = 16;

    private float[] strips = new float[0];
    private float[] panel = new float[0];

    /**
     * A matrix inside an array: element (i, j) stands at {@code offset + i·row + j·column}.
     *
     * @param data holds the elements
     * @param offset of element (0, 0)
     * @param row step from one row to the next
     * @param column step from one column to the next
     */
    record View(float[] data, int offset, int row, int column) {
        /** A dense row-major matrix. */
        static View of(float[] data, int offset, int columns) {
            return new View(data, offset, columns, 1);
        }

        /** The same elements with rows and columns exchanged. */
        View transposed() {
            return new View(data, offset, column, row);
        }
    }

    /**
     * C = A·B, or C += A·B when {@code add}.
     *
     * @param m rows of A and C, a multiple of 4
     * @param n columns of B and C, a multiple of 16
     * @param k columns of A and rows of B
     * @param c its columns must be adjacent
     */
    void multiply(int m, int n, int k, View a, View b, View c, boolean add) {
        if (m % ROWS != 0 || n % COLUMNS != 0 || c.column() != 1) {
            throw new IllegalArgumentException("product " + m + "x" + n + "x" + k + ": m must divide by 4 and n by 16");
        }
        packStrips(m, k, a);
        for (int j = 0; j < n; j += COLUMNS) {
            packPanel(j, k, b);
            for (int i = 0; i < m; i += ROWS) {
                int at = c.offset() + i * c.row() + j;
                kernel(k, strips, i * k, panel, c.data(), at, c.row(), add);
            }
        }
    }

    private void packStrips(int m, int k, View a) {
        if (strips.length < m * k) {
            strips = new float[m * k];
        }
        float[] from = a.data();
        float[] to = strips;
        int at = 0;
        for (int i = 0; i < m; i += ROWS) {
            int row0 = a.offset() + i * a.row();
            int row1 = row0 + a.row();
            int row2 = row1 + a.row();
            int row3 = row2 + a.row();
            for (int p = 0, column = 0; p < k; p++, column += a.column(), at += ROWS) {
                to[at] = from[row0 + column];
                to[at + 1] = from[row1 + column];
                to[at + 2] = from[row2 + column];
                to[at + 3] = from[row3 + column];
            }
        }
    }

    private void packPanel(int j, int k, View b) {
        if (panel.length < COLUMNS * k) {
            panel = new float[COLUMNS * k];
        }
        float[] from = b.data();
        int start = b.offset() + j * b.column();
        if (b.column() == 1) {
            for (int p = 0; p < k; p++) {
                System.arraycopy(from, start + p * b.row(), panel, p * COLUMNS, COLUMNS);
            }
            return;
        }
        for (int q = 0; q < COLUMNS; q++) {
            int source = start + q * b.column();
            for (int p = 0, to = q; p < k; p++, to += COLUMNS, source += b.row()) {
                panel[to] = from[source];
            }
        }
    }

    private static void kernel(int k, float[] a, int aAt, float[] b, float[] c, int cAt, int cRow, boolean add) {
        FloatVector c00 = FloatVector.zero(LANES);
        FloatVector c01 = c00;
        FloatVector c10 = c00;
        FloatVector c11 = c00;
        FloatVector c20 = c00;
        FloatVector c21 = c00;
        FloatVector c30 = c00;
        FloatVector c31 = c00;
        for (int p = 0, ia = aAt, ib = 0; p < k; p++, ia += ROWS, ib += COLUMNS) {
            FloatVector b0 = FloatVector.fromArray(LANES, b, ib);
            FloatVector b1 = FloatVector.fromArray(LANES, b, ib + 8);
            FloatVector x = FloatVector.broadcast(LANES, a[ia]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = FloatVector.broadcast(LANES, a[ia + 1]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            x = FloatVector.broadcast(LANES, a[ia + 2]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = FloatVector.broadcast(LANES, a[ia + 3]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
        }
        store(c00, c01, c, cAt, add);
        store(c10, c11, c, cAt + cRow, add);
        store(c20, c21, c, cAt + 2 * cRow, add);
        store(c30, c31, c, cAt + 3 * cRow, add);
    }

    private static void store(FloatVector left, FloatVector right, float[] c, int at, boolean add) {
        if (add) {
            left = left.add(FloatVector.fromArray(LANES, c, at));
            right = right.add(FloatVector.fromArray(LANES, c, at + 8));
        }
        left.intoArray(c, at);
        right.intoArray(c, at + 8);
    }
}
